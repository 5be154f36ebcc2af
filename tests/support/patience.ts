/**
 * Tries something that is stopped after a time limit with longer and longer ones, until it got as far as it must: on a busy
 * machine a process may not have begun its work within a few seconds.
 *
 * @returns what the first limit gave that was enough, or else the longest
 */
export async function longEnough<T>(
  attempt: (seconds: number) => Promise<T>,
  isEnough: (found: T) => boolean,
): Promise<T> {
  const found = await attempt(3);
  if (isEnough(found)) return found;
  const later = await attempt(12);
  return isEnough(later) ? later : attempt(60);
}
