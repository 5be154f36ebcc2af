import { aPathCount, aPathStart, pAgreeing, pathAt, pathEventsAt, pFilled, pGroup, pTotal } from '../../core';

export const pathMultiplier = 0x01000193;
const most = 32;

/** Hash of the branch outcomes since an activation's iteration began: the difference of two prefix hashes. */
export function pathSince(activation: i32): i32 {
  const path = load<i32>(pathAt);
  const start = load<i32>(activation, aPathStart);
  let power = 1;
  let base = pathMultiplier;
  for (let n: u32 = load<i32>(pathEventsAt) - load<i32>(activation, aPathCount); n > 0; n >>= 1) {
    if (n & 1) power *= base;
    base *= base;
  }
  return path - start * power;
}

/** One iteration's path; of 32 those count as agreeing that took the commonest. */
// @ts-ignore: decorator
@inline
export function addPath(paths: i32, path: i32): void {
  const filled = load<i32>(paths, pFilled);
  store<i32>(paths + (filled << 2), path, pGroup);
  if (filled + 1 < most) store<i32>(paths, filled + 1, pFilled);
  else flush(paths);
}

function flush(paths: i32): void {
  store<i32>(paths, 0, pFilled);
  store<i32>(paths, load<i32>(paths, pTotal) + most, pTotal);
  store<i32>(paths, load<i32>(paths, pAgreeing) + agreeing(paths + pGroup), pAgreeing);
}

function agreeing(group: i32): i32 {
  const end = group + 4 * most;
  const first = i32x4.splat(load<i32>(group));
  let other = i32x4.splat(0);
  for (let at = group; at < end; at += 16) other = v128.or(other, v128.xor(v128.load(at), first));
  if (!v128.any_true(other)) return most;
  // Sorted by insertion, then the longest run.
  for (let at = group + 4; at < end; at += 4) {
    const path = load<i32>(at);
    let to = at;
    for (; to > group && load<i32>(to - 4) > path; to -= 4) store<i32>(to, load<i32>(to - 4));
    store<i32>(to, path);
  }
  let longest = 0;
  for (let at = group, run = 0; at < end; at += 4) {
    run = at > group && load<i32>(at) == load<i32>(at - 4) ? run + 1 : 1;
    if (run > longest) longest = run;
  }
  return longest;
}
