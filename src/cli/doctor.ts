import { availableParallelism, cpus, totalmem } from 'node:os';
import { styleText } from 'node:util';
import type { Command } from 'commander';
import { adapterHere } from '../hardware/adapter.ts';
import { launchReport } from '../results/provenance.ts';
import { answer, answerJson } from './io.ts';
import { type CommonOptions, withCommon } from './options.ts';

interface VulkanReport {
  readonly source: 'system' | 'environment' | 'swiftshader' | 'platform' | 'none';
  readonly drivers?: readonly string[];
  readonly loader?: string;
  readonly problem?: string;
  readonly tried?: readonly {
    readonly driver: string;
    readonly adapter?: { readonly description: string };
    readonly problem?: string;
  }[];
}

const why: Readonly<Record<VulkanReport['source'], string>> = {
  system: "this system's Vulkan driver has an adapter that Dawn accepts",
  environment: 'the driver that VK_DRIVER_FILES names has an adapter that Dawn accepts',
  swiftshader:
    'no Vulkan driver of this system gives an adapter that Dawn accepts; SwiftShader, a Vulkan device made of CPU, takes its place',
  platform: "this platform's own graphics interface (Metal or Direct3D 12) needs no Vulkan",
  none: 'neither a Vulkan driver of this system nor SwiftShader could be used',
};

const cures = [
  'for a real GPU install its Vulkan driver:',
  '  NVIDIA   the proprietary driver, with its libnvidia-gl package (it brings nvidia_icd.json)',
  '  AMD, Intel   Debian and Ubuntu: apt install mesa-vulkan-drivers (Mesa 23 or later); Fedora: dnf install mesa-vulkan-drivers',
  'and let the user read /dev/dri/render* (group render).',
];

/** `pgram doctor`: what this machine offers, what was chosen and why, and what would mend the rest. */
export function addDoctor(program: Command): void {
  withCommon(
    program.command('doctor').description('what is here, what is missing, and the command that mends it'),
  ).action(async ({ json }: CommonOptions) => {
    const { node, vulkan } = launchReport() as { node?: { source: string; warning?: string }; vulkan?: VulkanReport };
    const adapter = await adapterHere();
    const optional = await Promise.all(optionalParts.map(async part => ({ ...part, found: await part.find() })));
    if (json)
      return answerJson({
        node: { version: process.version, v8: process.versions.v8, ...node },
        cpu: { model: cpus()[0]?.model ?? '', cores: availableParallelism(), memoryBytes: totalmem() },
        vulkan: vulkan ?? null,
        adapter,
        optional: optional.map(({ name, found, cure }) => ({ name, found, cure })),
      });
    await answer(
      [
        `${styleText('bold', 'Node')}      ${process.version} (V8 ${process.versions.v8}), ${node?.source ?? 'started directly'}`,
        ...(node?.warning ? [`          ${node.warning}`] : []),
        `${styleText('bold', 'CPU')}       ${cpus()[0]?.model.trim()}, ${availableParallelism()} logical cores, ${(totalmem() / 2 ** 30).toFixed(0)} GiB`,
        ...adapterLines(adapter),
        ...vulkanLines(vulkan),
        ...(adapter && !adapter.software ? [] : cures.map(line => `          ${line}`)),
        ...optional.map(
          ({ name, found, cure }) =>
            `${styleText('bold', name.padEnd(10))}${found ? 'found' : `absent, optional: ${cure}`}`,
        ),
      ].join('\n'),
    );
  });
}

function adapterLines(adapter: Awaited<ReturnType<typeof adapterHere>>): string[] {
  if (!adapter) return [`${styleText('bold', 'WebGPU')}    no adapter: WebGPU variants will be skipped`];
  const kind = adapter.software
    ? styleText('yellow', 'software adapter: a CPU that pretends to be a GPU')
    : styleText('green', 'GPU');
  const {
    maxComputeWorkgroupStorageSize = 0,
    maxStorageBufferBindingSize = 0,
    maxComputeInvocationsPerWorkgroup = 0,
  } = adapter.limits;
  return [
    `${styleText('bold', 'WebGPU')}    ${adapter.description || adapter.device} (${adapter.vendor} ${adapter.architecture}): ${kind}`,
    `          workgroup memory ${maxComputeWorkgroupStorageSize / 1024} KiB, ${maxComputeInvocationsPerWorkgroup} invocations a workgroup, bindings up to ${(maxStorageBufferBindingSize / 2 ** 20).toFixed(0)} MiB`,
    `          ${adapter.features.filter(name => /timestamp|f16|subgroup/.test(name)).join(', ')}`,
  ];
}

function vulkanLines(report: VulkanReport | undefined): string[] {
  if (!report) return ['          not started through bin/pgram.mjs: no driver was chosen'];
  return [
    `${styleText('bold', 'Chosen')}    ${why[report.source]}`,
    ...(report.loader ? [`          Vulkan loader: ${report.loader}`] : []),
    ...(report.problem ? [`          ${report.problem}`] : []),
    ...(report.source === 'swiftshader' && (report.tried ?? []).length === 0
      ? ['          no Vulkan driver is installed: no *_icd.json lies where the loader looks']
      : []),
    ...(report.tried ?? []).map(({ driver, adapter, problem }) =>
      adapter ? `          accepted ${driver}: ${adapter.description}` : `          rejected ${driver}: ${problem}`,
    ),
  ];
}

const optionalParts: readonly { name: string; cure: string; find: () => Promise<boolean> }[] = [
  {
    name: 'tfjs GPU',
    cure: 'npm install @tensorflow/tfjs-node-gpu (needs CUDA 11 and cuDNN 8)',
    find: () => resolves('@tensorflow/tfjs-node-gpu'),
  },
];

async function resolves(name: string): Promise<boolean> {
  try {
    import.meta.resolve(name);
    return true;
  } catch {
    return false;
  }
}
