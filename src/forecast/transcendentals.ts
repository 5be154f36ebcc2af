import type { Operations } from '../census/operations/index.ts';

/** Functions of `Math` that no CPU has an instruction for. A power is not among them: most are squares. */
const names = (
  'exp expm1 log log1p log2 log10 cbrt sin cos tan asin acos atan atan2 sinh cosh tanh asinh acosh atanh' as const
).split(' ');

/** How many of a count's special operations are exponentials, logarithms, sines and their like. */
export const transcendentals = (specials: Operations['specials']): number =>
  names.reduce((sum, name) => sum + (specials[name] ?? 0), 0);
