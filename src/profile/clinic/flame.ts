import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Ownership } from '../../target/index.ts';
import { frameAt } from './frames.ts';
import type { ClinicFrame, FlameFindings } from './types.ts';

/** One frame of flame's samples: `name` is the function, a space, and for JavaScript where it begins. */
interface SampledFrame {
  readonly name: string;
  readonly type: string;
  /** Of JavaScript: the tier of the code that ran. */
  readonly kind?: string;
}

const tierOf: Readonly<Record<string, string>> = {
  Unopt: 'interpreter',
  Sparkplug: 'baseline',
  Maglev: 'maglev',
  Opt: 'turbofan',
  Turboprop: 'turbofan',
};

interface Row {
  readonly frame: ClinicFrame;
  self: number;
  engine: number;
  total: number;
}

/**
 * Reads flame's samples: a JSON array of stacks, the outermost frame first. What V8 did for a function (a builtin, an
 * inline cache) is on top of it and counts for it, as it does in clinic's page.
 *
 * @returns undefined where no sample has a function of JavaScript on its stack
 */
export function readFlame(folder: string, ownership: Ownership): FlameFindings | undefined {
  const stacks = JSON.parse(
    readFileSync(join(folder, `${basename(folder)}-samples`), 'utf8'),
  ) as readonly (readonly SampledFrame[])[];
  const rows = new Map<string, Row>();
  const tiers: Record<string, number> = {};
  for (const stack of stacks) {
    const places = stack.map(frame => (frame.type === 'JS' ? placeOf(frame.name, ownership) : undefined));
    const top = places.findLastIndex(place => place !== undefined);
    if (top < 0) continue;
    const seen = new Set<Row>();
    for (const [index, frame] of places.entries()) {
      if (!frame) continue;
      const row = rowOf(rows, frame);
      if (!seen.has(row)) row.total++;
      seen.add(row);
      if (index !== top) continue;
      row.self++;
      if (top < stack.length - 1) row.engine++;
      if (frame.kind !== 'own') continue;
      const tier = tierOf[stack[top]?.kind ?? ''] ?? 'other';
      tiers[tier] = (tiers[tier] ?? 0) + 1;
    }
  }
  if (rows.size === 0) return undefined;
  const functions = [...rows.values()]
    .map(({ frame, self, engine, total }) => ({
      ...frame,
      selfSamples: self,
      engineSamples: engine,
      totalSamples: total,
      share: self / stacks.length,
    }))
    .sort((a, b) => b.selfSamples - a.selfSamples || b.totalSamples - a.totalSamples);
  return { tool: 'flame', samples: stacks.length, tiers, functions };
}

function rowOf(rows: Map<string, Row>, frame: ClinicFrame): Row {
  const key = `${frame.name}|${frame.file}|${frame.line}|${frame.column}`;
  const row = rows.get(key) ?? { frame, self: 0, engine: 0, total: 0 };
  rows.set(key, row);
  return row;
}

function placeOf(text: string, ownership: Ownership): ClinicFrame | undefined {
  const [, name = '', url = '', line = '0', column = '0'] =
    /^(.*?) ?((?:file|node|wasm):.*?|\/.*?):(\d+):(\d+)$/.exec(text) ?? [];
  return url === '' ? undefined : frameAt({ name, url, line: Number(line), column: Number(column) }, ownership);
}
