// Prints what the WebGPU adapter of this environment says of itself, as one JSON line.
import { describeAdapter, requestAdapter } from '../backends/webgpu/gpu.ts';

const adapter = await requestAdapter(process.argv[2] === 'record' ? 'record' : 'safe');
process.stdout.write(`${JSON.stringify({ adapter: adapter ? describeAdapter(adapter) : null })}\n`);
process.exit(0);
