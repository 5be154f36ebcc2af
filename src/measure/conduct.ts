import { fileURLToPath } from 'node:url';
import { TargetError, UsageError } from '../workload/load.ts';
import { describeEnd, dismiss, onEnd, startChild, tail } from './child.ts';
import type { GroupRequest, OutcomeEvent, SampleEvent } from './events.ts';
import type { ChildMessage } from './group-process.ts';
import { giveWork } from './voice.ts';

/** Who hears of everything as it happens; `process` numbers the process that it happened in. */
export interface Listener {
  sample(event: SampleEvent, process: number): void;
  outcome(event: OutcomeEvent, process: number): void;
  step?(variant: string, step: string): void;
}

export interface Conditions {
  readonly signal: AbortSignal;
  /** A number that no process of this group has had: what a broken process left behind is never mixed with another's. */
  nextProcess(): number;
}

type Ending =
  | { readonly kind: 'done' }
  | { readonly kind: 'aborted' }
  | {
      readonly kind: 'failed';
      readonly variant: string;
      readonly status: OutcomeEvent['status'];
      readonly reason: string;
      /** Somebody sent it SIGKILL: the variant itself, or someone who knows nothing of it (an operator, a full memory). */
      readonly killed?: boolean;
    }
  | { readonly kind: 'restart'; readonly without: string | undefined };

const entry = fileURLToPath(new URL('./group-process.ts', import.meta.url));

/**
 * Measures one group in a process of its own. A variant that hangs, kills the process or loses the device gets its row,
 * and the others are measured in a fresh process without it; what the broken process had measured of them stays in
 * samples.csv and counts for nothing, because the checks after the timing never came. A process that was killed from
 * outside says nothing about a variant: it is tried once more, and a variant that does it itself does it again.
 *
 * @returns false where `signal` ended it
 * @throws UsageError, TargetError as loadWorkload does
 */
export async function conductGroup(
  request: Omit<GroupRequest, 'process'>,
  listener: Listener,
  { signal, nextProcess }: Conditions,
): Promise<boolean> {
  let variants = request.group.variants;
  let spared = false;
  let suspicious = false;
  while (variants.length > 0) {
    const settled = new Set<string>();
    const process = nextProcess();
    const ears: ProcessListener = {
      sample: event => listener.sample(event, process),
      outcome(event) {
        settled.add(event.variant);
        listener.outcome(event, process);
      },
      step: (variant, step) => listener.step?.(variant, step),
    };
    const ending = await runProcess(
      { ...request, process, suspicious, group: { ...request.group, variants } },
      ears,
      signal,
    );
    if (ending.kind === 'aborted') return false;
    // What breaks after the last word on every variant (a device that dies while it is closed) changes nothing.
    if (ending.kind === 'done' || variants.every(name => settled.has(name))) return true;
    if (ending.kind === 'failed' && ending.killed && !spared) {
      spared = true;
      variants = variants.filter(name => !settled.has(name));
      continue;
    }
    const culprit = ending.kind === 'restart' ? ending.without : ending.variant;
    suspicious = culprit === undefined;
    if (culprit === undefined) {
      variants = variants.filter(name => !settled.has(name));
      continue;
    }
    if (ending.kind === 'failed') {
      const { status, reason } = ending;
      const blamed = (culprit === '' ? variants : [culprit]).filter(name => !settled.has(name));
      for (const variant of blamed) ears.outcome({ type: 'outcome', variant, sameAlgorithm: false, status, reason });
      if (culprit === '') return true;
    }
    variants = variants.filter(name => name !== culprit && !settled.has(name));
  }
  return true;
}

interface ProcessListener {
  sample(event: SampleEvent): void;
  outcome(event: OutcomeEvent): void;
  step(variant: string, step: string): void;
}

async function runProcess(request: GroupRequest, listener: ProcessListener, signal: AbortSignal): Promise<Ending> {
  if (signal.aborted) return { kind: 'aborted' };
  const child = startChild(entry);
  const said = tail(child);
  return new Promise((resolve, reject) => {
    let current = { variant: '', step: 'start' };
    let ending: Ending | undefined;
    let timer: NodeJS.Timeout;
    const arm = (): void => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        const reason = `${current.step} took more than ${request.protocol.stepLimitMs / 1000} s`;
        ending ??= { kind: 'failed', variant: current.variant, status: 'timeout', reason };
        child.kill('SIGKILL');
      }, request.protocol.stepLimitMs);
    };
    const abort = (): void => {
      ending ??= { kind: 'aborted' };
      child.kill('SIGKILL');
    };
    signal.addEventListener('abort', abort, { once: true });
    const hear = (message: ChildMessage): void => {
      if (ending) return;
      arm();
      if (message.type === 'sample') listener.sample(message);
      else if (message.type === 'outcome') listener.outcome(message);
      else if (message.type === 'step') {
        current = message;
        listener.step(message.variant, message.step);
      } else if (message.type === 'restart') ending = { kind: 'restart', without: message.without };
      else if (message.type === 'done') ending = { kind: 'done' };
      else if (message.kind === 'UsageError') reject(new UsageError(message.message));
      else if (message.kind === 'TargetError') reject(new TargetError(message.message));
      else {
        const { variant = current.variant, status, message: reason } = message;
        ending = { kind: 'failed', variant, status, reason };
      }
      if (ending) dismiss(child);
    };
    const heard = (message: ChildMessage): void => {
      try {
        hear(message);
      } catch (error) {
        // What is heard cannot be written down (a full disk): measuring on would be in vain.
        child.kill('SIGKILL');
        reject(error);
      }
    };
    child.on('error', reject);
    onEnd(child, (code, killedBy) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      resolve(ending ?? crashed(current, { code, killedBy, said: said() }));
    });
    arm();
    giveWork(child, request, heard);
  });
}

function crashed(
  { variant, step }: { variant: string; step: string },
  { said, ...end }: { code: number | null; killedBy: string | null; said: string },
): Ending {
  const { how, status } = describeEnd(end, said);
  // The error itself says more than the version of Node that stands below it.
  const lines = said.trim().split('\n');
  const last = lines.findLast(line => /^(FATAL ERROR|(Uncaught )?\w*Error\b.*): /.test(line)) ?? lines.at(-1) ?? '';
  const reason = `the process ${how} during ${step}${last ? `; it last said: ${last.slice(0, 200)}` : ''}`;
  return { kind: 'failed', variant, status, reason, killed: end.killedBy === 'SIGKILL' };
}
