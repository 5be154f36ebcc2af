import { relative } from 'node:path';
import { styleText } from 'node:util';
import { shortestTellingMs } from '../census/executed/slowdown.ts';
import type { CallgrindCensus } from '../census/native/callgrind.ts';
import { categories, type Layer } from '../census/types.ts';
import { inert, roomOf } from '../report/align.ts';
import { count, percent, significant } from '../report/format.ts';
import type { CensusSubject } from './census-subject.ts';

const names: Readonly<Record<string, string>> = {
  bytecode: 'bytecode, as compiled (functions never called too)',
  'executed-bytecode': 'bytecode, as executed',
  'machine-code': 'machine code, as compiled by Maglev or TurboFan',
  webassembly: 'WebAssembly, as executed, all threads',
  'gpu-kernel': 'GPU kernels, as executed by all invocations',
};

const widest = 40;
const widestSymbol = 60;
const mostGaps = 12;
const mostFunctions = 12;

/** The answer of `analyze-bytecode` for a person. */
export function censusScreen(subject: CensusSubject): string[] {
  const { census, label, variant, native } = subject;
  const title = `${relative('.', label) || label}${variant === undefined ? '' : `, ${variant}`}${subject.spec.size === undefined ? '' : `, size ${subject.spec.size}`}`;
  return [
    styleText('bold', title),
    ...census.problems.map(problem => styleText('red', `not to its end: ${problem}`)),
    ...(census.open.length > 0 ? [`open to the program: ${census.open.join(', ')}`] : []),
    '',
    // Of a program that did not load there is nothing to show.
    ...census.layers.filter(({ functions }) => functions.length > 0).flatMap(layer => layerLines(layer)),
    ...staticLines(subject),
    ...packedLines(subject),
    ...nativeLines(native),
    ...callgrindLines(subject.callgrind),
    ...slowdownLines(subject),
  ];
}

/** Below this the columns stand closer. */
const leastRoom = 60;

/** A bar chart in the terminal, one category a line, no wider than the terminal. */
function layerLines({ layer, counts, flops, functions, unsolved }: Layer, title = names[layer] ?? layer): string[] {
  const total = categories.reduce((sum, category) => sum + counts[category], 0);
  const most = Math.max(1, ...categories.map(category => counts[category]));
  const room = roomOf(process.stdout);
  const [numbers, shares] = room < leastRoom ? [11, 9] : [16, 11];
  const longest = Math.max(0, Math.min(widest, room - 18 - numbers - shares));
  const bars = categories.map(category => {
    const bar = '█'.repeat(Math.round((counts[category] / most) * longest));
    const share = total === 0 ? '' : percent(counts[category] / total);
    return `  ${category.padEnd(14)}${count(counts[category]).padStart(numbers)}${share.padStart(shares)}  ${bar}`;
  });
  const sums = `  ${count(total)} instructions in ${functions.length} functions${flops === null ? '' : `, ${count(flops)} flops on data`}`;
  const gaps = unsolved
    .slice(0, mostGaps)
    .map(each => `  not solved: ${each.function}${each.line > 0 ? ` (line ${each.line})` : ''}: ${each.reason}`);
  const more = unsolved.length > mostGaps ? [`  and ${unsolved.length - mostGaps} more, in census.csv`] : [];
  return [styleText('bold', title), ...bars, sums, ...gaps, ...more, ''];
}

function staticLines({ census }: CensusSubject): string[] {
  return census.webassemblyStatic.length === 0
    ? []
    : [
        styleText('bold', 'WebAssembly modules, each instruction once'),
        ...census.webassemblyStatic.map(({ counts, functions, opcodes }, index) => {
          const total = categories.reduce((sum, category) => sum + counts[category], 0);
          const vector = Object.entries(opcodes).reduce(
            (sum, [name, value]) => sum + (/^(v128|[if]\d+x\d+)\./.test(name) ? value : 0),
            0,
          );
          return `  module ${index + 1}: ${count(total)} instructions in ${functions.length} functions, ${percent(total === 0 ? 0 : vector / total)} on 128-bit vectors`;
        }),
        '',
      ];
}

function packedLines({ census: { optimised } }: CensusSubject): string[] {
  const instructions = optimised.reduce((sum, { code }) => sum + code.instructions.length, 0);
  if (instructions === 0) return [];
  const packed = optimised.reduce((sum, each) => sum + each.packed, 0);
  return [`packed SIMD in V8's optimised code: ${count(packed)} of ${count(instructions)} instructions`, ''];
}

function nativeLines({ share, boundaries }: CensusSubject['native']): string[] {
  if (share === null) return [];
  const rows = boundaries
    .slice(0, mostFunctions)
    .map(
      ({ name, ms, share: part }) =>
        `  ${inert(name).padEnd(40)}${`${significant(ms)} ms`.padStart(12)}${percent(part).padStart(10)}`,
    );
  return [styleText('bold', `native code: ${percent(share)} of the time, by boundary`), ...rows, ''];
}

/** Native instructions by symbol, with what has none; then the optimised code among what was made at run time. */
function callgrindLines(callgrind: CallgrindCensus | undefined): string[] {
  if (!callgrind) return [];
  if (callgrind.status !== 'ok') return [callgrind.message, ''];
  const { total, symbols, unnamed, made, mark, otherThreads } = callgrind.native;
  const row = (symbol: string, instructions: number, object: string): string => {
    const name = inert(symbol);
    return `  ${(name.length > widestSymbol ? `${name.slice(0, widestSymbol - 1)}…` : name).padEnd(widestSymbol)}${count(instructions).padStart(16)}${percent(total === 0 ? 0 : instructions / total).padStart(11)}  ${inert(object)}`;
  };
  const shown = symbols.slice(0, mostFunctions);
  const rest = symbols.slice(mostFunctions);
  return [
    styleText('bold', 'native: instructions of the processor by symbol, counted by callgrind on the main thread'),
    ...shown.map(({ symbol, object, instructions }) => row(symbol, instructions, object)),
    ...(rest.length > 0
      ? [
          row(
            `${count(rest.length)} more symbols, in census.csv`,
            rest.reduce((sum, { instructions }) => sum + instructions, 0),
            '',
          ),
        ]
      : []),
    row('code made at run time', made, 'JavaScript, WebAssembly, regular expressions'),
    row('without a symbol', unnamed, ''),
    `  ${count(total)} instructions, of which a mark of the tool's own takes ${count(mark)}; other threads executed ${count(otherThreads)} in the life of the process, what part for this work is not known`,
    '',
    ...(callgrind.machineCode.functions.length + callgrind.machineCode.unsolved.length > 0
      ? layerLines(
          callgrind.machineCode,
          'machine code, as executed, of functions that Maglev or TurboFan had compiled by then',
        )
      : []),
  ];
}

function slowdownLines({ slowdown }: CensusSubject): string[] {
  if (!slowdown) return [];
  const { fast, exact, plainMilliseconds, size } = slowdown;
  const at = size === undefined ? '' : ` at size ${count(size)}`;
  const short =
    plainMilliseconds < shortestTellingMs ? '; too short a run to tell: compiling the counters is most of it' : '';
  return [
    `counting slows this program down${at} ${significant(fast)} times in fast mode and ${significant(exact)} times in exact mode (${significant(plainMilliseconds)} ms uncounted${short})`,
    '',
  ];
}

/**
 * The same functions as compiled, as executed, and after specialisation and inlining: why a listing and what runs
 * disagree.
 */
export function explainLines({ census }: CensusSubject): string[] {
  const [compiled, executed] = census.layers;
  if (!compiled || !executed) return [];
  const sum = (counts: Layer['counts']): number => categories.reduce((total, category) => total + counts[category], 0);
  const rows = compiled.functions.flatMap(listed => {
    const ran = executed.functions.find(
      each => each.name === listed.name && each.file === listed.file && each.line === listed.line,
    );
    const steps = ran ? sum(ran.counts) : 0;
    if (steps === 0) return [];
    const code = census.optimised.find(
      each => each.file === listed.file && each.line === listed.line && each.code.name === listed.name,
    );
    return [{ listed, steps, code, static: sum(listed.counts) }];
  });
  rows.sort((a, b) => b.steps - a.steps);
  const inlinedAnywhere = new Set(census.optimised.flatMap(({ code }) => code.inlined));
  const lines = rows.slice(0, mostFunctions).flatMap(({ listed, steps, code, static: bytecodes }) => {
    const head = `  ${styleText('bold', inert(listed.name))} (line ${listed.line}): ${count(bytecodes)} bytecodes listed, ${count(steps)} executed (each ${significant(steps / bytecodes)} times on average)`;
    if (!code) {
      const where = inlinedAnywhere.has(listed.name)
        ? 'no optimised code of its own: it was put into its callers'
        : 'no optimised code: it ran in the interpreter or in baseline code';
      return [head, `      ${where}`];
    }
    const checks = Object.entries(code.checks).sort(([, a], [, b]) => b - a);
    return [
      head,
      `      ${code.code.tier}: ${count(code.code.instructions.length)} machine instructions, ${count(code.packed)} of them packed SIMD; compiled by Maglev ×${code.compilations.maglev}, by TurboFan ×${code.compilations.turbofan}`,
      `      put in: ${code.code.inlined.length > 0 ? [...new Set(code.code.inlined)].join(', ') : 'nothing'}`,
      ...(inlinedAnywhere.has(listed.name)
        ? ['      in optimised callers it does not run at all: it was put into them']
        : []),
      `      checks that remain: ${checks.length > 0 ? checks.map(([reason, times]) => `${reason} ×${times}`).join(', ') : 'none'}`,
    ];
  });
  return [
    styleText('bold', 'why the listing and what runs disagree'),
    '  A listing shows each bytecode once, whether it runs never or a million times. What runs is not the listing either:',
    '  V8 replaces hot functions by machine code for the types that it has seen, puts callees in, and leaves checks behind.',
    ...lines,
    '',
  ];
}
