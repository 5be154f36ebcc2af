import { expect, test } from 'vitest';
import { readers } from './readers.ts';
import { fuzz } from './run.ts';

/** `npm run soak` feeds each reader thousands of cases; here always the same few, and some that are new every day. */
const seed = Number(process.env.FUZZ_SEED ?? Date.now() % 2 ** 31);

test.each(readers.map(reader => [reader.name, reader] as const))(
  '%s: damaged input is read or refused in a sentence that names the file, in bounded time',
  (_name, reader) => {
    const rows = [fuzz(reader, { cases: 25, from: 1 }), fuzz(reader, { cases: 15, from: seed })];
    const shown = rows.flatMap(({ failures }) => failures.map(each => ({ ...each, input: String(each.input) })));
    expect(shown, `FUZZ_SEED=${seed}`).toEqual([]);
    // Cases that nothing refuses, or that nothing accepts, would test little; what accepts all has nothing to refuse.
    expect(rows[0]!.accepted + rows[0]!.refused).toBe(25);
  },
);

test('a reader that crashes, hangs or does not name its file is found', () => {
  const crashing = { name: 'crashing', read: () => (undefined as unknown as { accepted: boolean }).accepted as never };
  expect(fuzz(crashing, { cases: 3, from: 7 }).failures.map(({ seed }) => seed)).toEqual([7, 8, 9]);
  const slow = {
    name: 'slow',
    read() {
      const start = process.cpuUsage();
      const spent = () => {
        const { user, system } = process.cpuUsage(start);
        return user + system;
      };
      while (spent() < 30e3);
      return { accepted: true };
    },
  };
  expect(fuzz(slow, { cases: 1, from: 1, limitMs: 20 }).failures[0]?.message).toMatch(/^took \d{2}/);
});
