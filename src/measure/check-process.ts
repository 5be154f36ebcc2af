// The child process that checks one workload; src/measure/conduct-checks.ts starts it and listens.

import { openDevice } from '../backends/device.ts';
import { loadWorkload } from '../workload/load.ts';
import { type Check, type CheckPlace, type CheckSelection, checkWorkload } from './check-workload.ts';
import { onWork, type Say } from './voice.ts';

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

const exit = process.exit.bind(process);

async function check({ target, selection, from, hung }: CheckRequest, say: Say<CheckMessage>): Promise<void> {
  const workload = await loadWorkload(target);
  await using device = openDevice();
  const begins = (place: CheckPlace): void => say({ type: 'begins', place });
  for await (const each of checkWorkload(workload, selection, { device, from, hung, begins }))
    say({ type: 'check', check: each });
}

// Ctrl-C reaches the whole process group; the conductor decides when this process ends.
process.on('SIGINT', () => undefined);
process.on('disconnect', () => exit(1));
onWork<CheckRequest, CheckMessage>((request, say) => {
  /** Messages are queued: the process may only end once the last one is through. */
  const sayLast = (message: CheckMessage, code: number): void => say(message, () => exit(code));
  check(request, say).then(
    () => sayLast({ type: 'done' }, 0),
    (error: Error) => sayLast({ type: 'broken', message: error.message, kind: error.name }, 1),
  );
});
