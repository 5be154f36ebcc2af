import { callVariant } from '../../src/backends/js.ts';
import { defineWorkload } from '../../src/workload/define.ts';
import { type CalibrationInput, calibrationWork, closedForm, makeInput, runProgram } from './input.ts';
import { programNames } from './programs.ts';

/**
 * Four small programs whose instruction mix is known by construction: what a census counts of them must equal the
 * formulas beside their source (`mix`). They measure the testbed, not a device, so there is only the baseline.
 */
export default defineWorkload<CalibrationInput, Float64Array>({
  name: 'calibration',
  aliases: ['dummy'],
  summary: 'four small programs whose instruction mix is known by construction',
  sizeMeaning: 'n: iterations of the program’s loop',
  sizes: { smoke: 11, small: 10_000, medium: 500_000, large: 4_000_000 },
  parameters: { program: programNames },
  inputs: makeInput,
  cases: (random, parameters) => ({
    'no iterations': makeInput(0, random, parameters),
    'one iteration': makeInput(1, random, parameters),
    'an even number': makeInput(1000, random, parameters),
  }),
  reference: closedForm,
  tolerance: () => ({ kind: 'exact', reason: 'nothing in these programs is rounded' }),
  work: calibrationWork,
  variants: [
    callVariant<CalibrationInput, Float64Array>({
      name: 'naive',
      sameAlgorithm: true,
      precision: 'f64',
      summary: 'the program as it stands',
      compute: runProgram,
    }),
  ],
});
