import matmul from '../../../kernels/matmul/workload.ts';
import { remembering } from '../remembering.ts';

export default remembering(matmul);
