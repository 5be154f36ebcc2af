import { stripVTControlCharacters } from 'node:util';

const { stdout } = process;
const writeAnswer = stdout.write.bind(stdout);

/**
 * From here on only `answer` reaches stdout: what a user's file prints with console.log, or a worker of its, goes to
 * stderr.
 */
export function keepStdoutForTheAnswer(): void {
  stdout.write = process.stderr.write.bind(process.stderr) as typeof stdout.write;
}

/** The answer goes to stdout, whole before the process may end. */
export function answer(text: string): Promise<void> {
  const plain = stdout.isTTY && !process.env.NO_COLOR ? text : stripVTControlCharacters(text);
  return new Promise((resolve, reject) => {
    writeAnswer(plain.endsWith('\n') ? plain : `${plain}\n`, error => {
      // The reader of a pipe may leave early (`| head`); that is its right.
      if (error && (error as NodeJS.ErrnoException).code !== 'EPIPE') reject(error);
      else resolve();
    });
  });
}

/** Exactly one JSON document, the version of its schema first. */
export const answerJson = (document: object): Promise<void> =>
  answer(JSON.stringify({ schema: 1, ...document }, null, 2));

/** Progress and remarks go to stderr, unless --quiet. */
export function remark(text: string, quiet = false): void {
  if (!quiet) process.stderr.write(`${text}\n`);
}

// A reader that leaves early wants no more: `| head`, `2>&1 | head`. Where only stderr is gone the answer still counts.
stdout.on('error', error => {
  if ((error as NodeJS.ErrnoException).code === 'EPIPE') process.exit();
  throw error;
});
process.stderr.on('error', error => {
  if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error;
});
