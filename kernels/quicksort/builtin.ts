import { callVariant } from '../../src/backends/js.ts';
import type { SortInput } from './inputs.ts';
import type { Keys } from './order.ts';

/** What anyone would call: V8's own sort of a typed array, which is C++ (`std::sort`) when there is no comparator. */
export default callVariant<SortInput, Keys>({
  name: 'TypedArray.prototype.sort',
  sameAlgorithm: false,
  summary: 'the sort of the language, on a copy',
  precision: 'exact',
  compute: ({ keys }) => keys.slice().sort(),
});
