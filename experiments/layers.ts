/**
 * Question: on which layer does each variant execute its arithmetic, and is it the same amount?
 * Protocol: the census of matmul by `naive`, `tfjs-wasm` and `webgpu-tuned` (any others with --variant and --workload):
 * executed bytecodes from block coverage, WebAssembly from counters in every block of every module that is
 * instantiated, GPU kernels from their source and what was dispatched. Nothing is timed.
 * Columns: layers.csv: one row a workload, size, variant and layer: instructions, flops, flops over the work model.
 */
import { runAsScript } from '../src/cli/script.ts';
import { defineExperiment } from '../src/experiment/define.ts';
import { analyseLayers } from '../src/experiment/layers/analyse.ts';
import { conductLayers } from '../src/experiment/layers/conduct.ts';
import { planGroups } from '../src/experiment/plan.ts';

const standard = ['naive', 'tfjs-wasm', 'webgpu-tuned'];

export default defineExperiment({
  name: 'layers',
  question: 'On which layer does each variant execute its arithmetic, and is it the same amount?',
  protocol:
    'the census of matmul by naive, tfjs-wasm and webgpu-tuned; any workload and variant with --workload and --variant. Nothing is timed.',
  columns: 'layers.csv: instructions and flops of each workload, size, variant and layer, flops over the work model',
  async plan(options) {
    const groups = await planGroups(options, { workloads: ['matmul'], sizes: ['small'] });
    const wanted = options.variants.length > 0 ? options.variants : options.workloads.length > 0 ? [] : standard;
    return groups.map(group => ({
      ...group,
      variants: wanted.length === 0 ? group.variants : group.variants.filter(name => wanted.includes(name)),
    }));
  },
  conduct: conductLayers,
  analyse: analyseLayers,
});

if (import.meta.main) await runAsScript('layers');
