/** The largest of any number of values; −∞ of none. A spread into `Math.max` overflows the stack from some 100,000 on. */
export const maximum = (values: Iterable<number>): number => {
  let found = Number.NEGATIVE_INFINITY;
  for (const value of values) found = Math.max(found, value);
  return found;
};

/** The smallest of any number of values; ∞ of none. */
export const minimum = (values: Iterable<number>): number => {
  let found = Number.POSITIVE_INFINITY;
  for (const value of values) found = Math.min(found, value);
  return found;
};
