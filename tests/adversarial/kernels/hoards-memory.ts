import { cheating } from '../victim.ts';

const kept: unknown[] = [];

/** Keeps whatever it makes until V8 gives up; numbers without pointers, so that the collector has little to look at. */
export default cheating(() => {
  for (;;) kept.push(new Array(3e6).fill(1.5));
});
