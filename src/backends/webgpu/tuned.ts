import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheFolder } from '../../../bin/launcher/cache.mjs';
import type { AdapterDescription } from './gpu.ts';
import type { GpuVariant, TuningShape } from './plan.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** What became of one shape. Times are of a dispatch, seen from the host. */
export type Trial =
  | { readonly shape: TuningShape; readonly status: 'ok'; readonly medianNs: number; readonly samples: number }
  | { readonly shape: TuningShape; readonly status: 'failed'; readonly reason: string };

/** What is known of one variant at one extent on one adapter. */
export interface TuningRecord {
  readonly id: string;
  readonly adapter: string;
  /** Of the WGSL of all shapes: another kernel makes the record worthless. */
  readonly sourceHash: string;
  /** The workload's own measure of an input, e.g. the cube root of m·k·n. */
  readonly extent: number;
  readonly trials: readonly Trial[];
  /** The fastest right one; absent until every shape was tried or the budget was spent. */
  readonly best?: TuningShape;
  readonly tunedAt: string;
}

/** The adapter with its driver, whose version Dawn puts into the description. */
export const adapterKey = ({ vendor, architecture, device, description }: AdapterDescription): string =>
  [vendor, architecture, device, description].join('|');

/** A declaration as far as its shapes are concerned. */
type Shaped<I> = Pick<GpuVariant<I, never>, 'name' | 'plan' | 'tunable'>;

/** @param gpu what the shapes may depend on */
export function sourceHash<I>(declaration: Shaped<I>, gpu: { readonly adapter: AdapterDescription }): string {
  const { tunable } = declaration;
  if (!tunable) throw new TypeError(`${declaration.name} has nothing to tune`);
  const codes = tunable.shapes(gpu).map(shape => [shape, declaration.plan(gpu, tunable.sample, shape).passes]);
  return createHash('sha256').update(JSON.stringify(codes)).digest('hex').slice(0, 16);
}

const fileOf = (): string => join(process.env.PGRAM_TUNING || cacheFolder(root), 'tuning.json');

/** All records of this machine; none where there is no file, or one that does not read. */
export function readTuning(): TuningRecord[] {
  try {
    const found = JSON.parse(readFileSync(fileOf(), 'utf8')) as { schema: number; records: TuningRecord[] };
    return found.schema === 1 ? found.records.filter(isRecord) : [];
  } catch {
    return [];
  }
}

const isRecord = ({ id, adapter, sourceHash: hash, extent, best }: TuningRecord): boolean =>
  [id, adapter, hash].every(text => typeof text === 'string') &&
  typeof extent === 'number' &&
  (best === undefined || (typeof best === 'object' && best !== null));

type Place = Pick<TuningRecord, 'id' | 'adapter' | 'sourceHash' | 'extent'>;

export const samePlace = (a: Place, b: Place): boolean =>
  a.id === b.id && a.adapter === b.adapter && a.sourceHash === b.sourceHash && a.extent === b.extent;

/** Puts a record in the place of an older one about the same, and drops those of kernels that have changed. */
export function keepTuning(record: TuningRecord): void {
  const others = readTuning().filter(
    other =>
      !samePlace(other, record) &&
      !(other.id === record.id && other.adapter === record.adapter && other.sourceHash !== record.sourceHash),
  );
  const file = fileOf();
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.${process.pid}`, `${JSON.stringify({ schema: 1, records: [...others, record] }, null, 2)}\n`);
  renameSync(`${file}.${process.pid}`, file);
}

/** The best known shape for inputs of about this extent: of the record that is nearest by ratio, at most a factor of 4 away. */
export function tunedShape<I>(
  declaration: Shaped<I>,
  gpu: { readonly adapter: AdapterDescription },
  input: I,
): TuningShape | undefined {
  const { tunable } = declaration;
  if (!tunable) return undefined;
  const known = readTuning().filter(
    ({ id, adapter, best }) => best && id === tunable.id && adapter === adapterKey(gpu.adapter),
  );
  if (known.length === 0) return undefined;
  const hash = sourceHash(declaration, gpu);
  const extent = tunable.extent(input);
  const away = (record: TuningRecord): number => Math.abs(Math.log2(record.extent / extent));
  const near = known
    .filter(record => record.sourceHash === hash && away(record) <= 2)
    .sort((a, b) => away(a) - away(b));
  return near[0]?.best;
}
