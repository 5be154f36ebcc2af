import ode from '../../../kernels/ode/workload.ts';
import { remembering } from '../remembering.ts';

export default remembering(ode);
