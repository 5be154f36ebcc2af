import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { arch, cpus, hostname, platform, release, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where and with what a run was made. */
export interface Environment {
  readonly machine: {
    readonly hostnameHash: string;
    readonly cpu: string;
    readonly logicalCores: number;
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
  };
  readonly vulkan: unknown;
  readonly adapter: unknown;
  readonly tool: {
    readonly version: string;
    readonly gitCommit: string | null;
    readonly gitDirty: boolean | null;
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
export function describeEnvironment(adapter: unknown): Environment {
  const [cpu] = cpus();
  const manifest = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as {
    version: string;
    dependencies: Record<string, string>;
  };
  const { node, vulkan } = launchReport();
  return {
    machine: {
      hostnameHash: createHash('sha256').update(hostname()).digest('hex').slice(0, 12),
      cpu: cpu?.model.trim() ?? 'unknown',
      logicalCores: cpus().length,
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
    },
    vulkan: vulkan ?? null,
    adapter,
    tool: { version: manifest.version, ...gitState(), lockfileSha256: lockfileHash() },
    packages: manifest.dependencies,
  };
}

function gitState(): { gitCommit: string | null; gitDirty: boolean | null } {
  const git = (...args: string[]): string =>
    execFileSync('git', ['-C', packageRoot, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  try {
    if (!existsSync(join(packageRoot, '.git'))) return { gitCommit: null, gitDirty: null };
    return { gitCommit: git('rev-parse', 'HEAD'), gitDirty: git('status', '--porcelain') !== '' };
  } catch {
    return { gitCommit: null, gitDirty: null };
  }
}

function lockfileHash(): string | null {
  const file = join(packageRoot, 'package-lock.json');
  return existsSync(file) ? createHash('sha256').update(readFileSync(file)).digest('hex') : null;
}

/** What must agree for samples of two sittings to stand in one run: the same machine, runtime and adapter. */
export function sameConditions(a: Environment, b: Environment): string | undefined {
  const differences: [string, unknown, unknown][] = [
    ['CPU', a.machine.cpu, b.machine.cpu],
    ['machine', a.machine.hostnameHash, b.machine.hostnameHash],
    ['number of cores', a.machine.logicalCores, b.machine.logicalCores],
    ['Node', a.runtime.node, b.runtime.node],
    ['WebGPU adapter', adapterName(a.adapter), adapterName(b.adapter)],
    ['version of the tool', a.tool.gitCommit ?? a.tool.version, b.tool.gitCommit ?? b.tool.version],
  ];
  const found = differences.find(([, before, after]) => before !== after);
  return found && `another ${found[0]} (${String(found[1])} then, ${String(found[2])} now)`;
}

const adapterName = (adapter: unknown): string => (adapter as { description?: string } | null)?.description ?? 'none';
