import { fileURLToPath } from 'node:url';
import type { FailureStatus } from '../backends/failure.ts';
import { TargetError, UsageError } from '../workload/load.ts';
import type { CheckMessage, CheckRequest } from './check-process.ts';
import type { Check, CheckPlace, CheckSelection } from './check-workload.ts';
import { describeEnd, dismiss, onEnd, startChild, tail } from './child.ts';
import { giveWork } from './voice.ts';

export interface CheckConditions {
  readonly signal: AbortSignal;
  /** How long one check, or the reference of one input, may take. */
  readonly timeoutMs: number;
  onCheck(check: Check): void;
}

type Ending =
  | { readonly kind: 'done' | 'aborted' }
  | {
      readonly kind: 'died';
      readonly at: CheckPlace | undefined;
      readonly status: FailureStatus;
      readonly reason: string;
    };

const entry = fileURLToPath(new URL('./check-process.ts', import.meta.url));

/**
 * Checks one workload in a process of its own. A variant that hangs or kills the process gets its outcome, and a fresh
 * process goes on with the next check.
 *
 * @returns false where `signal` ended it
 * @throws UsageError, TargetError as loadWorkload and checkWorkload do; TargetError too where loading the file, its
 * inputs or its reference take too long or end the process
 */
export async function conductChecks(
  target: string,
  selection: CheckSelection,
  { signal, timeoutMs, onCheck }: CheckConditions,
): Promise<boolean> {
  let from = 0;
  const hung: string[] = [];
  const heard = (check: Check): void => {
    from++;
    onCheck(check);
  };
  for (;;) {
    const ending = await runProcess({ target, selection, from, hung }, { signal, timeoutMs, onCheck: heard });
    if (ending.kind !== 'died') return ending.kind === 'done';
    const { at, status, reason } = ending;
    if (!at?.variant) {
      const during = at
        ? `${at.workload}: asked for its inputs and reference (${at.input}),`
        : `${target}: while loading,`;
      throw new TargetError(`${during} it ${reason}`);
    }
    if (status === 'timeout') hung.push(at.variant);
    heard({ ...at, outcome: { status, reason } });
  }
}

async function runProcess(request: CheckRequest, { signal, timeoutMs, onCheck }: CheckConditions): Promise<Ending> {
  if (signal.aborted) return { kind: 'aborted' };
  const child = startChild(entry);
  // What the target prints is no answer of this tool.
  const said = tail(child, text => process.stderr.write(text));
  return new Promise((resolve, reject) => {
    let at: CheckPlace | undefined;
    let ending: Ending | undefined;
    let timer: NodeJS.Timeout;
    const stop = (how: Ending): void => {
      ending ??= how;
      child.kill('SIGKILL');
    };
    const abort = (): void => stop({ kind: 'aborted' });
    const arm = (): void => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        const reason = `took more than ${timeoutMs / 1000} s (--timeout)`;
        stop({ kind: 'died', at, status: 'timeout', reason });
      }, timeoutMs);
    };
    signal.addEventListener('abort', abort, { once: true });
    const hear = (message: CheckMessage): void => {
      if (ending) return;
      arm();
      if (message.type === 'begins') at = message.place;
      else if (message.type === 'check') onCheck(message.check);
      else if (message.type === 'done') ending = { kind: 'done' };
      else if (message.kind === 'UsageError') reject(new UsageError(message.message));
      else if (message.kind === 'TargetError' || message.kind === 'WorkloadFault')
        reject(new TargetError(message.message));
      else reject(new Error(message.message));
      if (message.type === 'done') dismiss(child);
    };
    child.on('error', reject);
    onEnd(child, (code, killedBy) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      const { how, status } = describeEnd({ code, killedBy }, said());
      resolve(ending ?? { kind: 'died', at, status, reason: `ended its process, which ${how}` });
    });
    arm();
    giveWork(child, request, hear);
  });
}
