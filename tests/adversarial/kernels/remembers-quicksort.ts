import quicksort from '../../../kernels/quicksort/workload.ts';
import { remembering } from '../remembering.ts';

export default remembering(quicksort);
