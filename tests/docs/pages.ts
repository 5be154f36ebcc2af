import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../support/pgram.ts';

/** A fenced block of a page. */
export interface Block {
  readonly page: string;
  readonly language: string;
  readonly text: string;
}

/** A shell command in a page, and the output that stands below it, if there is one. */
export interface Documented {
  readonly page: string;
  readonly command: string;
  readonly output?: string;
}

/** What a reader may type: the README and docs/, but not the notebook, which tells of things that were typed once. */
export const pages: readonly string[] = ['README.md', ...globSync('docs/**/*.md', { cwd: projectRoot })].filter(
  page => page !== 'docs/notebook.md',
);

export const pageText = (page: string): string => readFileSync(join(projectRoot, page), 'utf8');

/** Fenced blocks; one inside a list is indented. */
export const blocksOf = (page: string): Block[] =>
  [...pageText(page).matchAll(/^( *)```(\w*)\n([\s\S]*?)^ *```$/gm)].map(
    ([, indent = '', language = '', text = '']) => ({
      page,
      language,
      text: text.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
    }),
  );

/** The commands of every `sh` block, without comments; `a && b` is two. A `text` block below is the last one's output. */
export const documentedCommands = (): Documented[] =>
  pages.flatMap(page => {
    const blocks = blocksOf(page);
    return blocks.flatMap(({ language, text }, at) => {
      if (language !== 'sh') return [];
      const commands = text
        .replaceAll('\\\n', ' ')
        .split('\n')
        .flatMap(line => line.replace(/(^|\s{2,})#.*$/, '').split(' && '))
        .map(command => command.trim().replace(/\s+/g, ' '))
        .filter(Boolean);
      const next = blocks[at + 1];
      return commands.map((command, index) => ({
        page,
        command,
        ...(index === commands.length - 1 && next?.language === 'text' ? { output: next.text } : {}),
      }));
    });
  });

/** Commands mentioned in running text, `npx pgram …`, without those that have a gap to fill in. */
export const mentionedCommands = (): Documented[] =>
  pages.flatMap(page =>
    [
      ...pageText(page)
        .replaceAll(/^ *```[\s\S]*?^ *```$/gm, '')
        .matchAll(/`(npx pgram [^`]*)`/g),
    ]
      .map(([, command = '']) => ({ page, command: command.replace(/\s+/g, ' ') }))
      .filter(({ command }) => !/[<[…]/.test(command)),
  );

/** The words after `npx pgram` (or `pgram`); undefined for what is no command of ours. */
export const wordsOf = (command: string): string[] | undefined =>
  /^(?:npx |parallelogram\/)?pgram (.*)$/.exec(command)?.[1]?.split(' ');
