// The child process that measures one group once; src/measure/conduct.ts starts it and listens.

import { classifyFailure } from '../backends/failure.ts';
import type { GroupEvent, GroupRequest } from './events.ts';
import { measureGroup } from './group.ts';
import { whoIsAtWork } from './ring.ts';
import { onWork } from './voice.ts';

/** What the child says besides the events of the group. */
export type ChildMessage =
  | GroupEvent
  | { readonly type: 'done' }
  | {
      readonly type: 'broken';
      /** Whose work broke, where that is known; else whoever's turn it was. */
      readonly variant?: string | undefined;
      readonly message: string;
      readonly kind: string;
      readonly status: ReturnType<typeof classifyFailure>['status'];
    };

const exit = process.exit.bind(process);

// Ctrl-C reaches the whole process group; the conductor decides when this process ends.
process.on('SIGINT', () => undefined);
process.on('disconnect', () => exit(1));
onWork<GroupRequest, ChildMessage>((request, say) => {
  /** Messages are queued: the process may only end once the last one is through. */
  const sayLast = (message: ChildMessage, code: number): void => say(message, () => exit(code));
  const broken = (error: unknown, variant?: string): void => {
    const { status, reason } = classifyFailure(error);
    const { kind, message } =
      error instanceof Error ? { kind: error.name, message: error.message } : { kind: '', message: reason };
    sayLast({ type: 'broken', variant, message, kind, status }, 1);
  };
  // A timer or a promise that broke while another variant was at work.
  process.on('uncaughtException', error => {
    const { reason } = classifyFailure(error);
    broken(new Error(`broke something that nobody waited for: ${reason}`), whoIsAtWork());
  });
  measureGroup(request, message => say(message)).then(() => sayLast({ type: 'done' }, 0), broken);
});
