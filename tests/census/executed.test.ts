import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { calibrationMixes, programNames } from '../../kernels/calibration/programs.ts';
import { countExactly, executedLayer } from '../../src/census/executed/executed.ts';
import { categories, noCounts, sumOpcodes } from '../../src/census/types.ts';
import { resolveTarget } from '../../src/target/index.ts';

const fixtures = fileURLToPath(new URL('../fixtures/census/', import.meta.url));

interface Oracle {
  readonly node: string;
  readonly size: number;
  readonly programs: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** Made by tools/callgrind-oracle: entries into V8's bytecode handlers, counted by callgrind. */
const oracle = JSON.parse(readFileSync(`${fixtures}callgrind.json`, 'utf8')) as Oracle;

/** Programs of which coverage does not tell everything; the others must be counted to the last bytecode. */
const partly = new Set(['async.ts', 'delegation.ts', 'objects.ts']);

describe.concurrent('every opcode that callgrind sees is executed as often as we say', () => {
  test.runIf(process.version === oracle.node).for(Object.keys(oracle.programs))('%s', async name => {
    const counts = await countExactly({ target: resolveTarget(`${fixtures}programs/${name}#main`), size: oracle.size });
    expect(counts.outcome.status).toBe('ok');
    const layer = executedLayer(counts);
    const { Star: _hidden, ...ours } = layer.opcodes;
    const theirs = oracle.programs[name] as Readonly<Record<string, number>>;
    if (!partly.has(name)) {
      expect(layer.unsolved).toEqual([]);
      expect(ours).toEqual(theirs);
      return;
    }
    // What is solved never exceeds the truth, and the opcodes of which nothing is unsolved are exact.
    expect(layer.unsolved.length).toBeGreaterThan(0);
    const open = new Set(
      counts.functions.flatMap(({ compiled, executed }) =>
        compiled.plain.instructions.filter((_, index) => executed[index] === undefined).map(({ opcode }) => opcode),
      ),
    );
    for (const opcode of new Set([...Object.keys(ours), ...Object.keys(theirs)])) {
      if (open.has(opcode)) expect(ours[opcode] ?? 0, opcode).toBeLessThanOrEqual(theirs[opcode] ?? 0);
      else expect(ours[opcode] ?? 0, opcode).toBe(theirs[opcode] ?? 0);
    }
  });
});

describe.concurrent('the calibration programs execute what their formulas say', () => {
  test.for(programNames.flatMap(program => [11, 100, 1003].map(n => [program, n] as const)))(
    '%s at n = %i',
    async ([program, n]) => {
      const { mix, file } = calibrationMixes[program];
      const counts = await countExactly({ target: resolveTarget('calibration'), size: n, parameters: { program } });
      const layer = executedLayer(counts);
      const own = layer.functions.filter(
        each =>
          mix.functions.includes(each.name) &&
          each.file === fileURLToPath(file) &&
          Object.keys(each.opcodes).length > 0,
      );
      expect(own.map(({ name }) => name).sort()).toEqual([...mix.functions].sort());
      const summed = own.reduce((sum, { counts: each }) => {
        for (const category of categories) sum[category] += each[category];
        return sum;
      }, noCounts());
      expect(summed).toEqual({
        ...noCounts(),
        ...Object.fromEntries(Object.entries(mix.executed).map(([category, formula]) => [category, formula(n)])),
      });
      expect(Object.entries(summed).sort(([, a], [, b]) => b - a)[0]?.[0]).toBe(mix.dominant);
      expect(Object.values(sumOpcodes(own.map(each => each.opcodes))).reduce((a, b) => a + b, 0)).toBe(
        Object.values(summed).reduce((a, b) => a + b, 0),
      );
    },
  );
});

test('constructors that are not in the source run as often as V8’s own trace of calls has them, or are unsolved', async () => {
  const file = `${fixtures}constructors.ts`;
  const n = 5;
  const counts = await countExactly({ target: resolveTarget(`${file}#main`), size: n });
  const { stdout } = spawnSync(
    process.execPath,
    ['--trace', '--input-type=module', '-e', `(await import(${JSON.stringify(file)})).main(${n})`],
    { encoding: 'utf8', maxBuffer: 2 ** 28 },
  );
  const traced: Record<string, number> = {};
  for (const [, name = ''] of stdout.matchAll(/ new [~^+*]?([A-Z]\w+)\+/g)) traced[name] = (traced[name] ?? 0) + 1;
  const ours = Object.fromEntries(
    counts.functions
      .filter(({ compiled: { name } }) => /^[A-Z]/.test(name))
      .map(({ compiled: { name }, executed }) => [name, executed[0]]),
  );
  // Without fields nothing tells; they are not guessed.
  const unknown = ['Bare', 'Heir', 'Between'];
  for (const name of unknown) expect(ours[name], name).toBeUndefined();
  const known = ['Field', 'Two', 'OfBare', 'OfHeir', 'Written', 'OfWritten', 'Below', 'Calls'];
  for (const name of known) expect(ours[name], name).toBe(traced[name]);
  // Of the others every bytecode is solved.
  for (const { compiled, reason } of counts.functions)
    if (known.includes(compiled.name)) expect(reason, compiled.name).toBeUndefined();
  expect(traced).toMatchObject({ Field: 4 * n, Two: 3 * n, Written: 2 * n, Bare: n });
  expect(Object.keys(ours).sort()).toEqual([...unknown, ...known].sort());
});

describe.concurrent('what is not known is said', () => {
  test('a for-in loop and a default constructor are listed with their reason, and not guessed', async () => {
    const layer = executedLayer(await countExactly({ target: resolveTarget(`${fixtures}unknown.ts#main`), size: 3 }));
    const reasons = Object.fromEntries(layer.unsolved.map(each => [each.function, each.reason]));
    expect(reasons.keys).toMatch(/for-in/);
    expect(reasons.Empty).toMatch(/constructor that is not in the source/);
  });

  test('a program that ends itself keeps its counts, and they are marked', async () => {
    const quit = fileURLToPath(new URL('../fixtures/target/sums.ts', import.meta.url));
    const counts = await countExactly({ target: resolveTarget(`${quit}#quit`) });
    expect(counts.outcome.status).toBe('exited');
    const layer = executedLayer(counts);
    expect(layer.opcodes.CallProperty1).toBe(1);
    expect(layer.unsolved).toMatchObject([{ function: 'quit', reason: expect.stringMatching(/was ended while/) }]);
  });

  test('functions of other modules of the program are counted, those of node_modules and of Node are not', async () => {
    const { functions } = await countExactly({ target: resolveTarget(`${fixtures}imports.ts`) });
    const ran = functions
      .filter(({ executed }) => executed.some(count => (count ?? 0) > 0))
      .map(({ compiled }) => compiled.name);
    expect(ran).toContain('find');
    expect(new Set(functions.map(({ compiled }) => compiled.file.split('/').at(-1)))).toEqual(
      new Set(['imports.ts', 'loops.ts']),
    );
  });
});
