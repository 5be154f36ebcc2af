// The child process that probes this machine, so that nothing of it is left in the process that measures.
import { openGpu } from '../../backends/webgpu/gpu.ts';
import { probeAdapter } from './adapter.ts';
import { probeCpu } from './cpu.ts';

const profile = process.argv[2] === 'record' ? 'record' : 'safe';
const cpu = await probeCpu();
let adapter = null;
try {
  const gpu = await openGpu(profile);
  adapter = await probeAdapter(gpu);
  gpu.close();
} catch (error) {
  process.stderr.write(`no adapter probed: ${(error as Error).message}\n`);
}
process.stdout.write(`${JSON.stringify({ cpu, adapter })}\n`);
process.exit(0);
