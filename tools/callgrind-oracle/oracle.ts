// An independent count of executed bytecodes: callgrind counts how often each bytecode handler of V8's interpreter is
// entered. Writes one JSON file beside the programs; slow (20 s a program), so it is run by hand when the
// programs or the pinned Node change:
//
//   node bin/pgram.mjs exec tools/callgrind-oracle/oracle.ts tests/fixtures/census/programs 8 tests/fixtures/census/callgrind.json
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const [folder = '', size = '8', output = ''] = process.argv.slice(2);
if (output === '') throw new Error('usage: oracle.ts <folder of programs> <size> <output.json>');
const harness = fileURLToPath(new URL('./harness.ts', import.meta.url));
const entries = handlerAddresses();
const scratch = mkdtempSync(join(tmpdir(), 'callgrind-'));

/**
 * Entries into each handler of one run. callgrind writes `fn=` and then a line for every instruction of it, with its
 * address and how often it ran; a dispatch goes to the handler's symbol, which need not be its lowest address. Handlers
 * entered from themselves appear once more as `name'2`.
 */
function handlerEntries(again: string): Map<string, number> {
  const file = join(scratch, `out.${again || 'none'}`);
  const valgrind = [
    '--tool=callgrind',
    '--smc-check=all-non-file',
    '--dump-instr=yes',
    '--compress-pos=no',
    '--compress-strings=no',
    `--callgrind-out-file=${file}`,
  ];
  // Interpreter only; one thread, so that nothing is compiled meanwhile; builtins at their place in the binary, where they have names.
  const node = [
    '--no-opt',
    '--no-maglev',
    '--no-sparkplug',
    '--single-threaded',
    '--no-short-builtin-calls',
    '--no-flush-bytecode',
    '--no-warnings',
  ];
  const { status, stderr } = spawnSync(
    'valgrind',
    [...valgrind, process.execPath, ...node, harness, folder, size, again],
    {
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
    },
  );
  if (status !== 0) throw new Error(`valgrind ended with ${status}: ${stderr.slice(-2000)}`);
  const entered = new Map<string, number>();
  let handler: string | undefined;
  let inherited = false;
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    if (line.startsWith('fn=')) handler = /^fn=Builtins_(\w+)Handler(?:'\d+)?$/.exec(line)?.[1];
    // The line after `calls=` holds what the callee cost, not the handler.
    else if (line.startsWith('calls=')) inherited = true;
    else if (handler !== undefined && line.startsWith('0x')) {
      if (inherited) inherited = false;
      else {
        const [address = '', , count = ''] = line.split(' ');
        if (Number(address) === entries.get(handler)) entered.set(handler, (entered.get(handler) ?? 0) + Number(count));
      }
    } else if (line.startsWith('0x')) inherited = false;
  }
  rmSync(file);
  return entered;
}

/** Where each handler begins; the binary is loaded at the addresses that it was linked for. */
function handlerAddresses(): Map<string, number> {
  const { stdout } = spawnSync('nm', [process.execPath], { encoding: 'utf8', maxBuffer: 2 ** 30 });
  return new Map(
    [...stdout.matchAll(/^([0-9a-f]+) \w Builtins_(\w+)Handler$/gm)].map(([, address, name]) => [
      name as string,
      Number.parseInt(address as string, 16),
    ]),
  );
}

/** `LdaSmiWide` and `LdaSmiExtraWide` are `LdaSmi` with longer operands. */
const mnemonic = (handler: string): string => handler.replace(/(Extra)?Wide$/, '');

/** Handlers that no dispatch of their own leads to: prefixes, and short stores that the handler before runs itself. */
const unseen = /^(|ShortStar|Star|Illegal|DebugBreak\d|DebugBreak)$/;

const programs = readdirSync(folder).sort();
const none = handlerEntries('');
/** What the baseline calls instead returns 0. */
const empty: Readonly<Record<string, number>> = { LdaZero: 1, Return: 1 };
const counts: Record<string, Record<string, number>> = {};
for (const name of programs) {
  const table: Record<string, number> = {};
  for (const [handler, count] of handlerEntries(name)) {
    const opcode = mnemonic(handler);
    const once = count - (none.get(handler) ?? 0) + (handler === opcode ? (empty[opcode] ?? 0) : 0);
    if (once !== 0 && !unseen.test(opcode)) table[opcode] = (table[opcode] ?? 0) + once;
  }
  counts[name] = Object.fromEntries(Object.entries(table).sort(([a], [b]) => (a < b ? -1 : 1)));
  process.stderr.write(`${name}: ${Object.values(table).reduce((a, b) => a + b, 0)} bytecodes\n`);
}
rmSync(scratch, { recursive: true });
writeFileSync(
  output,
  `${JSON.stringify({ node: process.version, v8: process.versions.v8, size: Number(size), programs: counts }, null, 1)}\n`,
);
