import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { makeCells } from '../../../kernels/calibration/example-load-store.ts';
import { calibrationMixes, programNames } from '../../../kernels/calibration/programs.ts';
import { bytecodeCategory } from '../../../src/census/bytecode/categories.ts';
import { type ListedFunction, parseDump } from '../../../src/census/bytecode/parse-dump.ts';
import { categories, categorise } from '../../../src/census/types.ts';
import { createRandom } from '../../../src/workload/random.ts';
import { Machine } from './machine.ts';

/** What V8 itself lists for the functions of a program, in a process that calls it once. */
function list(program: (typeof programNames)[number]): ListedFunction[] {
  const { mix, file } = calibrationMixes[program];
  const [entry] = mix.functions as [string];
  const call = `import(${JSON.stringify(file.href)}).then(m => m.${entry}(...(m.inputs?.${entry}?.(1, 1) ?? [1])))`;
  return mix.functions.map(name => {
    const listing = spawnSync(
      process.execPath,
      ['--print-bytecode', `--print-bytecode-filter=${name}`, '--input-type=module', '--eval', call],
      { encoding: 'utf8' },
    );
    const found = parseDump(listing.stdout).functions.find(each => each.name === name);
    if (!found) throw new Error(`V8 lists no ${name}: ${listing.stdout}${listing.stderr}`);
    return found;
  });
}

// The formulas are those of V8 13.6 (Node 24); another version may compile a statement to other bytecodes.
describe.runIf(process.versions.v8.startsWith('13.6.')).each(programNames)('%s', program => {
  const { mix } = calibrationMixes[program];
  const [entry, callee] = list(program) as [ListedFunction, ListedFunction?];

  test.each([0, 1, 2, 10, 37, 1000])('executes what its formulas say, n = %i', n => {
    const machine = new Machine(callee);
    const cells = makeCells(n, createRandom(1));
    const before = structuredClone(cells);
    const result = machine.run(entry, program === 'example_load_store' ? [n, cells] : [n]);
    const counted = categorise(machine.opcodes, bytecodeCategory);
    for (const category of categories)
      expect({ category, count: mix.executed[category]?.(n) ?? 0 }).toEqual({ category, count: counted[category] });
    // That the machine computes what the program computes says that it took the same path.
    const wanted = {
      example_arithmetic: 5.5 * n,
      example_control_flow: Math.floor(n / 2),
      example_function_calls: 2 * n,
      example_load_store: undefined,
    };
    expect(result).toBe(wanted[program]);
    if (program === 'example_load_store')
      expect(cells).toEqual({ a: before.d, b: before.a, c: before.b, d: before.c, spare: before.d });
  });

  test('is dominated by its own category', () => {
    for (const n of [10, 100, 10_000]) {
      const own = mix.executed[mix.dominant]?.(n) ?? 0;
      for (const category of categories)
        if (category !== mix.dominant) expect(mix.executed[category]?.(n) ?? 0).toBeLessThan(own);
    }
  });
});
