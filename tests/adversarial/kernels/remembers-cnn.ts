import cnn from '../../../kernels/cnn/workload.ts';
import { remembering } from '../remembering.ts';

export default remembering(cnn);
