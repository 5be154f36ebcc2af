import * as f64 from './layers-f64.ts';
import { type ConvShape, conv1, conv2, dense2, taps } from './network.ts';
import type { Forward } from './reference.ts';

/**
 * How far rounding takes a forward pass, as variances: roundings are taken as independent errors of mean zero and a
 * standard deviation of at most u relative to the rounded number (the model of Higham and Mary, "A new approach to
 * probabilistic rounding error analysis", SIAM J. Sci. Comput. 41, 2019, and for terms of both signs "Sharper
 * probabilistic backward error analysis", 42, 2020).
 *
 * A sum z of k products w·x rounds its partial sums k times. Terms of both signs make these a random walk towards z,
 * whose mean square is at most Σ(wx)² + z² whatever the order; a variant that stores operands more narrowly rounds three times more. An
 * input's own variance v comes through multiplied by w². So
 *
 *     variance = Σ w²·v + (k + 3)·u²·(Σ(wx)² + b² + z²)
 *
 * which is a linear layer with w² and b², applied to v + (k + 3)·u²·x². A tolerance is `margin` standard deviations.
 * It is no worst case, and should not be: γ_k·|W||x| carried through these layers by |W| allows errors that are fifty
 * times the update of the first convolution's weights, so that a variant that never updates them would pass.
 */
export interface ForwardVariance {
  readonly z1: Float64Array;
  readonly pooled1: Float64Array;
  readonly z2: Float64Array;
  readonly pooled2: Float64Array;
  readonly z3: Float64Array;
  readonly hidden: Float64Array;
  readonly logits: Float64Array;
}

/**
 * Standard deviations allowed. Independent normal errors would need 5 for the 37,610 numbers of a training step; 8
 * leaves room for errors that are not independent because they share an earlier one. The largest error of a logit seen
 * in any variant was 0.6 of one standard deviation: a rounding errs by less than u on average.
 */
export const margin = 8;

/** (k + 3)·u²: what k products and their sum add to a variance, over the square of what they add up. */
export const sumNoise = (products: number, unitRoundoff: number): number => (products + 3) * unitRoundoff ** 2;

/** v + noise·x²: what a linear layer with squared weights has to be applied to. */
export const withNoise = (value: Float64Array, variance: Float64Array, noise: number): Float64Array =>
  value.map((x, index) => (variance[index] as number) + noise * x * x);

/** `squared` holds w² and b². */
export function forwardVariance(forward: Forward, squared: f64.Layers, unitRoundoff: number): ForwardVariance {
  const batch = forward.logits.length / dense2.outputs;
  const layer = <L extends { bias: Float64Array }>(
    { input, output, variance }: { input: Float64Array; output: Float64Array; variance: Float64Array },
    { of, products }: { of: L; products: number },
    apply: (input: Float64Array, layer: L, batch: number) => Float64Array,
  ): Float64Array => {
    const noise = sumNoise(products, unitRoundoff);
    const scaled = { ...of, bias: of.bias.map(bias => bias * noise) };
    return withNoise(output, apply(withNoise(input, variance, noise), scaled, batch), noise);
  };
  const z1 = layer(
    { input: forward.image, output: forward.z1, variance: new Float64Array(forward.image.length) },
    { of: squared.conv1, products: taps * conv1.inChannels },
    f64.convolve,
  );
  const pooled1 = throughPool(forward.z1, z1, conv1);
  const z2 = layer(
    { input: forward.pooled1, output: forward.z2, variance: pooled1 },
    { of: squared.conv2, products: taps * conv2.inChannels },
    f64.convolve,
  );
  const pooled2 = throughPool(forward.z2, z2, conv2);
  const z3 = layer(
    { input: forward.pooled2, output: forward.z3, variance: pooled2 },
    { of: squared.dense1, products: squared.dense1.shape.inputs },
    f64.multiply,
  );
  const hidden = z3.map((variance, index) => (canBePositive(forward.z3[index] as number, variance) ? variance : 0));
  const logits = layer(
    { input: forward.hidden, output: forward.logits, variance: hidden },
    { of: squared.dense2, products: dense2.inputs },
    f64.multiply,
  );
  return { z1, pooled1, z2, pooled2, z3, hidden, logits };
}

/** Largest error that a variance allows. */
export const allowed = (variance: number): number => margin * Math.sqrt(variance);

export const canBePositive = (z: number, variance: number): boolean => z + allowed(variance) > 0;

/** ReLU and the maximum of a window change by no more than the operand that changes most. */
function throughPool(z: Float64Array, variance: Float64Array, shape: ConvShape): Float64Array {
  return Float64Array.from({ length: z.length / 4 }, (_, pooled) =>
    Math.max(
      ...f64
        .windowOf(pooled, shape)
        .map(at => (canBePositive(z[at] as number, variance[at] as number) ? (variance[at] as number) : 0)),
    ),
  );
}
