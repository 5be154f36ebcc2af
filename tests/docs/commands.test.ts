import { cpSync, existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Command } from 'commander';
import { afterAll, describe, expect, test } from 'vitest';
import { verbFirst, verbs } from '../../src/cli/verbs.ts';
import { pgram, projectRoot } from '../support/pgram.ts';
import { blocksOf, documentedCommands, mentionedCommands, pages, pageText, wordsOf } from './pages.ts';
import { excluded, lighter } from './table.ts';

/** `npm run docs:all`: nothing made light. */
const everything = process.env.MODE === 'all';

const documented = documentedCommands();
const mentioned = mentionedCommands();

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
  const all = [...new Set([...documented, ...mentioned].map(({ command }) => command)), ...help].filter(
    command => wordsOf(command) && !/^exec |^(exec|--help|--version)/.test(wordsOf(command)!.join(' ')),
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

describe('every command in a block is run, or stands in a table that says why not', () => {
  const folder = mkdtempSync(join(tmpdir(), 'pgram-docs-'));
  cpSync(join(projectRoot, 'examples'), join(folder, 'examples'), { recursive: true });
  symlinkSync(join(projectRoot, 'src'), join(folder, 'src'));
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
    (everything ? undefined : lighter[command]?.split(' ')) ?? (command === 'npm start' ? ['start'] : wordsOf(command));
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
      const run = words!.includes('RUN') ? await measured : '';
      if (words!.includes('OTHER')) cpSync(run, `${run}-other`, { recursive: true });
      const { code, stdout, stderr } = await pgram(
        words!.map(word => ({ RUN: run, OTHER: `${run}-other` })[word] ?? word),
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
    for (const command of [...Object.keys(excluded), ...Object.keys(lighter)])
      expect(known, command).toContain(command);
    expect(Object.keys(lighter).filter(command => command in excluded)).toEqual([]);
  });
});

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
