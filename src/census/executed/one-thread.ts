import { syncBuiltinESMExports } from 'node:module';
import os from 'node:os';

/**
 * Makes variants on all cores take one thread: block coverage sees the thread that asks for it, and the whole work must
 * pass there to be counted. Instructions that only more threads need (their barriers) are not among the counts.
 */
export function takeOneThread(): void {
  os.availableParallelism = () => 1;
  syncBuiltinESMExports();
}
