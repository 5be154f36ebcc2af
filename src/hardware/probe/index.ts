import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { cacheFolder } from '../../../bin/launcher/cache.mjs';
import { better } from '../better-ceilings.ts';
import type { Ceilings } from '../ceilings.ts';
import { isOutrun } from './outrun.ts';

const version = 6;
/** Without its first, quick compiler WebAssembly runs optimised from the first call on. */
const probeFlags = ['--no-warnings=ExperimentalWarning', '--no-liftoff'];
const root = fileURLToPath(new URL('../../../', import.meta.url));

export interface ProbeOptions {
  /** What the adapter says of itself, or null without one; part of the identity. */
  readonly adapter: { readonly description: string } | null;
  readonly gpuProfile: 'safe' | 'record';
  /** Probe again even where the cache knows this machine. */
  readonly fresh?: boolean;
  readonly signal?: AbortSignal;
  /** Hears that it is probed, where it is not known. */
  readonly onStep?: (step: string) => void;
}

/** The machine as far as its ceilings depend on it. */
export function machineIdentity({ adapter, gpuProfile }: ProbeOptions): string {
  const [cpu] = cpus();
  const parts = [
    version,
    hostname(),
    cpu?.model,
    availableParallelism(),
    process.version,
    adapter?.description ?? 'none',
    gpuProfile,
  ];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16);
}

/**
 * The ceilings of this machine: from the cache, or probed in a process of its own (about ten seconds). A cached probe that
 * a core surpasses now was disturbed by something else on the machine: it is made again, and the better of both counts.
 */
export async function probeCeilings(options: ProbeOptions): Promise<Ceilings> {
  const identity = machineIdentity(options);
  const file = join(cacheFolder(root), `ceilings-${identity}.json`);
  const known = options.fresh ? undefined : readKnown(file);
  if (known && !(await isOutrun(known))) return known;
  options.onStep?.(
    known
      ? 'this machine computes faster than when it was probed: probing it again, about ten seconds'
      : 'probing this machine, about ten seconds',
  );
  const script = fileURLToPath(new URL('./probe-process.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [...probeFlags, script, options.gpuProfile], {
    timeout: 120_000,
    ...(options.signal ? { signal: options.signal } : {}),
  });
  const measured = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Pick<Ceilings, 'cpu' | 'adapter'>;
  const probed: Ceilings = { schema: 1, measuredAt: new Date().toISOString(), identity, ...measured };
  const ceilings = known ? better(known, probed) : probed;
  keep(file, ceilings);
  return ceilings;
}

function readKnown(file: string): Ceilings | undefined {
  try {
    const known = JSON.parse(readFileSync(file, 'utf8')) as Ceilings;
    return known.schema === 1 ? known : undefined;
  } catch {
    return undefined;
  }
}

function keep(file: string, ceilings: Ceilings): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(`${file}.${process.pid}`, JSON.stringify(ceilings, null, 2));
    renameSync(`${file}.${process.pid}`, file);
  } catch {
    // Where nothing can be kept it is probed again.
  }
}
