import crypto from '../../../kernels/crypto/workload.ts';
import { remembering } from '../remembering.ts';

export default remembering(crypto);
