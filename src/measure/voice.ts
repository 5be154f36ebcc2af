import type { ChildProcess, Serializable } from 'node:child_process';
import { randomBytes } from 'node:crypto';

/** What is said to a measuring process, or by it: the word is told to its own code only, not to the target that it loads. */
interface Envelope {
  readonly word: string;
  readonly content: unknown;
}

/** Says something to the parent; `sent` is called once it is through. */
export type Say<M> = (message: M, sent?: () => void) => void;

// Taken before any target is loaded.
const post = process.send?.bind(process);

/** In a child: does the one piece of work that it is given. */
export function onWork<R, M>(work: (request: R, say: Say<M>) => void): void {
  process.once('message', ({ word, content }: Envelope) =>
    work(content as R, (message, sent) => {
      post?.({ word, content: message }, undefined, undefined, sent ?? (() => undefined));
    }),
  );
}

/**
 * Gives a child its work, and hears what its own code says; what the target sends in its name counts for nothing. A child
 * that was killed before it could hear is no fault of who sends: its `close` event, which always comes, says how it ended.
 */
export function giveWork<M>(child: ChildProcess, request: unknown, hear: (message: M) => void): void {
  const word = randomBytes(16).toString('hex');
  child.on('message', (envelope: Partial<Envelope> | null) => {
    if (envelope?.word === word) hear(envelope.content as M);
  });
  child.send({ word, content: request } as Serializable, () => undefined);
}
