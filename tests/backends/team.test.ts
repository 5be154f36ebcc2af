import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createTeam, joinTeam, type Team } from '../../src/backends/threads/team.ts';

/** Both ends of a team of two, in one thread. */
function pair(): [Team, Team] {
  const first = createTeam(2);
  return [first, joinTeam(2, first.control)];
}

test('in whatever order threads ask, every item of a phase is taken once, and in each piece of work anew', () => {
  fc.assert(
    fc.property(
      fc.nat(200),
      fc.integer({ min: 1, max: 9 }),
      fc.array(fc.boolean(), { minLength: 1, maxLength: 300 }),
      (count, size, turns) => {
        const team = pair();
        for (const phase of [0, 1, 0] as const) {
          if (phase === 0) team[0].start();
          const taken: number[] = [];
          for (let turn = 0; turn < count + 2; turn++) {
            const own = team[turns[turn % turns.length] ? 1 : 0].take(phase, count, size);
            for (let item = own?.[0] ?? 0; item < (own?.[1] ?? 0); item++) taken.push(item);
          }
          expect(taken).toEqual(Array.from({ length: count }, (_, item) => item));
        }
      },
    ),
    { numRuns: 50 },
  );
});

test('a phase is over when its items are done, whoever did them; a thread that failed ends the wait', () => {
  const [main, other] = pair();
  main.start();
  main.finish(0, 5);
  other.finish(0, 2);
  main.until(0, 7);
  main.until(1, 0);
  other.fail();
  expect(() => main.until(1, 9)).toThrow('another thread of the team failed');
});
