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

/** What a reader may type from: not the notebook, which tells of things that were typed once. */
export const pages: readonly string[] = [
  'README.md',
  'results/README.md',
  ...globSync('docs/**/*.md', { cwd: projectRoot }),
].filter(page => page !== 'docs/notebook.md');

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

const fences = /^ *```[\s\S]*?^ *```$/gm;

/**
 * The commands of every `sh` block, without comments, behind every prompt (`$ …`), and on indented lines; `a && b` is
 * two. A `text` block below an `sh` block is its last one's output.
 */
export const documentedCommands = (): Documented[] =>
  pages.flatMap(page => {
    const blocks = blocksOf(page);
    const indented = [
      ...pageText(page)
        .replaceAll(fences, '')
        .matchAll(/^ {4}((?:npx|npm|node) .*)$/gm),
    ].map(([, command = '']) => ({ page, command }));
    const written = blocks.flatMap(({ language, text }, at): Documented[] => {
      if (language !== 'sh') return [...text.matchAll(/^\$ (.*)$/gm)].map(([, command = '']) => ({ page, command }));
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
    return [...written, ...indented];
  });

/** Commands in running text: `npx pgram …`, `npm run …`, `node …`; a verb alone (`pgram trace --json`) is only its name. */
export const mentionedCommands = (): Documented[] =>
  pages.flatMap(page =>
    [
      ...pageText(page)
        .replaceAll(fences, '')
        .matchAll(/`((?:npx )?pgram [^`]*|npm [^`]*|node [^`]*)`/g),
    ]
      .map(([, command = '']) => ({ page, command: command.replace(/\s+/g, ' ') }))
      .filter(({ command }) => !/^pgram (?!start|doctor)[a-z-]+( --[a-z-]+)?$/.test(command)),
  );

/** Something has to be put in before it can be typed. */
export const hasGap = (command: string): boolean => /[<[…]/.test(command);

/** The words after `npx pgram` (or `pgram`, or as `node` starts it); undefined for what is no command of ours. */
export const wordsOf = (command: string): string[] | undefined =>
  /^(?:npx |parallelogram\/)?pgram (.*)$/.exec(command.replace(/^node bin\/pgram\.mjs /, 'pgram '))?.[1]?.split(' ');
