import { Contradiction, type Equation } from './linear.ts';

/** How often bounds are passed on before it is given up: in a loop they could creep for ever. */
const mostRounds = 64;

/**
 * Counts are not negative, so that every equation bounds each of its variables by what the others can be. Passes the
 * bounds on from equation to equation and returns the variables whose lower and upper bound meet.
 *
 * @throws Contradiction where no count is left for a variable
 */
export function fixedByBounds(equations: readonly Equation[]): Map<number, number> {
  const low = new Map<number, number>();
  const high = new Map<number, number>();
  const lowOf = (variable: number): number => low.get(variable) ?? 0;
  const highOf = (variable: number): number => high.get(variable) ?? Number.POSITIVE_INFINITY;
  for (let round = 0, changed = true; changed && round < mostRounds; round++) {
    changed = false;
    for (const { terms, value } of equations) {
      // Σ of the least and of the greatest that the terms can be; an infinite one is counted, not added.
      let least = 0;
      let greatest = 0;
      let unboundedBelow = 0;
      let unboundedAbove = 0;
      const ends = [...terms].map(([variable, factor]) => {
        const [from, to] =
          factor > 0
            ? [lowOf(variable) * factor, highOf(variable) * factor]
            : [highOf(variable) * factor, lowOf(variable) * factor];
        if (Number.isFinite(from)) least += from;
        else unboundedBelow++;
        if (Number.isFinite(to)) greatest += to;
        else unboundedAbove++;
        return { variable, factor, from, to };
      });
      for (const { variable, factor, from, to } of ends) {
        const othersLeast =
          unboundedBelow - (Number.isFinite(from) ? 0 : 1) > 0
            ? Number.NEGATIVE_INFINITY
            : least - (Number.isFinite(from) ? from : 0);
        const othersGreatest =
          unboundedAbove - (Number.isFinite(to) ? 0 : 1) > 0
            ? Number.POSITIVE_INFINITY
            : greatest - (Number.isFinite(to) ? to : 0);
        const bounds = [(value - othersGreatest) / factor, (value - othersLeast) / factor].sort((a, b) => a - b) as [
          number,
          number,
        ];
        if (Math.ceil(bounds[0] - 1e-9) > lowOf(variable)) {
          low.set(variable, Math.ceil(bounds[0] - 1e-9));
          changed = true;
        }
        if (Math.floor(bounds[1] + 1e-9) < highOf(variable)) {
          high.set(variable, Math.floor(bounds[1] + 1e-9));
          changed = true;
        }
        if (lowOf(variable) > highOf(variable))
          throw new Contradiction(`a count would be at least ${lowOf(variable)} and at most ${highOf(variable)}`);
      }
    }
  }
  return new Map([...high].filter(([variable, most]) => lowOf(variable) === most));
}
