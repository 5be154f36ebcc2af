import { speedupText } from '../../src/report/answers.ts';
import { count, percent, significant, sizeLabel } from '../../src/report/format.ts';
import type { LayerSum } from '../../src/report/parts/layers.ts';
import type { CsvRow } from '../../src/results/schema.ts';
import type { Facts } from './facts.ts';
import { listed, type Prose, prose } from './prose.ts';

const numberAt = (row: CsvRow | undefined, name: string): number | undefined => {
  const value = row?.[name];
  return typeof value === 'number' ? value : undefined;
};

/** What a layer executes is of these kinds; the original study put moves, loads and stores together. */
export const kinds = [
  { name: 'arithmetic', of: ({ counts }: LayerSum) => counts.arithmetic },
  { name: 'bitwise', of: ({ counts }: LayerSum) => counts.bitwise },
  { name: 'comparison', of: ({ counts }: LayerSum) => counts.comparison },
  { name: 'load/store', of: ({ counts }: LayerSum) => counts['register-move'] + counts.memory },
  { name: 'control flow', of: ({ counts }: LayerSum) => counts['control-flow'] },
  { name: 'calls', of: ({ counts }: LayerSum) => counts.call },
  { name: 'objects', of: ({ counts }: LayerSum) => counts.object },
  { name: 'other', of: ({ counts }: LayerSum) => counts.other },
] as const;

const categorised = (sum: LayerSum): number => kinds.reduce((total, { of }) => total + of(sum), 0);

/** Share of a kind among the instructions whose kind is known. */
export const shareOf = (sum: LayerSum, name: (typeof kinds)[number]['name']): number =>
  kinds.find(kind => kind.name === name)!.of(sum) / categorised(sum);

/** Share of what computes: arithmetic, bits and comparisons. */
export const computing = (sum: LayerSum): number =>
  shareOf(sum, 'arithmetic') + shareOf(sum, 'bitwise') + shareOf(sum, 'comparison');

/** The layers that do a workload's work: bytecode of naive, WebAssembly of simd, the kernel of webgpu-tuned. */
export const workingLayers = ({ layers }: Facts): LayerSum[] =>
  [
    ['naive', 'executed-bytecode'],
    ['simd', 'webassembly'],
    ['webgpu-tuned', 'gpu-kernel'],
  ].flatMap(
    ([variant, layer]) =>
      layers.find(
        sum => sum.variant === variant && sum.layer === layer && sum.kind === 'executed' && sum.instructions > 0,
      ) ?? [],
  );

const isBytecode = ({ layer }: LayerSum): boolean => layer === 'executed-bytecode';

/** What naive executes, and whether the other layers do the same arithmetic. */
function whatRuns(facts: Facts): Prose {
  const working = workingLayers(facts);
  const naive = working.find(isBytecode);
  if (!naive) return prose`**What runs.** Not counted in this run.`;
  const shares = kinds
    .map(({ name }) => ({ name, share: shareOf(naive, name) }))
    .filter(({ share }) => share >= 0.01)
    .sort((a, b) => b.share - a.share);
  const mix = listed(shares.map(({ name, share }) => `${percent(share)} ${name}`));
  const size = naive.size === undefined ? '' : ` at size ${count(naive.size)}`;
  const judgement =
    computing(naive) < 0.5
      ? prose`Only ${percent(computing(naive))} of it computes; the rest moves operands and decides what comes next`
      : prose`${percent(computing(naive))} of it computes`;
  return prose`**What runs.** One call of \`naive\`${size} executes ${naive.unsolved > 0 ? 'at least ' : ''}${count(naive.instructions)} bytecodes: ${mix}. ${judgement}.${facts.unit === 'flop' ? prose` ${agreement(working)}` : prose``}`;
}

/** Floating-point work is what layers can agree on. */
function agreement(working: readonly LayerSum[]): Prose {
  const counted = working.filter(({ flops }) => flops !== undefined && flops > 0);
  const [first] = counted;
  if (!first) return prose`It has no floating-point work that layers could be compared by.`;
  if (counted.length === 1)
    return prose`Its ${count(first.flops!)} floating-point operations were counted on one layer only.`;
  const each = listed(counted.map(({ variant, flops }) => `${count(flops!)} in \`${variant}\``));
  const flops = counted.map(sum => sum.flops!);
  const apart = Math.max(...flops) / Math.min(...flops) - 1;
  const verdict =
    apart === 0
      ? prose`the same on every layer`
      : apart < 0.1
        ? prose`the layers agree within ${percent(apart)}`
        : prose`the layers differ by up to ${percent(apart)}: another algorithm, or padding, does other work`;
  return prose`Floating-point operations: ${each}: ${verdict}.`;
}

const placeNames: Readonly<Record<string, string>> = {
  turbofan: 'code optimised by TurboFan',
  maglev: 'code optimised by Maglev',
  sparkplug: 'Sparkplug code',
  interpreter: 'the interpreter',
  native: 'native code',
  webassembly: 'WebAssembly',
  engine: 'V8’s built-ins',
  'garbage-collection': 'garbage collection',
  compilation: 'compilation',
  waiting: 'waiting',
};

/** The boundary or symbol with the most of the native time. */
function mostNative(places: readonly CsvRow[]): string {
  const native = places.filter(({ place, name }) => place === 'native' && name !== undefined);
  if (native.length === 0) return '';
  const most = native.reduce((a, b) => ((numberAt(b, 'share') ?? 0) > (numberAt(a, 'share') ?? 0) ? b : a));
  return `, the largest part under \`${String(most.name)}\` (${percent(numberAt(most, 'share') ?? 0)})`;
}

function whereTimeGoes({ places }: Facts): Prose {
  if (places.length === 0) return prose`**Where the time goes.** Not profiled in this run.`;
  const byPlace = [...Map.groupBy(places, row => String(row.place))]
    .map(([place, rows]) => ({ place, share: rows.reduce((sum, row) => sum + (numberAt(row, 'share') ?? 0), 0) }))
    .sort((a, b) => b.share - a.share);
  const shown = byPlace.filter(({ place, share }) => share >= 0.02 && place in placeNames);
  const unnamed = byPlace.find(({ place }) => place === 'unnamed')?.share ?? 0;
  const native = byPlace.find(({ place }) => place === 'native')?.share ?? 0;
  const dark =
    native + unnamed < 0.05
      ? prose`Next to nothing hides in native code (${percent(native)}) or in code without a name (${percent(unnamed)}): no layer is dark here`
      : prose`${percent(native)} lies in native code${mostNative(places)} and ${percent(unnamed)} in code without a name`;
  return prose`**Where the time goes.** Of \`naive\`, sampled: ${listed(shown.map(({ place, share }) => `${percent(share)} in ${placeNames[place]}`))}. ${dark}.`;
}

function parallelism({ traced, loops, hot }: Facts): Prose {
  if (!traced) return prose`**What is parallel.** Not traced in this run.`;
  const { totals, size } = traced;
  const { work, span, spanReassociated } = totals;
  const trees =
    spanReassociated > 0 && spanReassociated < span
      ? prose` (${significant(work / spanReassociated)} with sums as trees)`
      : prose``;
  const verdicts = [...Map.groupBy(loops, row => String(row.verdict))]
    .sort(([, a], [, b]) => b.length - a.length)
    .map(([verdict, rows]) => `${count(rows.length)} ${verdict}`);
  const [hottest] = hot;
  const loop = hottest
    ? prose` The hottest loop, \`${String(hottest.function)}\` at ${code(hottest)}, is *${String(hottest.verdict ?? 'unknown')}*: ${String(hottest.reason ?? 'no reason was given')}.`
    : prose``;
  const allowed =
    span > 0 && work / span < 2
      ? prose`The chain of dependences leaves next to nothing to share out`
      : prose`On average that many operations are ready at once`;
  return prose`**What is parallel.** At size ${count(size)} the work is ${count(work)} operations and the span ${count(span)}: parallelism ${span > 0 ? significant(work / span) : 'without bound'}${trees}. ${allowed}. Of the loops that ran, ${listed(verdicts)}.${loop}`;
}

const code = (row: CsvRow): string => `\`${String(row.file)}:${String(row.line)}\``;

function bounds({ answer }: Facts): Prose {
  if (!answer) return prose`**What bounds it.** Nothing was measured beside \`naive\`.`;
  const { best } = answer;
  if (best.boundShare === undefined || best.boundBy === undefined)
    return prose`**What bounds it.** No ceiling of the device of \`${best.variant}\` was measured.`;
  const room =
    best.boundShare > 1
      ? prose`more than the model of its least work allows, so this time or this bound is wrong`
      : best.boundShare >= 0.5
        ? prose`most of what this device can give to the textbook’s least work and traffic`
        : best.boundShare >= 0.1
          ? prose`the ceilings of this device leave room`
          : prose`far from the ceilings, so it is something else that bounds it: latencies, branches, or work beyond the least`;
  return prose`**What bounds it.** \`${best.variant}\` at size ${count(answer.size)} reaches ${percent(best.boundShare)} of the bound by ${best.boundBy}: ${room}.`;
}

function measured({ sentence, answer }: Facts): Prose {
  const doubt =
    answer && answer.best.doubts.length > 0
      ? prose` This figure is marked: ${listed([...answer.best.doubts])}.`
      : prose``;
  const pays = answer ? prose` Offloading: ${answer.breakEven}; ${answer.decision}.` : prose``;
  return prose`**What was measured.** ${sentence}${pays}${doubt}`;
}

/** What other hardware was forecast to give, beside what it gave; and the instruction that would save most. */
function whatHelps({ forecasts, hot }: Facts): Prose {
  const devices = forecasts.map(({ device, size, forecast, measured: found }) => {
    const came =
      found === undefined
        ? 'not measured'
        : `measured ${significant(found, 2)}×, ${found >= forecast.low && found <= forecast.high ? 'inside' : 'outside'}`;
    return `\`${device}\` at ${sizeLabel(size)} ${speedupText(forecast)} (${came})`;
  });
  const hardware =
    devices.length > 0
      ? prose`Forecast before measuring, over \`naive\`: ${listed(devices)}. ${best(forecasts)}`
      : hot.length > 0
        ? prose`No loop of it was forecast to gain on a device of this machine.`
        : prose`Nothing was forecast in this run.`;
  const patterned = hot.find(({ pattern }) => pattern !== undefined);
  const instruction = patterned
    ? prose` Of all patterns in its dataflow \`${String(patterned.pattern)}\` would save most as one instruction: ${percent(numberAt(patterned, 'pattern_share') ?? 0)} of all operations, loads and stores; ${patterned.pattern_covered_by === undefined ? 'none of the known instructions does it' : `existing hardware has it: ${String(patterned.pattern_covered_by)}`}.`
    : prose``;
  return prose`**What would help.** ${hardware}${instruction}`;
}

function best(forecasts: Facts['forecasts']): Prose {
  const found = forecasts.flatMap(({ device, measured: speedup }) =>
    speedup === undefined ? [] : [{ device, speedup }],
  );
  if (found.length === 0) return prose``;
  const most = found.reduce((a, b) => (b.speedup > a.speedup ? b : a));
  return most.speedup > 1.1
    ? prose`What helped most was \`${most.device}\`.`
    : prose`None of them made it surely faster.`;
}

/** All that is said of one workload, a paragraph a question. */
export const workloadParagraphs = (facts: Facts): string[] =>
  [measured, whatRuns, whereTimeGoes, parallelism, bounds, whatHelps].map(paragraph => paragraph(facts).text.trim());
