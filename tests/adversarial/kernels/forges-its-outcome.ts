import { cheating } from '../victim.ts';

/** Tells the conductor that all is well, in the harness's own words, and leaves. */
export default cheating(
  () =>
    new Promise(() => {
      const place = { device: 'cpu-1', ranOn: 'cpu' };
      for (const variant of ['tuned', 'naive'])
        process.send?.({ type: 'outcome', variant, sameAlgorithm: true, status: 'ok', place, steady: true });
      process.send?.({ type: 'done' }, () => process.exit(0));
    }),
);
