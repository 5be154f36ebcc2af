import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Verdict } from './run-test.ts';

const batch = fileURLToPath(new URL('./batch.ts', import.meta.url));
/** A realm for each execution and no end of them makes V8 crash somewhere after some thousand. */
const batchSize = 150;

/**
 * Runs tests in processes of their own, a batch at a time, two side by side. Where a process ends before its batch, the
 * test that it was at is said to have ended it, and the others go on in a new one.
 */
export async function runBatches(root: string, paths: readonly string[]): Promise<Map<string, Verdict>> {
  const waiting = Array.from({ length: Math.ceil(paths.length / batchSize) }, (_, k) =>
    paths.slice(k * batchSize, (k + 1) * batchSize),
  );
  const verdicts = new Map<string, Verdict>();
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      let rest = next;
      while (rest.length > 0) {
        const { lines, code } = await runOnce(root, rest);
        for (const line of lines) {
          const { path, verdict } = JSON.parse(line) as { path: string; verdict: Verdict };
          verdicts.set(path, verdict);
        }
        rest = rest.slice(lines.length);
        const [culprit] = rest;
        if (culprit !== undefined) {
          verdicts.set(culprit, { status: 'differs', plain: '', traced: `ends the process with code ${code}` });
          rest = rest.slice(1);
        }
      }
    }
  };
  await Promise.all([work(), work()]);
  for (const [path, verdict] of verdicts)
    if (verdict.status === 'differs') verdicts.set(path, await judgeAlone(root, path));
  return verdicts;
}

/**
 * What differs between realms may be the second realm's doing (an error that the runtime makes is not an instance of
 * the test's TypeError): judged again in processes of their own, in one realm, as the tool runs programs.
 */
async function judgeAlone(root: string, path: string): Promise<Verdict> {
  const [plain, traced] = await Promise.all(
    ['plain', 'traced'].map(async how => {
      const { text, code } = await start([root, path, how]);
      return code === 0 ? text : `ends the process with code ${code}`;
    }),
  );
  return plain === traced ? { status: 'same', plain: plain! } : { status: 'differs', plain: plain!, traced: traced! };
}

async function runOnce(root: string, paths: readonly string[]): Promise<{ lines: string[]; code: number | null }> {
  const { text, code } = await start([root], paths.join('\n'));
  return { lines: text.split('\n').slice(0, -1), code };
}

function start(args: readonly string[], input = ''): Promise<{ text: string; code: number | null }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [batch, ...args], { stdio: ['pipe', 'pipe', 'ignore'] });
    let text = '';
    child.stdout.setEncoding('utf8').on('data', chunk => {
      text += chunk;
    });
    child.on('error', reject);
    child.on('close', code => resolve({ text, code }));
    child.stdin.on('error', () => undefined).end(input);
  });
}
