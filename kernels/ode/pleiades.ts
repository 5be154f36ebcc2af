import type { Derivative, DerivativeInto, OdeProblem } from './problems.ts';

/**
 * Seven stars in a plane with masses 1 … 7, gravitational constant 1, several quasi-collisions before t = 3.
 * State: x₁…x₇, y₁…y₇, x′₁…x′₇, y′₁…y′₇.
 *
 * Hairer, Nørsett, Wanner, Solving Ordinary Differential Equations I, 2nd ed., §II.10 (PLEI); Mazzia and Magherini,
 * Test Set for Initial Value Problem Solvers, release 2.4, 2008, "Pleiades".
 */
const bodies = 7;

/** xᵢ″ = Σ mⱼ(xⱼ − xᵢ)/rᵢⱼ with rᵢⱼ = ((xᵢ − xⱼ)² + (yᵢ − yⱼ)²)^(3/2), as the test set has it. */
const derivative: Derivative = (_t, state) => {
  const x = state.slice(0, 7);
  const y = state.slice(7, 14);
  const velocities = state.slice(14);
  const ax: number[] = [];
  const ay: number[] = [];
  for (let i = 0; i < bodies; i++) {
    let sumX = 0;
    let sumY = 0;
    for (let j = 0; j < bodies; j++) {
      if (i === j) continue;
      const dx = x[j]! - x[i]!;
      const dy = y[j]! - y[i]!;
      const r = (dx ** 2 + dy ** 2) ** 1.5;
      sumX += ((j + 1) * dx) / r;
      sumY += ((j + 1) * dy) / r;
    }
    ax.push(sumX);
    ay.push(sumY);
  }
  return [...velocities, ...ax, ...ay];
};

/** Each pair once (Newton's third law): 21 square roots and divisions instead of 42 powers and 84 divisions. */
const derivativeInto: DerivativeInto = (_t, state, out) => {
  for (let i = 0; i < 2 * bodies; i++) {
    out[i] = state[2 * bodies + i] as number;
    out[2 * bodies + i] = 0;
  }
  for (let i = 0; i < bodies; i++) {
    const xi = state[i] as number;
    const yi = state[bodies + i] as number;
    let sumX = 0;
    let sumY = 0;
    for (let j = i + 1; j < bodies; j++) {
      const dx = (state[j] as number) - xi;
      const dy = (state[bodies + j] as number) - yi;
      const squared = dx * dx + dy * dy;
      const inverse = 1 / (squared * Math.sqrt(squared));
      const pullX = dx * inverse;
      const pullY = dy * inverse;
      sumX += (j + 1) * pullX;
      sumY += (j + 1) * pullY;
      out[2 * bodies + j] = (out[2 * bodies + j] as number) - (i + 1) * pullX;
      out[3 * bodies + j] = (out[3 * bodies + j] as number) - (i + 1) * pullY;
    }
    out[2 * bodies + i] = (out[2 * bodies + i] as number) + sumX;
    out[3 * bodies + i] = (out[3 * bodies + i] as number) + sumY;
  }
};

/** The end state at t = 3 that the test set publishes, to sixteen digits. */
export const pleiadesEndState: readonly number[] = [
  0.3706139143970502, 3.237284092057233, -3.222559032418324, 0.659709145577531, 0.3425581707156584, 1.562172101400631,
  -0.7003092922212495, -3.943437585517392, -3.27138097397255, 5.225081843456543, -2.59061243449777, 1.198213693392275,
  -0.2429682344935824, 1.09144924042898, 3.417003806314313, 1.354584501625501, -2.590065597810775, 2.025053734714242,
  -1.155815100160448, -0.8072988170223021, 0.595239635420871, -3.74124496123401, 0.377345968575063, 0.9386858869551074,
  0.3667922227200571, -0.347404635380849, 2.344915448180937, -1.947020434263292,
];

export const pleiades: OdeProblem = {
  name: 'pleiades',
  start: [3, 3, -1, -3, 2, -2, 2, 3, -3, 2, 0, 0, -4, 4, 0, 0, 0, 0, 0, 1.75, -1.5, 0, 0, 0, -1.25, 1, 0, 0],
  end: 3,
  derivative,
  derivativeInto,
  // 42 ordered pairs: two differences, two squares, a sum, a power, two products, two divisions, two sums.
  flops: 42 * 12,
  sensitivity: { state: 3e4, phase: 0 },
};
