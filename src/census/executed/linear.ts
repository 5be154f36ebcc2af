/** Σ coefficient·variable = value. Variables are numbered from 0. */
export interface Equation {
  readonly terms: ReadonlyMap<number, number>;
  readonly value: number;
}

/** What a system of equations over counts says. */
export interface Solution {
  /** The value of Σ coefficient·variable where the equations determine it, and undefined where they do not. */
  evaluate(terms: ReadonlyMap<number, number>): number | undefined;
}

interface Row {
  readonly terms: Map<number, number>;
  value: number;
}

/** The counts cannot have come from the program that the equations describe. */
export class Contradiction extends Error {
  override readonly name = 'Contradiction';
}

/**
 * Solves equations whose unknowns are counts: integers that are not negative. Gauss–Jordan elimination on sparse rows
 * of small integers, always on a coefficient of ±1, which conservation of flow never lacks; and, because counts are
 * not negative, a sum of them that is 0 makes each of them 0.
 *
 * @throws Contradiction where no counts satisfy them
 */
export function solveCounts(equations: readonly Equation[]): Solution {
  const rows = new Map<number, Row>();
  const queue: Row[] = equations.map(({ terms, value }) => ({ terms: new Map(terms), value }));
  // Which rows mention a variable that is no pivot: a new pivot is eliminated only there.
  const mentions = new Map<number, Set<number>>();

  const reduce = (row: Row): void => {
    for (const variable of [...row.terms.keys()]) {
      const pivot = rows.get(variable);
      const factor = row.terms.get(variable);
      if (pivot && factor !== undefined) subtract(row, pivot, factor);
    }
  };
  const remember = (pivot: number, row: Row): void => {
    for (const variable of row.terms.keys())
      if (variable !== pivot) {
        const set = mentions.get(variable) ?? new Set();
        set.add(pivot);
        mentions.set(variable, set);
      }
  };

  for (let row = queue.pop(); row; row = queue.pop()) {
    reduce(row);
    if (row.terms.size === 0) {
      if (row.value !== 0) throw new Contradiction(`a sum that is empty should be ${row.value}`);
      continue;
    }
    const forced = zeroTerms(row);
    if (forced && row.terms.size > 1) {
      for (const variable of row.terms.keys()) queue.push({ terms: new Map([[variable, 1]]), value: 0 });
      continue;
    }
    const pivot = choosePivot(row);
    const scale = row.terms.get(pivot) as number;
    if (scale !== 1) {
      for (const [variable, factor] of row.terms) row.terms.set(variable, factor / scale);
      row.value /= scale;
    }
    if (row.terms.size === 1 && (row.value < 0 || !Number.isInteger(row.value)))
      throw new Contradiction(`a count would be ${row.value}`);
    for (const other of mentions.get(pivot) ?? []) {
      const target = rows.get(other) as Row;
      const factor = target.terms.get(pivot);
      if (factor === undefined) continue;
      subtract(target, row, factor);
      remember(other, target);
      if (target.terms.size === 1 && (target.value < 0 || !Number.isInteger(target.value)))
        throw new Contradiction(`a count would be ${target.value}`);
      if (target.terms.size > 1 && zeroTerms(target))
        for (const variable of target.terms.keys()) queue.push({ terms: new Map([[variable, 1]]), value: 0 });
    }
    mentions.delete(pivot);
    rows.set(pivot, row);
    remember(pivot, row);
  }

  return {
    evaluate(terms) {
      const row: Row = { terms: new Map(terms), value: 0 };
      reduce(row);
      return row.terms.size === 0 ? -row.value || 0 : undefined;
    },
  };
}

/** row −= factor·pivot */
function subtract(row: Row, pivot: Row, factor: number): void {
  for (const [variable, coefficient] of pivot.terms) {
    const next = (row.terms.get(variable) ?? 0) - factor * coefficient;
    if (next === 0) row.terms.delete(variable);
    else row.terms.set(variable, next);
  }
  row.value -= factor * pivot.value;
}

/** Whether a row says that a sum of counts is 0. */
function zeroTerms({ terms, value }: Row): boolean {
  if (value !== 0) return false;
  let sign = 0;
  for (const factor of terms.values()) {
    if (sign !== 0 && Math.sign(factor) !== sign) return false;
    sign = Math.sign(factor);
  }
  return true;
}

function choosePivot({ terms }: Row): number {
  let first: number | undefined;
  for (const [variable, factor] of terms) {
    if (factor === 1 || factor === -1) return variable;
    first ??= variable;
  }
  return first as number;
}
