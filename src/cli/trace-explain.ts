import { readFileSync } from 'node:fs';
import { count, percent, significant } from '../report/format.ts';
import { widthOf } from '../trace/ranking.ts';
import type { CarriedResult, LoopResult } from '../trace/types.ts';

/** Two plain sentences on a loop's verdict: what may be done with it, and the line that shows why. */
export function explainVerdict(loop: LoopResult, inputs: number): string {
  return `${consequence(loop)} ${witness(loop, inputs)}`;
}

function consequence(loop: LoopResult): string {
  const wide = significant(widthOf(loop));
  const [first] = loop.carried;
  const shared = [...new Set(loop.carried.map(({ variable }) => variable))].slice(0, 3).join(', ');
  switch (loop.verdict) {
    case 'parallel':
      return `Its iterations may run at once, in any order: ${wide} of them are worth having side by side.`;
    case 'parallel-after-renaming':
      return `Its iterations overwrite ${shared}, but none uses what another one wrote there: with a copy for each, ${wide} may run at once.`;
    case 'reduction':
      return `Its iterations only add to ${first?.cell ?? 'one result'} by one associative operation: partial results, combined at the end, make it ${wide} wide (floating-point sums then round differently).`;
    case 'scan':
      return `Its iterations carry a running result in ${first?.cell ?? 'one place'} that is used on the way: a parallel prefix makes it ${wide} wide, at twice the operations.`;
    case 'doacross':
      return `An iteration waits for an earlier one, but not from its beginning to its end: started one behind the other, ${wide} are under way on average.`;
    case 'sequential':
      return `Each iteration needs the one before it: running them side by side gains nothing as the loop stands.`;
    default:
      return `Whether its iterations may run side by side cannot be said: ${loop.reason}.`;
  }
}

function witness(loop: LoopResult, inputs: number): string {
  const edge = decisive(loop);
  const ran = `${count(loop.iterations)} iterations on ${inputs === 1 ? 'one input' : `${inputs} inputs`}`;
  if (!edge)
    return loop.evidence === 'proven'
      ? `Proven from the text of line ${loop.line}: ${quoted(loop.file, loop.line)}.`
      : `Seen in ${ran} of line ${loop.line}, ${quoted(loop.file, loop.line)}; another input may show a dependence.`;
  const { from, to, kind, cell, distance } = edge;
  const what =
    kind === 'control'
      ? `whether iteration ${count(to.iteration)} runs is decided by data in iteration ${count(from.iteration)}`
      : `iteration ${count(to.iteration)} ${verbs[kind].later} ${cell} that iteration ${count(from.iteration)} ${verbs[kind].earlier}${from.line === to.line ? '' : ` in line ${from.line}`}`;
  const silent = edge.silent ? '; the store leaves the value as it was' : '';
  return `Line ${to.line}, ${quoted(loop.file, to.line)}: ${what} (${kind}, distance ${count(distance)}, seen ${count(edge.count)} times in ${ran}${silent}).`;
}

const verbs = {
  RAW: { earlier: 'wrote', later: 'reads the' },
  WAR: { earlier: 'read before', later: 'overwrites the' },
  WAW: { earlier: 'wrote', later: 'overwrites the' },
  control: { earlier: '', later: '' },
} as const;

/** The dependence that the verdict stands on: a flow before a name that is used again; of those the one seen most. */
function decisive({ carried, verdict }: LoopResult): CarriedResult | undefined {
  if (verdict === 'unknown') return undefined;
  const flows = carried.filter(({ kind }) => kind === 'RAW' || kind === 'control');
  return [...(flows.length > 0 ? flows : carried)].sort((a, b) => b.count - a.count)[0];
}

const files = new Map<string, readonly string[]>();

/** A line of the user's file between quotes, shortened. */
function quoted(file: string, line: number): string {
  const text = (linesOf(file)[line - 1] ?? '').trim();
  return `\`${text.length > 60 ? `${text.slice(0, 59)}…` : text}\``;
}

function linesOf(file: string): readonly string[] {
  let lines = files.get(file);
  if (!lines) {
    try {
      lines = readFileSync(file, 'utf8').split(/\r?\n/);
    } catch {
      lines = [];
    }
    files.set(file, lines);
  }
  return lines;
}

/** Divergence and memory of a loop in one line, where there is something to say. */
export function behaviour({ divergence, memory }: LoopResult): string {
  const paths = divergence > 0 ? [`${percent(divergence)} of the iterations leave their group's path`] : [];
  const arrays = memory
    .filter(({ reads, writes }) => reads + writes > 0)
    .map(({ variable, stride, strideElements, footprintBytes }) => {
      const step = stride === 'constant' ? `stride ${strideElements}` : stride === 'none' ? 'one place' : stride;
      return `${variable} ${step} (${bytes(footprintBytes)})`;
    });
  return [...paths, ...(arrays.length > 0 ? [`memory: ${arrays.join(', ')}`] : [])].join('; ');
}

const bytes = (n: number): string =>
  n < 1024 ? `${n} B` : n < 2 ** 20 ? `${significant(n / 1024)} KiB` : `${significant(n / 2 ** 20)} MiB`;
