import { relative } from 'node:path';
import { styleText } from 'node:util';
import { alignColumns, type CellText, inert, roomOf, type Style } from '../report/align.ts';
import { count, percent, significant } from '../report/format.ts';
import type { Fit, Predicted } from '../trace/growth.ts';
import { bound, isOpen, loopsThatMatter, shareOf, untracedShare } from '../trace/ranking.ts';
import { type Extrapolated, extrapolate, type Sweep, sizesBeyond } from '../trace/sweep.ts';
import type { LoopResult, TraceResult } from '../trace/types.ts';
import { behaviour, explainVerdict } from './trace-explain.ts';
import { meaningForHardware, placeOf } from './trace-hardware.ts';

export interface ScreenOptions {
  readonly explain: boolean;
  /** False where dependences were not followed: then nothing can be said of what hardware would do. */
  readonly judged?: boolean;
  readonly sweep?: Sweep | undefined;
  /** Sizes to say the growth at. */
  readonly extrapolate?: readonly number[];
  readonly stream: NodeJS.WriteStream;
}

/** Loops that a screen has room for. */
const mostLoops = 8;
const processors = [8, 64];
/** From here on the headline says that part of the program was not traced. */
const worthSaying = 0.05;

/** The answer on one screen; with `explain` as long as it takes. */
export function screen(result: TraceResult, options: ScreenOptions): string {
  const { explain, stream } = options;
  const room = roomOf(stream);
  const width = Number.isFinite(room) ? Math.max(32, Math.min(room, 120)) : 80;
  const paint = (style: Style, text: string) => styleText(style, text, { stream });
  const loops = explain ? result.loops.filter(({ iterations }) => iterations > 0) : loopsThatMatter(result, mostLoops);
  const hidden = result.loops.filter(({ iterations }) => iterations > 0).length - loops.length;
  const blocks = [
    [
      ...wrap(headline(result), width).map(line => paint('bold', line)),
      ...wrap(darkness(result), width).map(line => paint('yellow', line)),
      ...wrap(stopped(result), width).map(line => paint('red', line)),
      ...wrap(amdahl(result), width),
    ],
    loopTable(loops, result, { ...options, width }),
    hidden > 0 ? [`and ${hidden} loop${hidden === 1 ? '' : 's'} more (--explain shows all)`] : [],
    options.judged === false ? [] : meaning(result, width, paint),
    options.sweep ? growth(options.sweep, options.extrapolate ?? [], { width, paint, stream }) : [],
    untraced(result, width),
    wrap(output(result), width),
  ];
  return blocks
    .filter(lines => lines.length > 0)
    .map(lines => lines.join('\n'))
    .join('\n\n');
}

function headline(result: TraceResult): string {
  const { target, size, work, span, spanReassociated, parallelism, cost } = result;
  const what = `${relative('.', target) || target}${size === null ? '' : ` at size ${count(size)}`}${cost === 'machine' ? ', in cycles' : ''}`;
  if (parallelism === null) return inert(`${what}: ${count(work)} operations, none of which waits for another`);
  const sums = spanReassociated === span ? '' : ` (${count(spanReassociated)} with sums reassociated)`;
  return inert(`${what}: work ${count(work)}, span ${count(span)}${sums}, parallelism ${significant(parallelism)}`);
}

function darkness(result: TraceResult): string {
  const share = untracedShare(result);
  return share > worthSaying
    ? `${percent(share)} of the time is in what could not be traced through: the numbers are of the rest.`
    : '';
}

const stopped = ({ complete, stopped: why }: TraceResult): string =>
  complete ? '' : `Stopped: ${inert(why ?? 'a limit was reached')}; the numbers are of what ran until then.`;

function amdahl(result: TraceResult): string {
  if (result.span === 0) return '';
  const bounds = (serial: number) =>
    `${processors.map(p => `${significant(bound(result, p, serial))}× on ${p}`).join(', ')}, ${significant(bound(result, Number.POSITIVE_INFINITY, serial))}× on unlimited processors`;
  const share = untracedShare(result);
  const dark = share > worthSaying ? ` If what was not traced stays as it is: ${bounds(share)}.` : '';
  return `At most ${bounds(0)} (Amdahl; moving data is free).${dark}`;
}

interface Page {
  readonly width: number;
  readonly paint: (style: Style, text: string) => string;
  readonly stream: NodeJS.WriteStream;
}

const verdictStyle = (loop: LoopResult): Style =>
  loop.verdict === 'unknown' ? 'yellow' : isOpen(loop) ? 'green' : 'red';

function loopTable(
  loops: readonly LoopResult[],
  result: TraceResult,
  { explain, stream, width }: ScreenOptions & { readonly width: number },
): string[] {
  if (loops.length === 0) return ['No loop was entered.'];
  const header: CellText[] = ['loop', 'iterations', 'of work', 'SP', 'verdict', 'evidence'].map(text => ({
    text,
    style: 'underline',
  }));
  const least = Math.min(...loops.map(({ depth }) => depth));
  const rows = loops.map((loop): CellText[] => [
    { text: placed(loop, loop.depth - least, width > 90 ? 28 : 24) },
    { text: count(loop.iterations) },
    { text: result.work > 0 ? percent(shareOf(loop, result)) : '–' },
    { text: loop.selfParallelism === null ? '–' : significant(loop.selfParallelism) },
    { text: loop.verdict ?? '', style: verdictStyle(loop) },
    { text: loop.evidence ?? '', style: 'dim' },
  ]);
  const [head = '', ...lines] = alignColumns([header, ...rows], { right: new Set([1, 2, 3]), stream, spare: 1 });
  return [head, ...lines.flatMap((line, k) => [line, ...detail(loops[k]!, { explain, width, inputs: result.inputs })])];
}

/** Indented by its depth; of a long name the end, which tells loops apart. */
function placed(loop: LoopResult, depth: number, widest: number): string {
  const indent = '  '.repeat(Math.min(depth, 6));
  const [text, room] = [placeOf(loop), widest - indent.length];
  return indent + (text.length > room ? `…${text.slice(text.length - room + 1)}` : text);
}

const shortened = (text: string, most: number): string => (text.length > most ? `${text.slice(0, most - 1)}…` : text);

/** Why the verdict is what it is: one line, or with `explain` two sentences and every dependence. */
function detail(
  loop: LoopResult,
  { explain, width, inputs }: { explain: boolean; width: number; inputs: number },
): string[] {
  const indent = ' '.repeat(4);
  if (!explain) {
    // "parallel" says it all; the others are asked why at once.
    if (loop.verdict === 'parallel' || loop.reason === '') return [];
    return [`${indent}${shortened(inert(loop.reason), width - 4)}`];
  }
  const sentences = [explainVerdict(loop, inputs), behaviour(loop)].filter(Boolean);
  return [
    ...sentences.flatMap(text => wrap(inert(text), width - 4).map(line => indent + line)),
    ...loop.carried.flatMap(edge =>
      wrap(dependence(edge), width - 6).map((line, k) => `${indent}${k === 0 ? '· ' : '  '}${line}`),
    ),
  ];
}

const dependence = ({ kind, variable, cell, distance, from, to, silent }: LoopResult['carried'][number]): string =>
  inert(
    `${kind} on ${variable}${cell && cell !== variable ? ` (${cell})` : ''}, distance ${distance}: line ${from.line} in iteration ${from.iteration} → line ${to.line} in iteration ${to.iteration}${silent ? ', silent store' : ''}`,
  );

function meaning(result: TraceResult, width: number, paint: Page['paint']): string[] {
  if (result.work === 0) return [];
  const { cores, simd, gpu } = meaningForHardware(result);
  return [
    paint('bold', 'What it means for hardware'),
    ...[`Cores: ${cores}`, `SIMD: ${simd}`, `GPU: ${gpu}`].flatMap(text =>
      wrap(inert(text), width - 2).map((line, k) => (k === 0 ? line : `  ${line}`)),
    ),
  ];
}

function growth(sweep: Sweep, asked: readonly number[], { width, paint, stream }: Page): string[] {
  const right = new Set([0, 1, 2, 3]);
  const header: CellText[] = ['n', 'work', 'span', 'parallelism', ''].map(text => ({ text, style: 'underline' }));
  const traced = sweep.results
    .filter(({ complete }) => complete)
    .map(({ size, work, span, parallelism }): CellText[] => [
      { text: count(size!) },
      { text: count(work) },
      { text: count(span) },
      { text: parallelism === null ? '–' : significant(parallelism) },
      { text: 'traced', style: 'dim' },
    ]);
  const beyond = sizesBeyond(sweep, asked).map(size => foretoldRow(extrapolate(sweep, size)));
  const ended = sweep.results.filter(({ complete }) => !complete);
  return [
    paint('bold', 'Growth'),
    ...wrap(`W(n) = ${sweep.work.law}${quality(sweep.work)}`, width),
    ...wrap(`S(n) = ${sweep.span.law}${quality(sweep.span)}`, width),
    ...alignColumns([header, ...traced, ...beyond], { right, stream }),
    ...ended.flatMap(({ size, stopped: why }) =>
      wrap(`n = ${count(size!)} is not in the fit: ${inert(why ?? '')}`, width),
    ),
  ];
}

function quality({ exact, error, foretold }: Fit): string {
  if (exact) return ', exactly at every size traced';
  const before =
    foretold === null
      ? '; a fourth size would show how far to trust it'
      : `; from the smaller sizes alone it misses the largest by ${percent(foretold)}`;
  return `, within ${percent(error)}${before}`;
}

function foretoldRow({ size, work, span, parallelism }: Extrapolated): CellText[] {
  return [
    { text: count(size) },
    { text: predicted(work) },
    { text: predicted(span) },
    { text: parallelism ? predicted(parallelism) : '–' },
    { text: 'extrapolated', style: 'dim' },
  ];
}

function predicted({ low, mid, high }: Predicted): string {
  if (high - low <= 1e-9 * mid) return Number.isInteger(mid) ? count(mid) : significant(mid);
  return `${significant(mid)} (${significant(low, 2)} to ${significant(high, 2)})`;
}

function untraced({ unknown }: TraceResult, width: number): string[] {
  if (unknown.length === 0) return [];
  const shown = [...unknown].sort((a, b) => (b.timeShare ?? 0) - (a.timeShare ?? 0)).slice(0, 5);
  return [
    'Not traced through:',
    ...shown.flatMap(({ line, reason, timeShare }) =>
      wrap(
        `line ${line}: ${inert(reason)}${timeShare === null ? '' : ` (${percent(timeShare)} of the time)`}`,
        width - 4,
      ).map((text, k) => `${k === 0 ? '  ' : '    '}${text}`),
    ),
    ...(unknown.length > shown.length ? [`  and ${unknown.length - shown.length} more (--json)`] : []),
  ];
}

function output({ slowdown, sameOutput, bytesPerElement }: TraceResult): string {
  const said = sameOutput === null ? 'not comparable' : sameOutput ? 'unchanged by tracing' : 'CHANGED BY TRACING';
  // Below 1 the run was so short that starting up is all that was timed.
  const speed = slowdown === null || slowdown < 1 ? '' : `; traced ${significant(slowdown, 2)} times slower than plain`;
  const shadows =
    typeof bytesPerElement === 'number'
      ? `; ${significant(bytesPerElement, 2)} bytes of shadow for each array element touched`
      : '';
  return `Output ${said}${speed}${shadows}.`;
}

/** Lines of at most `width` characters, broken at spaces; none for no text. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ').filter(Boolean)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
