import type { SpawnOptions } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Command } from 'commander';
import { afterAll, describe, expect, test } from 'vitest';
import { verbFirst, verbs } from '../../src/cli/verbs.ts';
import { validateDevice } from '../../src/hardware/validate-device.ts';
import { type Finished, pgram, projectRoot, startNode } from '../support/pgram.ts';
import { blocksOf, documentedCommands, hasGap, mentionedCommands, pages, pageText, wordsOf } from './pages.ts';
import { excluded, filled, lighter } from './table.ts';

/** `npm run docs:all`: nothing made light. */
const everything = process.env.MODE === 'all';

const documented = [...documentedCommands(), ...mentionedCommands()];

/** Parses as the command line would, and does nothing. @throws CommanderError, UsageError */
async function parse(words: readonly string[]): Promise<void> {
  const program = new Command('pgram');
  for (const add of new Set(Object.values(verbs).map(verb => verb.add))) await add(program);
  const inert = (command: Command): void => {
    command.exitOverride().configureOutput({ writeErr: () => undefined, writeOut: () => undefined });
    if (command.commands.length === 0) command.action(() => undefined);
    command.commands.forEach(inert);
  };
  inert(program);
  await program.parseAsync(verbFirst(words), { from: 'user' });
}

describe('every command is one that the command line understands', () => {
  const help = Object.values(verbs).flatMap(({ examples }) => examples.map(([words]) => `pgram ${words}`));
  const all = [...new Set(documented.map(({ command }) => command)), ...help].filter(
    command =>
      !hasGap(command) && wordsOf(command) && !/^exec |^(exec|--help|--version)/.test(wordsOf(command)!.join(' ')),
  );

  test.each(all)('%s', async command => {
    await expect(parse(wordsOf(command)!)).resolves.toBeUndefined();
  });

  test('a wrong option, value or number of words would be noticed', async () => {
    await expect(parse(['bench', 'matmul', '--sizee', '3'])).rejects.toThrow(/unknown option '--sizee'/);
    await expect(parse(['bench', 'matmul', '--processes', 'x'])).rejects.toThrow(/--processes is `x`/);
    await expect(parse(['compare', 'results/A'])).rejects.toThrow(/missing required argument/);
    await expect(parse(['list', 'matmul'])).rejects.toThrow(/too many arguments/);
  });

  test('files that help and pages name are there', () => {
    const files = all.flatMap(command => command.match(/\b(?:examples|src)\/[\w./-]+/g) ?? []);
    expect(files.length).toBeGreaterThan(5);
    for (const file of files) expect(existsSync(join(projectRoot, file)), file).toBe(true);
  });
});

describe('every command of the pages is run, or stands in a table that says why not', () => {
  const folder = mkdtempSync(join(tmpdir(), 'pgram-docs-'));
  cpSync(join(projectRoot, 'examples'), join(folder, 'examples'), { recursive: true });
  for (const name of ['src', 'experiments', 'tests']) symlinkSync(join(projectRoot, name), join(folder, name));
  const listing = blocksOf('docs/census.md').find(({ language }) => language === 'ts');
  writeFileSync(join(folder, 'listing.ts'), listing?.text ?? '');
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const measured = pgram(
    ['bench', 'examples/dot-product.ts', '--size', '1000', '--quick', '--processes', '1', '--no-probe', '--quiet'],
    { cwd: folder },
  ).then(({ stdout }) => dirname(stdout.trim().split('\n').at(-1)!));

  const toRun = Map.groupBy(
    documented.filter(({ command }) => !(command in excluded)),
    ({ command }) => command,
  );
  const runOf = (command: string): string[] | undefined =>
    ((everything ? undefined : lighter[command]) ?? filled[command])?.split(' ') ??
    (command === 'npm start'
      ? ['start']
      : command.startsWith('node experiments/')
        ? command.split(' ')
        : wordsOf(command));
  const rows = [...Map.groupBy(toRun.keys(), command => runOf(command)?.join(' '))].map(([run, commands]) => ({
    command: commands.join(', '),
    words: run?.split(' '),
    output: commands
      .filter(command => everything || !(command in lighter))
      .flatMap(command => toRun.get(command)?.find(({ output }) => output !== undefined)?.output ?? [])[0],
  }));

  test.each(rows)(
    '$command',
    async ({ command, words, output }) => {
      expect(words, `${command} is neither pgram's nor excluded`).toBeDefined();
      const run = words!.some(word => word.startsWith('RUN')) ? await measured : '';
      if (words!.includes('OTHER')) cpSync(run, `${run}-other`, { recursive: true });
      const { code, stdout, stderr } = await typed(
        words!.map(word => word.replace(/^RUN/, run).replace(/^OTHER/, `${run}-other`)),
        { cwd: folder, env: { ...process.env, NO_COLOR: '1' } },
      );
      expect([code, code === 0 ? '' : stderr]).toEqual([0, '']);
      expect(stdout).not.toBe('');
      if (output !== undefined && words![0] === 'trace') expectLines(stdout, output);
    },
    everything ? 3_600_000 : 60_000,
  );

  test('the tables speak of commands that are in the pages', () => {
    const known = new Set(documented.map(({ command }) => command));
    const listed = [excluded, lighter, filled].flatMap(table => Object.keys(table));
    for (const command of listed) expect(known, command).toContain(command);
    expect(new Set(listed).size).toBe(listed.length);
    const named = (path: string) =>
      existsSync(join(projectRoot, path)) || existsSync(join(projectRoot, `${path}.test.ts`));
    for (const why of Object.values(excluded))
      for (const [path] of why.matchAll(/tests\/[\w./-]*\w/g)) expect(named(path), `${why}: ${path}`).toBe(true);
  });

  test('what docs/census.md shows of its listing is what is counted', async () => {
    const words = ['analyze-bytecode', 'listing.ts#energy', '--size', '100000', '--explain', '--quiet'];
    const { stdout } = await pgram(words, { cwd: folder });
    const counts = (text = ''): string[] =>
      [...text.matchAll(/\w+ \(line \d+\): \d+ bytecodes listed, [\d\u202f ]+ executed/g)].map(([line]) =>
        line.replaceAll('\u202f', ' '),
      );
    const shown = blocksOf('docs/census.md').find(({ text }) => text.includes('bytecodes listed'));
    expect(counts(shown?.text)).toHaveLength(2);
    expect(counts(stdout)).toEqual(counts(shown?.text));
  });
});

/** As a reader would type it: with pgram's launcher, or a script by itself. */
const typed = (words: readonly string[], options: SpawnOptions): Promise<Finished> =>
  words[0] === 'node' ? startNode(words.slice(1), options).finished : pgram(words, options);

/** What `trace` prints is the same on every machine: the documented lines, in order; `…` stands for lines left out. */
function expectLines(stdout: string, output: string): void {
  const plain = (text: string): string[] =>
    text
      .split('\n')
      .map(line => line.trimEnd())
      .filter(line => line !== '' && !/times (slower|faster) than plain/.test(line));
  const said = plain(stdout);
  let at = 0;
  let gap = false;
  for (const line of plain(output)) {
    if (line.trim() === '…') gap = true;
    else {
      const found = gap ? said.indexOf(line, at) : at;
      expect(said[found], `line ${at + 1} of the output`).toBe(line);
      at = found + 1;
      gap = false;
    }
  }
}

describe('links', () => {
  const anchorOf = (heading: string): string =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-');
  const anchors = (page: string): string[] =>
    [...pageText(page).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => anchorOf(heading));

  test.each(pages)('of %s lead somewhere', page => {
    for (const [, target = ''] of pageText(page)
      .replaceAll(/^ *```[\s\S]*?^ *```$/gm, '')
      .matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^[a-z]+:/.test(target)) continue;
      const [path = '', anchor] = target.split('#');
      const file = path === '' ? page : join(dirname(page), path);
      expect(existsSync(join(projectRoot, file)), `${page}: ${target}`).toBe(true);
      if (anchor !== undefined) expect(anchors(file), `${page}: ${target}`).toContain(anchor);
    }
  });
});

test('the device file that docs/forecast.md shows is one, and its mistake is refused in the words shown', () => {
  const device = JSON.parse(blocksOf('docs/forecast.md').find(({ language }) => language === 'json')!.text);
  expect(validateDevice(device, 'mine.json')).toMatchObject({ name: 'my-gpu' });
  const bad = { ...device, clock_ghz: { ...device.clock_ghz, value: 1980 } };
  const said = /pgram: (bad\.json: .*)/.exec(pageText('docs/forecast.md'))?.[1];
  expect(() => validateDevice(bad, 'bad.json')).toThrow(said);
});

test.each([
  ['README.md', 'examples/dot-product.ts'],
  ['docs/workloads.md', 'examples/blur.ts'],
  ['docs/workloads.md', 'examples/blur-kernel.ts'],
  ['docs/api.md', 'examples/api.ts'],
  ['docs/bring-your-own-program.md', 'examples/potential.ts'],
  ['docs/bring-your-own-program.md', 'examples/potential-workload.ts'],
])('%s shows %s as it is', (page, example) => {
  expect(blocksOf(page).map(({ text }) => text)).toContain(pageText(example));
});
