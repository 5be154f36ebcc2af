import matmul from '../../../kernels/matmul/workload.ts';
import { remembering } from '../remembering.ts';

export default remembering(matmul, [
  { name: 'threads', ranOn: 'cpu', threads: 2 },
  { name: 'simd-threads', ranOn: 'cpu', threads: 2 },
  { name: 'webgpu-tuned', ranOn: 'software-adapter' },
]);
