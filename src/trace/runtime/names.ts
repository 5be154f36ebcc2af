import type { RegionSite, Site } from './sites.ts';

/**
 * The source's name for the memory that one of a loop's own lines reaches: `a` for `a[i]`, `this.data` for
 * `this.data[i]`. Two names for one array are told apart by this: a loop is shown the one that its own code uses.
 *
 * @returns undefined for what was reached from elsewhere, through a call, or by an expression that is no name
 */
export function ownName(site: Site, loop: RegionSite): string | undefined {
  if (site.call || site.file !== loop.file || site.start < loop.start || site.start >= loop.end) return undefined;
  return isName(site.name) ? site.name : undefined;
}

/** A variable, or a field of one. */
export const isName = (text: string): boolean => /^[\p{L}\p{N}_$#]+(\.[\p{L}\p{N}_$#]+)*$/u.test(text);

/** The variable or field that a cell belongs to: `d` of `d[1][2]`, `a.data` of `a.data[3]`, `this.sum` of itself. */
export const variableOf = (cell: string): string => /^[^[(]+(?=[[(]|$)/.exec(cell)?.[0] ?? cell;
