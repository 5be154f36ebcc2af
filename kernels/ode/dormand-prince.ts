/**
 * The coefficients of Dormand and Prince's method of order 5 with its embedded estimate of order 4, seven stages of
 * which the last is the first of the next step.
 *
 * Dormand and Prince, "A family of embedded Runge–Kutta formulae", J. Comp. Appl. Math. 6, 1980, table 2; Hairer,
 * Nørsett, Wanner, Solving Ordinary Differential Equations I, §II.5, table 5.2.
 */
export const nodes: readonly number[] = [0, 1 / 5, 3 / 10, 4 / 5, 8 / 9, 1, 1];

/** Row s holds the weights of k₁ … k_s in the argument of stage s + 1; the last row is the solution of order 5. */
export const stageWeights: readonly (readonly number[])[] = [
  [],
  [1 / 5],
  [3 / 40, 9 / 40],
  [44 / 45, -56 / 15, 32 / 9],
  [19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729],
  [9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656],
  [35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84],
];

/** Solution of order 5 minus solution of order 4: the error estimate is h·Σ eᵢkᵢ. */
export const errorWeights: readonly number[] = [
  71 / 57600,
  0,
  -71 / 16695,
  71 / 1920,
  -17253 / 339200,
  22 / 525,
  -1 / 40,
];

/**
 * The weights of the last term of the continuous extension of order 4 (Shampine's, as in Hairer's DOPRI5,
 * §II.6, eq. (6.12)): what makes u(θ) agree with y(t + θh) to O(h⁵) for all θ in [0, 1].
 */
export const denseWeights: readonly number[] = [
  -12715105075 / 11282082432,
  0,
  87487479700 / 32700410799,
  -10690763975 / 1880347072,
  701980252875 / 199316789632,
  -1453857185 / 822651844,
  69997945 / 29380423,
];
