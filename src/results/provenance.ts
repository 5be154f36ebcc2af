import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { arch, availableParallelism, cpus, hostname, platform, release, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { clockResolutionNs } from '../measure/clock.ts';

/** Where and with what a run was made. */
export interface Environment {
  readonly machine: {
    readonly hostnameHash: string;
    readonly cpu: string;
    readonly logicalCores: number;
    /** Cores that this process may use; `threads` variants start as many. */
    readonly availableCores: number;
    readonly memoryBytes: number;
    readonly platform: string;
    readonly arch: string;
    readonly kernel: string;
  };
  readonly runtime: {
    readonly node: string;
    readonly v8: string;
    readonly nodeSource: string;
    readonly execArgv: readonly string[];
    readonly nodeOptions: string;
    /** The smallest step of the clock, in nanoseconds. */
    readonly clockResolutionNs: number;
  };
  readonly vulkan: unknown;
  readonly adapter: unknown;
  /** Shapes that `pgram tune` chose for this adapter: what its tunable variants run with. Absent where there are none. */
  readonly tuned?: unknown;
  readonly tool: {
    readonly version: string;
    readonly gitCommit: string | null;
    readonly gitDirty: boolean | null;
    /** SHA-256 of the difference to that commit; null where there is none. */
    readonly gitDiffSha256: string | null;
    readonly lockfileSha256: string | null;
  };
  readonly packages: Readonly<Record<string, string>>;
}

export const packageRoot = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

interface LaunchReport {
  readonly node?: { readonly source: string };
  readonly vulkan?: unknown;
}

/** What the launcher decided; empty where the tool was not started through it. */
export const launchReport = (): LaunchReport => JSON.parse(process.env.PGRAM_LAUNCH ?? '{}') as LaunchReport;

/** @param adapter what the WebGPU adapter says of itself, features and limits included; null without one */
export function describeEnvironment(adapter: unknown, tuned: readonly unknown[] = []): Environment {
  const [cpu] = cpus();
  const manifest = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as {
    version: string;
    dependencies: Record<string, string>;
  };
  const { node, vulkan } = launchReport();
  return {
    machine: {
      hostnameHash: sha256(hostname()).slice(0, 12),
      cpu: cpu?.model.trim() ?? 'unknown',
      logicalCores: cpus().length,
      availableCores: availableParallelism(),
      memoryBytes: totalmem(),
      platform: platform(),
      arch: arch(),
      kernel: release(),
    },
    runtime: {
      node: process.version,
      v8: process.versions.v8,
      nodeSource: node?.source ?? 'direct',
      execArgv: process.execArgv,
      nodeOptions: process.env.NODE_OPTIONS ?? '',
      clockResolutionNs: clockResolutionNs(),
    },
    vulkan: vulkan ?? null,
    adapter,
    ...(tuned.length > 0 ? { tuned } : {}),
    tool: { version: manifest.version, ...gitState(), lockfileSha256: lockfileHash() },
    packages: manifest.dependencies,
  };
}

type GitState = Pick<Environment['tool'], 'gitCommit' | 'gitDirty' | 'gitDiffSha256'>;

function gitState(): GitState {
  const git = (...args: string[]): string =>
    execFileSync('git', ['-C', packageRoot, ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      maxBuffer: 2 ** 28,
    }).trim();
  const unknown: GitState = { gitCommit: null, gitDirty: null, gitDiffSha256: null };
  try {
    if (!existsSync(join(packageRoot, '.git'))) return bundledState() ?? unknown;
    const difference = git('diff', 'HEAD');
    const gitDirty = git('status', '--porcelain') !== '';
    return {
      gitCommit: git('rev-parse', 'HEAD'),
      gitDirty,
      gitDiffSha256: difference === '' ? null : sha256(difference),
    };
  } catch {
    return unknown;
  }
}

/** A bundle (`pgram bundle`) has no history; it says what it was made of. */
function bundledState(): GitState | undefined {
  const file = join(packageRoot, 'bundle.json');
  if (!existsSync(file)) return undefined;
  const { tool } = JSON.parse(readFileSync(file, 'utf8')) as { tool: GitState };
  const { gitCommit, gitDirty, gitDiffSha256 } = tool;
  return { gitCommit, gitDirty, gitDiffSha256 };
}

export const sha256 = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex');

function lockfileHash(): string | null {
  const file = join(packageRoot, 'package-lock.json');
  return existsSync(file) ? sha256(readFileSync(file)) : null;
}

/** What must agree for samples of two sittings to stand in one run: the same machine, runtime and adapter. */
export function sameConditions(a: Environment, b: Environment): string | undefined {
  const differences: [string, unknown, unknown][] = [
    ['CPU', a.machine.cpu, b.machine.cpu],
    ['machine', a.machine.hostnameHash, b.machine.hostnameHash],
    ['number of cores', a.machine.logicalCores, b.machine.logicalCores],
    ['number of cores to use', a.machine.availableCores, b.machine.availableCores],
    ['Node', a.runtime.node, b.runtime.node],
    ['setting of NODE_OPTIONS', a.runtime.nodeOptions, b.runtime.nodeOptions],
    ['WebGPU adapter', adapterName(a.adapter), adapterName(b.adapter)],
    ['choice of tuned shapes', JSON.stringify(a.tuned ?? null), JSON.stringify(b.tuned ?? null)],
    ['version of the tool', a.tool.gitCommit ?? a.tool.version, b.tool.gitCommit ?? b.tool.version],
    ['state of the sources', a.tool.gitDiffSha256 ?? 'clean', b.tool.gitDiffSha256 ?? 'clean'],
  ];
  const found = differences.find(([, before, after]) => before !== after);
  return found && `another ${found[0]} (${String(found[1])} then, ${String(found[2])} now)`;
}

const adapterName = (adapter: unknown): string => (adapter as { description?: string } | null)?.description ?? 'none';
