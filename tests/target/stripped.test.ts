import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { strippedFlags } from '../../src/target/stripped.ts';
import { projectRoot } from '../support/pgram.ts';

const scratch = mkdtempSync(join(tmpdir(), 'pgram-stripped-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
const digest = (text: string): string => createHash('sha256').update(text).digest('hex');
const breaks = (text: string): number[] => [...text.matchAll(/\n/g)].map(({ index }) => index);

test('every module of the tool lies there with each character in its place', () => {
  const [flag = ''] = strippedFlags();
  const folder = new URL(flag.replace('--import=', '')).searchParams.get('folder') ?? '';
  const names = readdirSync(join(projectRoot, 'src'), { recursive: true, encoding: 'utf8' }).filter(
    name => name.endsWith('.ts') && !/(^|\/)assembly\//.test(name),
  );
  expect(names.length).toBeGreaterThan(400);
  for (const name of names) {
    const source = readFileSync(join(projectRoot, 'src', name), 'utf8');
    const kept = readFileSync(join(folder, digest(source)), 'utf8');
    expect(Buffer.byteLength(kept), name).toBe(Buffer.byteLength(source));
    if (kept.length === source.length) expect(breaks(kept), name).toEqual(breaks(source));
  }
});

test('a module that has changed since is never the one that was kept, nor is one of somebody else', () => {
  cpSync(join(projectRoot, 'bin/launcher/stripped-hooks.mjs'), join(scratch, 'bin/launcher/stripped-hooks.mjs'));
  for (const folder of ['src', 'kept', 'own']) mkdirSync(join(scratch, folder), { recursive: true });
  writeFileSync(join(scratch, 'package.json'), '{ "type": "module" }');
  const hooks = pathToFileURL(join(scratch, 'bin/launcher/stripped-hooks.mjs'));
  hooks.searchParams.set('folder', join(scratch, 'kept'));
  const said = (file: string, source: string): string => {
    writeFileSync(join(scratch, file), source);
    return execFileSync(process.execPath, [`--import=${hooks.href}`, join(scratch, file)], { encoding: 'utf8' });
  };
  const first = "const text: string = 'source';\nconsole.log(text);\n";
  writeFileSync(join(scratch, 'kept', digest(first)), "console.log('kept');\n");
  expect(said('src/module.ts', first)).toBe('kept\n');
  expect(said('src/module.ts', first.replace('source', 'newer source'))).toBe('newer source\n');
  expect(said('own/module.ts', first)).toBe('source\n');
});
