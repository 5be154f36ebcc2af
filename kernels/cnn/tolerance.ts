import type { Tolerance } from '../../src/workload/types.ts';
import { allowed, forwardVariance, margin } from './forward-errors.ts';
import { type CnnInput, type CnnOutput, classes } from './network.ts';
import { layersOf, runBackward, runForward } from './reference.ts';
import { trainingVariance } from './training-errors.ts';

type Tolerances = Readonly<Record<string, Tolerance>>;

/** A bound costs as much as the reference, and every check of every variant asks for it. */
const remembered = new WeakMap<CnnOutput, Map<number, Tolerances>>();

/** How far the outputs of a variant with this unit roundoff may lie from the reference (see forward-errors.ts). */
export function toleranceOf(input: CnnInput, want: CnnOutput, unitRoundoff: number): Tolerances {
  const known = remembered.get(want) ?? new Map<number, Tolerances>();
  remembered.set(want, known);
  let tolerances = known.get(unitRoundoff);
  if (!tolerances) {
    const of = { inference: ofInference, convolutions: ofConvolutions, training: ofTraining }[input.mode];
    tolerances = of(input, unitRoundoff);
    known.set(unitRoundoff, tolerances);
  }
  return tolerances;
}

const square = (weight: number): number => weight * weight;

const accumulated = `${margin} standard deviations of the accumulated rounding`;

function ofConvolutions(input: CnnInput, unitRoundoff: number): Tolerances {
  const forward = runForward(input, layersOf(input.weights));
  const variance = forwardVariance(forward, layersOf(input.weights, square), unitRoundoff);
  return { pooled2: { kind: 'absolute', bound: variance.pooled2.map(allowed), reason: accumulated } };
}

function ofInference(input: CnnInput, unitRoundoff: number): Tolerances {
  const forward = runForward(input, layersOf(input.weights));
  const variance = forwardVariance(forward, layersOf(input.weights, square), unitRoundoff);
  const logits = variance.logits.map(allowed);
  const digits = digitSpread(forward.logits, logits);
  const undecided = digits.filter(spread => spread > 0).length;
  return {
    logits: { kind: 'absolute', bound: logits, reason: accumulated },
    digits: {
      kind: 'absolute',
      bound: digits,
      reason: `exact, but for ${undecided} of ${input.batch} images whose largest logits are closer than their tolerances`,
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
  const { weights, learningRate } = input;
  const layers = layersOf(weights);
  const forward = runForward(input, layers);
  const backward = runBackward(input, layers, forward);
  const variance = trainingVariance({ input, squared: layersOf(weights, square), forward, backward }, unitRoundoff);
  const reason = `${margin} standard deviations of the accumulated rounding; where it can flip a ReLU or a maximum, of the whole gradient there`;
  return {
    weights: {
      kind: 'absolute',
      // The update rounds its product and its difference: two roundings, each by at most u.
      bound: variance.weights.map(
        (gradient, index) => learningRate * allowed(gradient) + 2 * unitRoundoff * Math.abs(weights[index] as number),
      ),
      reason,
    },
    loss: { kind: 'absolute', bound: allowed(variance.loss), reason },
  };
}
