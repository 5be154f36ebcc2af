import { cheating } from '../victim.ts';

/** One job queues the next: nothing of it takes long, and no other event is ever heard. */
export default cheating(async () => {
  for (;;) await undefined;
});
