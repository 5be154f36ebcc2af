// The child process that measures one group once; src/measure/conduct.ts starts it and listens.

import type { GroupEvent, GroupRequest } from './events.ts';
import { measureGroup } from './group.ts';

/** What the child says besides the events of the group. */
export type ChildMessage =
  | GroupEvent
  | { readonly type: 'done' }
  | { readonly type: 'broken'; readonly message: string; readonly kind: string };

const send = (message: ChildMessage): void => {
  process.send?.(message);
};

// Ctrl-C reaches the whole process group; the conductor decides when this process ends.
process.on('SIGINT', () => undefined);
process.on('disconnect', () => process.exit(1));
process.on('message', (request: GroupRequest) => {
  measureGroup(request, send).then(
    () => {
      send({ type: 'done' });
      process.disconnect();
      process.exit(0);
    },
    (error: Error) => {
      send({ type: 'broken', message: error.message, kind: error.name });
      process.exit(1);
    },
  );
});
