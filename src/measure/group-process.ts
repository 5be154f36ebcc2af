// The child process that measures one group once; src/measure/conduct.ts starts it and listens.

import { classifyFailure } from '../backends/failure.ts';
import type { GroupEvent, GroupRequest } from './events.ts';
import { measureGroup } from './group.ts';

/** What the child says besides the events of the group. */
export type ChildMessage =
  | GroupEvent
  | { readonly type: 'done' }
  | {
      readonly type: 'broken';
      readonly message: string;
      readonly kind: string;
      readonly status: ReturnType<typeof classifyFailure>['status'];
    };

const send = (message: ChildMessage): void => {
  process.send?.(message);
};

/** Messages are queued: the process may only end once the last one is through. */
const sayLast = (message: ChildMessage, code: number): void => {
  process.send?.(message, undefined, undefined, () => process.exit(code));
};

// Ctrl-C reaches the whole process group; the conductor decides when this process ends.
process.on('SIGINT', () => undefined);
process.on('disconnect', () => process.exit(1));
process.on('message', (request: GroupRequest) => {
  measureGroup(request, send).then(
    () => sayLast({ type: 'done' }, 0),
    (error: Error) =>
      sayLast({ type: 'broken', message: error.message, kind: error.name, status: classifyFailure(error).status }, 1),
  );
});
