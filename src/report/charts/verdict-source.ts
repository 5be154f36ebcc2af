import type { TopLevelSpec } from 'vega-lite';
import { textWidth } from '../text.ts';
import { config, ink } from '../theme.ts';
import { type ChartOptions, innerWidth, type Layer, titled } from './parts.ts';

/** A loop as it lies in the source, with what was found of it. */
export interface SourceLoop {
  readonly first: number;
  readonly last: number;
  readonly verdict: string;
  /** What its label says after the verdict: `SP 17.0, 100 % of the work`. */
  readonly says: string;
}

export interface VerdictSource {
  /** `kernels/matmul/naive.ts` */
  readonly file: string;
  readonly lines: readonly string[];
  readonly loops: readonly SourceLoop[];
}

/**
 * Lightness falls from what may run side by side to what may not, so that the order survives a grey printer; the label
 * above each loop says the verdict in words as well.
 */
export const verdictColours: Readonly<Record<string, string>> = {
  parallel: '#3fae6b',
  'parallel-after-renaming': '#83b14a',
  reduction: '#3d8fd1',
  scan: '#2f6fb3',
  doacross: '#c2601a',
  sequential: '#8a1c1c',
  unknown: '#777777',
};

const rowHeight = 12;
const bar = 4;
const fontSize = 8;
/** Rows of a figure that still fits a page. */
const mostRows = 110;

interface Row {
  readonly text: string;
  readonly indent: number;
  readonly kind: 'code' | 'label' | 'gap';
  readonly verdict: string;
  readonly line: number | null;
}

/** The source of a file with each loop marked by its verdict: a bar beside it, a tint behind it, a label above it. */
export function verdictSource(source: VerdictSource, options: ChartOptions = {}): TopLevelSpec {
  const { rows, spans } = layOut(source);
  const deepest = Math.max(0, ...spans.map(({ depth }) => depth + 1));
  const gutter = 24 + deepest * (bar + 2) + 4;
  const width = innerWidth(options);
  const height = rows.length * rowHeight;
  const values = rows.map((row, k) => ({
    ...row,
    x: gutter + row.indent,
    y: (k + 0.5) * rowHeight,
    shown: fitted(row, width - gutter),
  }));
  const bars = spans.map(({ from, to, depth, verdict }) => ({
    x: 24 + depth * (bar + 2),
    x2: 24 + depth * (bar + 2) + bar,
    right: width,
    y: from * rowHeight + 1,
    y2: to * rowHeight - 1,
    verdict,
  }));
  const plain = { type: 'quantitative' as const, axis: null };
  const x = { ...plain, scale: { domain: [0, width], nice: false, zero: false } };
  const y = { ...plain, scale: { domain: [height, 0], nice: false, zero: false } };
  const verdicts = Object.keys(verdictColours);
  const colour = {
    field: 'verdict',
    type: 'nominal' as const,
    scale: { domain: verdicts, range: Object.values(verdictColours) },
    legend: null,
  };
  const box = (from: string, to: string, opacity: number): Layer => ({
    data: { values: bars },
    mark: { type: 'rect', opacity },
    encoding: {
      x: { field: from, ...x },
      x2: { field: to },
      y: { field: 'y', ...y },
      y2: { field: 'y2' },
      color: colour,
    },
  });
  const text = (kind: Row['kind'], field: string, look: object): Layer => ({
    transform: [{ filter: `datum.kind === '${kind}'` }],
    mark: { type: 'text', align: 'left', baseline: 'middle', fontSize, ...look },
    encoding: {
      x: { field, ...x },
      y: { field: 'y', ...y },
      text: { field: 'shown' },
    },
  });
  const numbers: Layer = {
    transform: [{ filter: 'datum.line !== null' }],
    mark: { type: 'text', align: 'right', baseline: 'middle', fontSize: 7, color: ink.muted, x: 20 },
    encoding: { y: { field: 'y', ...y }, text: { field: 'line' } },
  };
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    config,
    width,
    height,
    autosize: { type: 'fit', contains: 'content' },
    title: titled(`${source.file}: loops by verdict`, 'SP: self-parallelism; share: of all operations', options),
    data: { values },
    layer: [
      box('x2', 'right', 0.09),
      box('x', 'x2', 1),
      numbers,
      text('code', 'x', { color: ink.text }),
      text('label', 'x', { fontWeight: 'bold', color: ink.text }),
      text('gap', 'x', { color: ink.muted }),
    ],
  };
}

/** Text that fits a row, with an ellipsis where it does not. */
function fitted({ text, indent, kind }: Row, room: number): string {
  const weight = kind === 'label' ? 'bold' : 'normal';
  if (textWidth(text, fontSize, weight) <= room - indent) return text;
  let shown = text;
  while (shown.length > 1 && textWidth(`${shown}…`, fontSize, weight) > room - indent) shown = shown.slice(0, -1);
  return `${shown}…`;
}

interface Span {
  readonly from: number;
  readonly to: number;
  readonly depth: number;
  readonly verdict: string;
}

/** Lines that lie in loops, with a label above each loop; long stretches without a loop's beginning are shortened. */
function layOut({ lines, loops }: VerdictSource): { rows: Row[]; spans: Span[] } {
  const ordered = [...loops].sort((a, b) => a.first - b.first || b.last - a.last);
  const keep = linesToShow(ordered, lines.length);
  const rows: Row[] = [];
  const starts = new Map<SourceLoop, number>();
  const ends = new Map<SourceLoop, number>();
  let before = 0;
  const indentOf = (line: number) => 5 * (/^\s*/.exec(lines[line - 1] ?? '')![0].replaceAll('\t', '  ').length / 2);
  for (const line of keep) {
    if (before > 0 && line > before + 1)
      rows.push({
        text: `⋯ ${line - before - 1} lines`,
        indent: indentOf(line),
        kind: 'gap',
        verdict: 'unknown',
        line: null,
      });
    for (const loop of ordered.filter(({ first }) => first === line)) {
      starts.set(loop, rows.length);
      rows.push({
        text: `${loop.verdict}, ${loop.says}`,
        indent: indentOf(line),
        kind: 'label',
        verdict: loop.verdict,
        line: null,
      });
    }
    rows.push({ text: (lines[line - 1] ?? '').trim(), indent: indentOf(line), kind: 'code', verdict: 'unknown', line });
    for (const loop of ordered) if (loop.last === line) ends.set(loop, rows.length);
    before = line;
  }
  const spans = ordered.flatMap(loop => {
    const from = starts.get(loop);
    const to = ends.get(loop);
    const depth = ordered.filter(other => other !== loop && contains(other, loop, ordered)).length;
    return from === undefined || to === undefined ? [] : [{ from, to, depth, verdict: loop.verdict }];
  });
  return { rows, spans };
}

const contains = (a: SourceLoop, b: SourceLoop, ordered: readonly SourceLoop[]): boolean =>
  a.first <= b.first &&
  b.last <= a.last &&
  (a.first < b.first || b.last < a.last || ordered.indexOf(a) < ordered.indexOf(b));

function linesToShow(loops: readonly SourceLoop[], total: number): number[] {
  const inside = new Set<number>();
  for (const { first, last } of loops) for (let line = first; line <= Math.min(last, total); line++) inside.add(line);
  if (inside.size + loops.length <= mostRows) return [...inside].sort((a, b) => a - b);
  // Too long for a page: of each loop its head and first lines, and its end.
  const short = new Set<number>();
  for (const { first, last } of loops) for (const line of [first, first + 1, last]) if (line <= last) short.add(line);
  return [...short].sort((a, b) => a - b);
}
