import { cheating } from '../victim.ts';

/** Waits for something that nobody does; the event loop is idle, not busy. */
export default cheating(() => new Promise(() => setInterval(() => undefined, 1000)));
