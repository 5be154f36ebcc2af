import { execFileSync, spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { projectRoot } from '../support/pgram.ts';

/**
 * What somebody has who installed the package and wrote a program: an empty folder, node_modules, two files. What npm
 * would install beside the package is found one folder up, without a network.
 */
const scratch = realpathSync(mkdtempSync(join(tmpdir(), 'pgram-pack-')));
const app = join(scratch, 'app');
const installed = join(app, 'node_modules/parallelogram');
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** With a shell's environment, not the test runner's. */
const { PATH = '', HOME = '' } = process.env;
const node = (...words: string[]) =>
  spawnSync(process.execPath, words, { cwd: app, encoding: 'utf8', env: { PATH, HOME, NO_COLOR: '1' } });

beforeAll(() => {
  symlinkSync(realpathSync(join(projectRoot, 'node_modules')), join(scratch, 'node_modules'));
  mkdirSync(installed, { recursive: true });
  const packed = execFileSync('npm', ['pack', '--json', '--pack-destination', app], {
    cwd: projectRoot,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [{ filename }] = JSON.parse(packed.slice(packed.indexOf('['))) as [{ filename: string }];
  execFileSync('tar', ['-xzf', join(app, filename), '-C', installed, '--strip-components=1']);
  for (const name of ['api.ts', 'potential.ts']) copyFileSync(join(projectRoot, 'examples', name), join(app, name));
  writeFileSync(join(app, 'package.json'), '{ "type": "module", "private": true }\n');
});

test('the package holds .js where the checkout has .ts, line for line and column for column, and declarations', () => {
  expect(readdirSync(join(installed, 'dist'))).toEqual(
    expect.arrayContaining(['bin', 'examples', 'experiments', 'kernels', 'src']),
  );
  expect(existsSync(join(installed, 'src'))).toBe(false);
  const source = readFileSync(join(projectRoot, 'src/measure/statistics.ts'), 'utf8');
  const shipped = readFileSync(join(installed, 'dist/src/measure/statistics.js'), 'utf8');
  expect(shipped).toHaveLength(source.length);
  const place = (text: string) => text.split('\n').map(line => line.indexOf('return'));
  expect(place(shipped)).toEqual(place(source));
  expect(existsSync(join(installed, 'dist/src/index.d.ts'))).toBe(true);
});

test('`npx pgram list` there prints what it prints here', () => {
  const list = (bin: string) => node(bin, 'list');
  const there = list(join(installed, 'bin/pgram.mjs'));
  expect([there.status, there.stdout]).toEqual([0, list(join(projectRoot, 'bin/pgram.mjs')).stdout]);
});

test('the example of the API type-checks against the declarations, strictly', () => {
  const compilerOptions = {
    ...{ strict: true, noEmit: true, skipLibCheck: true, target: 'esnext', module: 'nodenext', types: ['node'] },
    ...{ noUncheckedIndexedAccess: true, exactOptionalPropertyTypes: true },
  };
  writeFileSync(join(app, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }));
  // The declarations say something: a wrong call has to be refused, or the directive is the error.
  const wrong = "// @ts-expect-error sizes are several\nawait trace('matmul', { sizes: 8 });\n";
  writeFileSync(join(app, 'wrong.ts'), `import { trace } from 'parallelogram';\n${wrong}`);
  expect(node(join(projectRoot, 'node_modules/typescript/bin/tsc')).stdout).toBe('');
  rmSync(join(app, 'wrong.ts'));
});

test('the example of the API runs there under plain Node', () => {
  const { status, stdout, stderr } = node('api.ts');
  expect([status, stderr.replace(/.*(ExperimentalWarning|--trace-warnings).*\n/g, '')]).toEqual([0, '']);
  expect(stdout).toMatch(/^work 960, span 18, parallelism 53\.3\n/);
  expect(stdout).toMatch(/^executed: 960 flops,/m);
  expect(stdout).toMatch(/^NVIDIA H100.*times, bound by \w+$/m);
  expect(stdout).toMatch(/^matmul 64: .* naive .*\(end to end, 3 processes/m);
  expect(existsSync(join(app, 'results'))).toBe(true);
});
