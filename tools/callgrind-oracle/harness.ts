// Runs under callgrind: loads every program, calls each once, and the one named a second time. The difference between
// a run that names one and a run that names none is exactly one call of it, without start-up, loading or compiling.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [folder = '', size = '', again = ''] = process.argv.slice(2);
// What is called where nothing is named: the oracle adds its two bytecodes again.
const programs = new Map<string, (n: number) => unknown>([['', (_n: number): number => 0]]);
for (const name of readdirSync(folder).sort())
  programs.set(name, ((await import(pathToFileURL(join(folder, name)).href)) as { main(n: number): unknown }).main);
const repeated = programs.get(again) as (n: number) => unknown;
for (const main of programs.values()) await main(Number(size));
await repeated(Number(size));
