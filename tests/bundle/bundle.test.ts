import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { packageRoot } from '../../src/results/provenance.ts';
import { productionClosure } from '../../tools/bundle/closure.ts';
import { leftOut, packageFiles } from '../../tools/bundle/contents.ts';
import { platform } from '../../tools/bundle/make.ts';
import { hasProgram, pack, packing } from '../../tools/bundle/pack.ts';

const scratch = mkdtempSync(join(tmpdir(), 'bundle-test-'));
afterAll(() => rmSync(scratch, { recursive: true }));

/** Writes files, given by path; objects become JSON. */
function tree(name: string, files: Readonly<Record<string, unknown>>): string {
  const root = join(scratch, name);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), typeof content === 'string' ? content : JSON.stringify(content));
  }
  return root;
}

describe('the packages that go along', () => {
  const names = (root: string, without: readonly string[] = []) =>
    productionClosure(root, platform, new Set(without)).map(folder => relative(join(root, 'node_modules'), folder));

  test('are those that Node would load: nested before hoisted, each once, cycles included, none for development', () => {
    const root = tree('closure', {
      'package.json': { dependencies: { a: '1', b: '1' }, devDependencies: { test: '1' } },
      'node_modules/a/package.json': { dependencies: { b: '2' } },
      'node_modules/a/node_modules/b/package.json': { version: '2', dependencies: { a: '1' } },
      'node_modules/b/package.json': { version: '1' },
      'node_modules/test/package.json': {},
      'node_modules/alone/package.json': {},
    });
    expect(names(root)).toEqual(['a', 'a/node_modules/b', 'b']);
    expect(names(root, ['a'])).toEqual(['b']);
  });

  test('optional ones where they fit the platform; a missing required one is named', () => {
    const root = tree('optional', {
      'package.json': { optionalDependencies: { here: '1', elsewhere: '1', absent: '1' } },
      'node_modules/here/package.json': { os: ['linux'], cpu: ['x64'], libc: ['glibc'] },
      'node_modules/elsewhere/package.json': { os: ['win32'] },
    });
    expect(names(root)).toEqual(['here']);
    const broken = tree('broken', { 'package.json': { dependencies: { gone: '1' } } });
    expect(() => names(broken)).toThrow(/gone, which .* needs, is not installed; run `npm ci` first/);
  });

  test('of this very tool: Dawn and what workloads import, no compiler and no browser', () => {
    const folders = productionClosure(packageRoot, platform, leftOut).map(folder =>
      relative(join(packageRoot, 'node_modules'), folder),
    );
    expect(folders).toEqual(expect.arrayContaining(['webgpu', '@sparticuz/chromium', 'gpu.js', '@noble/ciphers']));
    for (const name of ['assemblyscript', 'playwright-core', 'typescript', 'vitest', 'clinic'])
      expect(folders).not.toContain(name);
  });
});

test('of a package its licence and code go along; maps, types, tests, other platforms and Chromium do not', () => {
  const files = { LICENSE: '', 'index.js': '', 'index.js.map': '', 'index.d.ts': '', 'README.md': '', 'test/a.js': '' };
  const root = tree('contents', { ...files, 'node_modules/x/index.js': '', 'lib/run.js': '' });
  expect(packageFiles(root, 'any')).toEqual(['LICENSE', 'index.js', 'lib/run.js']);
  const chromium = tree('chromium', { 'bin/chromium.br': '', 'bin/swiftshader.tar.br': '', 'package.json': {} });
  expect(packageFiles(chromium, '@sparticuz/chromium')).toEqual(['bin/swiftshader.tar.br', 'package.json']);
  const dawn = tree('dawn', { 'dist/linux-x64/d.node': '', 'dist/win32-x64/d.node': '', 'index.js': '' });
  expect(packageFiles(dawn, 'webgpu')).toEqual(['dist/linux-x64/d.node', 'index.js']);
});

describe.runIf(hasProgram('tar'))('packing', () => {
  test.each(['xz', 'gzip'] as const)('with %s gives what was put in, and the same bytes twice', async program => {
    if (program === 'xz' && !hasProgram('xz')) return;
    tree(`parent-${program}`, { 'folder/b/one.txt': 'one', 'folder/a.txt': 'two'.repeat(1000) });
    const files = [1, 2].map(n => join(scratch, `${program}-${n}`));
    for (const file of files) await pack(join(scratch, `parent-${program}`), 'folder', { file, program });
    const [first, second] = files.map(file => readFileSync(file));
    expect(first?.equals(second as Buffer)).toBe(true);
    const listed = spawnSync('tar', ['-xOf', files[0] as string, 'folder/b/one.txt'], { encoding: 'utf8' });
    expect(listed.stdout).toBe('one');
  });

  test('a folder that is not there leaves no archive behind', async () => {
    const file = join(scratch, 'nothing');
    await expect(pack(scratch, 'no-such-folder', { file, program: 'gzip' })).rejects.toThrow(/tar ended with code/);
    expect(() => readFileSync(file)).toThrow(/ENOENT/);
  });

  test('without xz it is gzip, which Node brings', () => {
    expect(packing(false)).toEqual({ extension: 'tar.gz', program: 'gzip' });
    expect(packing(true)).toEqual({ extension: 'tar.xz', program: 'xz' });
  });
});
