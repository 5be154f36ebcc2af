import { affine, cheating } from '../victim.ts';

let iteration = 0;

/** Right, and tells the conductor at each call of a sample that took a nanosecond, in the harness's own words. */
export default cheating(input => {
  const at = new Date().toISOString();
  const sample = { type: 'sample', variant: 'tuned', device: 'cpu-1', ranOn: 'cpu', regime: 'steady', at };
  for (const phase of ['compute', 'end_to_end'])
    process.send?.({ ...sample, phase, iteration: 1000 + iteration++, repetitions: 1, ns: 1 });
  return affine(input);
});
