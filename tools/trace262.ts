// The language coverage of `trace` over tc39/test262, whose files are not kept here:
//   npx pgram exec tools/trace262.ts select <checkout>   writes tests/trace262/files.json
//   npx pgram exec tools/trace262.ts run <checkout>      runs them, writes tests/trace262/results.json
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hashOf, type Results, type Selection, selection, summarise } from '../tests/trace262/lists.ts';
import { runBatches } from '../tests/trace262/run-batches.ts';
import { metadataOf, unsuitable, type Verdict } from '../tests/trace262/run-test.ts';

/** tc39/test262 at this commit: `git clone https://github.com/tc39/test262 && git checkout <commit>`. */
const commit = 'be13516fb6441b950ba8a3df97eb34062c186972';
/** Of each folder of a statement or expression so many, evenly spread over its files in order. */
const most = 40;

async function select(root: string): Promise<void> {
  const all = globSync('test/language/{expressions,statements}/**/*.js', { cwd: root })
    .filter(path => !path.includes('_FIXTURE'))
    .sort();
  const drawn: string[] = [];
  const unsuited: Record<string, number> = {};
  for (const paths of Map.groupBy(all, path => path.split('/').slice(0, 4).join('/')).values()) {
    const runnable = paths.filter(path => {
      const reason = unsuitable(metadataOf(read(root, path)));
      if (reason !== undefined) unsuited[reason] = (unsuited[reason] ?? 0) + 1;
      return reason === undefined;
    });
    const step = Math.max(1, runnable.length / most);
    for (let at = 0; at < runnable.length; at += step) drawn.push(runnable[Math.floor(at)]!);
  }
  const verdicts = await runBatches(root, drawn);
  const files: Record<string, string> = {};
  const excluded: Record<string, string> = {};
  for (const path of drawn) {
    const source = read(root, path);
    const reason = whyNot(source, verdicts.get(path)!);
    if (reason === undefined) files[path] = hashOf(source);
    else excluded[path] = reason;
  }
  write('files.json', { commit, of: all.length, unsuited, files, excluded } satisfies Selection);
  process.stdout.write(`${Object.keys(files).length} files, ${Object.keys(excluded).length} excluded\n`);
}

/** What does not pass here even without us says nothing about us. */
function whyNot(source: string, verdict: Verdict): string | undefined {
  if (verdict.status === 'refused') return undefined;
  const { negative } = metadataOf(source);
  const { plain } = verdict;
  const passes =
    negative === 'runtime' ? plain.startsWith('throws') : plain.startsWith('ends') && !plain.includes('Failure');
  return passes || plain === ''
    ? undefined
    : `does not pass in this harness without instrumentation: ${plain.slice(0, 100)}`;
}

async function run(root: string): Promise<void> {
  const paths = Object.keys(selection.files);
  for (const path of paths)
    if (hashOf(read(root, path)) !== selection.files[path])
      throw new Error(`${path} is not the file that was selected; check out ${commit}`);
  const results: Results = summarise(await runBatches(root, paths));
  write('results.json', results);
  const { total, same, refused, differs } = results;
  process.stdout.write(
    `${total} files: ${same} the same (${((100 * same) / total).toFixed(2)} %), ${refused} refused, ${differs} differ\n`,
  );
}

const read = (root: string, path: string): string => readFileSync(join(root, path), 'utf8');
const write = (name: string, document: object): void =>
  writeFileSync(new URL(`../tests/trace262/${name}`, import.meta.url), `${JSON.stringify(document, null, 2)}\n`);

const [what, root = ''] = process.argv.slice(2);
if (what === 'select') await select(root);
else if (what === 'run') await run(root);
else process.stderr.write('usage: trace262.ts select|run <checkout of tc39/test262>\n');
