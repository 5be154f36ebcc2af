import { readFileSync } from 'node:fs';

/** WGSL files of this folder as one module, after the order of keys that all of them share. */
export const wgsl = (...files: readonly string[]): string =>
  ['order.wgsl', ...files].map(file => readFileSync(new URL(file, import.meta.url), 'utf8')).join('\n');

/** What the offset of a bound part of a storage buffer is a multiple of on any adapter, in bytes. */
export const alignment = 256;

const mostInOneDimension = 65_535;

/** Workgroups for `count` workgroups' worth of work, in two dimensions where one does not hold them. */
export function grid(count: number): [number, number] {
  const rows = Math.max(1, Math.ceil(count / mostInOneDimension));
  return [Math.max(1, Math.ceil(count / rows)), rows];
}
