import { stripVTControlCharacters } from 'node:util';

/** The answer goes to stdout, whole before the process may end. */
export function answer(text: string): Promise<void> {
  const plain = process.stdout.isTTY && !process.env.NO_COLOR ? text : stripVTControlCharacters(text);
  return new Promise((resolve, reject) => {
    process.stdout.write(plain.endsWith('\n') ? plain : `${plain}\n`, error => {
      // The reader of a pipe may leave early (`| head`); that is its right.
      if (error && (error as NodeJS.ErrnoException).code !== 'EPIPE') reject(error);
      else resolve();
    });
  });
}

/** Exactly one JSON document. */
export const answerJson = (document: { readonly schema: number }): Promise<void> =>
  answer(JSON.stringify(document, null, 2));

/** Progress and remarks go to stderr, unless --quiet. */
export function remark(text: string, quiet = false): void {
  if (!quiet) process.stderr.write(`${text}\n`);
}

process.stdout.on('error', error => {
  if ((error as NodeJS.ErrnoException).code === 'EPIPE') process.exit(0);
  throw error;
});
