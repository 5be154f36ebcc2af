import { stripVTControlCharacters } from 'node:util';
import { inert } from '../report/align.ts';
import { OutputError } from '../results/run-folder.ts';
import { clearProgress } from './progress.ts';

const { stdout } = process;
const writeAnswer = stdout.write.bind(stdout);

/**
 * From here on only `answer` reaches stdout: what a user's file prints with console.log, or a worker of its, goes to
 * stderr.
 */
export function keepStdoutForTheAnswer(): void {
  stdout.write = process.stderr.write.bind(process.stderr) as typeof stdout.write;
}

/** Colours and weights as `styleText` sets them; anything else between an escape and a letter is not ours. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const ours = /(\x1b\[(?:[1-4]|7|2[2-47]|3[0-79]|9[0-7])m)/;

/**
 * The last gate before a terminal: of control characters only line ends, tabs and the tool's own colours pass. What a
 * program is called, says or throws may hold any others.
 */
export const harmless = (text: string): string =>
  text
    .split(ours)
    .map((part, index) =>
      index % 2 === 1
        ? part
        : part
            .split(/([\n\t])/)
            .map(show)
            .join(''),
    )
    .join('');

/** The same where nothing of the tool's is coloured: messages that hold what a program said. */
export const plainly = (text: string): string =>
  text
    .split(/([\n\t])/)
    .map(show)
    .join('');

const show = (part: string): string => (part === '\n' || part === '\t' ? part : inert(part));

/** The answer goes to stdout, whole before the process may end. */
export function answer(text: string): Promise<void> {
  clearProgress();
  const safe = harmless(text);
  // Off a terminal FORCE_COLOR asks for them, as for `| less -R`; NO_COLOR outweighs it.
  const bare = process.env.NO_COLOR || (!stdout.isTTY && process.env.FORCE_COLOR === undefined);
  const plain = bare ? stripVTControlCharacters(safe) : safe;
  return new Promise((resolve, reject) => {
    writeAnswer(plain.endsWith('\n') ? plain : `${plain}\n`, error => {
      // The reader of a pipe may leave early (`| head`); that is its right.
      const full = error && (error as NodeJS.ErrnoException).code !== 'EPIPE';
      if (full)
        reject(
          new OutputError(
            `the answer cannot be written to stdout: ${error.message}. Free some space, or write it elsewhere.`,
          ),
        );
      else resolve();
    });
  });
}

/** Exactly one JSON document, the version of its schema first. */
export const answerJson = (document: object): Promise<void> =>
  answer(JSON.stringify({ schema: 1, ...document }, null, 2).replace(steering, escaped));

/** What may stand in a JSON text as it is and would not pass the gate; as an escape it means the same. */
const steering = /[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;
const escaped = (sign: string): string => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** Progress and remarks go to stderr, unless --quiet. */
export function remark(text: string, quiet = false): void {
  if (quiet) return;
  clearProgress();
  process.stderr.write(`${harmless(text)}\n`);
}

// A reader that leaves early wants no more: `| head`, `2>&1 | head`. Whatever else stops the answer, `answer` says. Where only
// stderr is gone the answer still counts.
stdout.on('error', error => {
  if ((error as NodeJS.ErrnoException).code === 'EPIPE') process.exit();
});
process.stderr.on('error', error => {
  if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error;
});
