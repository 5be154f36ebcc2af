// The child process that checks one workload; src/measure/conduct-checks.ts starts it and listens.

import { openDevice } from '../backends/device.ts';
import { loadWorkload } from '../workload/load.ts';
import { type Check, type CheckPlace, type CheckSelection, checkWorkload } from './check-workload.ts';

export interface CheckRequest {
  readonly target: string;
  readonly selection: CheckSelection;
  readonly from: number;
  readonly hung: readonly string[];
}

export type CheckMessage =
  | { readonly type: 'begins'; readonly place: CheckPlace }
  | { readonly type: 'check'; readonly check: Check }
  | { readonly type: 'done' }
  | { readonly type: 'broken'; readonly message: string; readonly kind: string };

const send = (message: CheckMessage): void => {
  process.send?.(message);
};

/** Messages are queued: the process may only end once the last one is through. */
const sayLast = (message: CheckMessage, code: number): void => {
  process.send?.(message, undefined, undefined, () => process.exit(code));
};

async function check({ target, selection, from, hung }: CheckRequest): Promise<void> {
  const workload = await loadWorkload(target);
  await using device = openDevice();
  const begins = (place: CheckPlace): void => send({ type: 'begins', place });
  for await (const each of checkWorkload(workload, selection, { device, from, hung, begins }))
    send({ type: 'check', check: each });
}

// Ctrl-C reaches the whole process group; the conductor decides when this process ends.
process.on('SIGINT', () => undefined);
process.on('disconnect', () => process.exit(1));
process.on('message', (request: CheckRequest) => {
  check(request).then(
    () => sayLast({ type: 'done' }, 0),
    (error: Error) => sayLast({ type: 'broken', message: error.message, kind: error.name }, 1),
  );
});
