import type { Tolerance } from '../../src/workload/types.ts';
import { forwardBound, gamma } from './error-bounds.ts';
import { type CnnInput, type CnnOutput, classes } from './network.ts';
import { layersOf, runBackward, runForward } from './reference.ts';
import { trainingBound } from './training-bounds.ts';

type Tolerances = Readonly<Record<string, Tolerance>>;

/** A bound costs as much as the reference, and every check of every variant asks for it. */
const remembered = new WeakMap<CnnOutput, Map<number, Tolerances>>();

/** How far the outputs of a variant with this unit roundoff may lie from the reference (see error-bounds.ts). */
export function toleranceOf(input: CnnInput, want: CnnOutput, unitRoundoff: number): Tolerances {
  const known = remembered.get(want) ?? new Map<number, Tolerances>();
  remembered.set(want, known);
  let tolerances = known.get(unitRoundoff);
  if (!tolerances) {
    tolerances = input.mode === 'inference' ? ofInference(input, unitRoundoff) : ofTraining(input, unitRoundoff);
    known.set(unitRoundoff, tolerances);
  }
  return tolerances;
}

function ofInference(input: CnnInput, unitRoundoff: number): Tolerances {
  const layers = layersOf(input.weights);
  const forward = runForward(input, layers);
  const { logits } = forwardBound(forward, layersOf(input.weights, Math.abs), unitRoundoff);
  const digits = digitSpread(forward.logits, logits);
  const undecided = digits.filter(spread => spread > 0).length;
  return {
    logits: {
      kind: 'absolute',
      bound: logits,
      reason: 'γ_k bound of each layer, carried through the next ones by |W|',
    },
    digits: {
      kind: 'absolute',
      bound: digits,
      reason: `exact, but for ${undecided} of ${input.batch} images whose largest logits are closer than their bounds`,
    },
  };
}

/**
 * How far the index of the largest logit may lie from the reference's: 0 where no other logit can overtake it within
 * the bounds, else the distance to the furthest digit that can.
 */
export function digitSpread(logits: Float64Array, bound: Float64Array): Float64Array {
  return Float64Array.from({ length: logits.length / classes }, (_, image) => {
    const from = image * classes;
    const row = logits.subarray(from, from + classes);
    const best = row.indexOf(Math.max(...row));
    const least = (row[best] as number) - (bound[from + best] as number);
    let spread = 0;
    for (let digit = 0; digit < classes; digit++)
      if ((row[digit] as number) + (bound[from + digit] as number) >= least)
        spread = Math.max(spread, Math.abs(digit - best));
    return spread;
  });
}

function ofTraining(input: CnnInput, unitRoundoff: number): Tolerances {
  const layers = layersOf(input.weights);
  const absolute = layersOf(input.weights, Math.abs);
  const forward = runForward(input, layers);
  const backward = runBackward(input, layers, forward);
  const bound = trainingBound({ input, absolute, forward, backward }, unitRoundoff);
  const rounding = gamma(3, unitRoundoff);
  return {
    weights: {
      kind: 'absolute',
      bound: bound.weights.map((error, index) => {
        const step = Math.abs(backward.weights[index] as number) + error;
        return (
          input.learningRate * error + rounding * (Math.abs(input.weights[index] as number) + input.learningRate * step)
        );
      }),
      reason:
        'learning rate × γ_k bound of the gradient; where rounding can flip a ReLU or a maximum, its whole gradient',
    },
    loss: { kind: 'absolute', bound: bound.loss, reason: 'bounds of the logits through softmax and logarithm' },
  };
}
