import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { UsageError } from '../workload/load.ts';

/**
 * Marks a folder as measured into by this process. A mark whose process is gone (killed, or another process has its
 * number now) is stale and taken over.
 *
 * @throws UsageError that names the process which is at it
 */
export function takeLock(folder: string, file: string): void {
  const mark = existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  const [owner = '', started = ''] = mark?.split(' ') ?? [];
  if (mark !== undefined && Number(owner) !== process.pid && isRunning(Number(owner), started))
    throw new UsageError(`${folder} is being measured into by process ${owner}. Wait for it, or end it and try again.`);
  writeFileSync(file, `${process.pid} ${startOf(process.pid) ?? ''}`);
}

function isRunning(pid: number, started: string): boolean {
  if (process.platform === 'linux') return started !== '' && startOf(pid) === started;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * When a process began, in clock ticks since boot (field 22 of /proc/<pid>/stat): tells it from a later one of the same
 * number. Undefined for one that is gone or dead and not yet reaped, and where there is no /proc.
 */
function startOf(pid: number): string | undefined {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\)\s/s, '')
      .split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}
