// Writes docs/csv-columns.md from the schema:  npx pgram exec tools/csv-columns.ts
import { writeFileSync } from 'node:fs';
import { profileCsvFiles } from '../src/profile/columns.ts';
import { csvFiles, schemaVersion } from '../src/results/schema.ts';

const files = { ...csvFiles, ...profileCsvFiles };

const opening: Readonly<Record<keyof typeof files, string>> = {
  'samples.csv': 'One row a measurement, appended as it happens. Never averaged, never dropped.',
  'processes.csv':
    'How each variant fared in each process: the journal of a run. Samples without a row here with status `ok` (same cell and process) count for nothing.',
  'summary.csv':
    'One row a cell, phase and regime, made of the other two. A cell that failed or was skipped is one row with its reason.',
  'census.csv': 'What `analyze-bytecode` counted: one row a function of each layer.',
  'compare.csv':
    'Two runs side by side (`pgram compare A B --out folder`): one row a cell, phase and regime of either run.',
  'profile.csv': 'Of `analyze`: one row a function, as cProfile lists them ([profile.md](profile.md)). Sampled times.',
  'time-by-place.csv': 'Of `analyze`: where the time of one process went; the shares of a subject add up to 1.',
  'hot-lines.csv': 'Of `analyze`: the user’s lines where samples fell.',
  'sites.csv': 'Of `analyze`: deoptimisations, and inline caches that have seen several shapes.',
  'kernels.csv': 'Of `analyze`: kernels of TensorFlow.js, passes of WebGPU.',
  'native-symbols.csv': 'Of `analyze`: what perf saw in native code, on all threads; empty where there is no perf.',
  'loops.csv': 'What `pgram trace --out` found: one row a loop or function and size.',
  'levels.csv':
    'The parallelogram of a traced run: operations per level of its dependence graph. They sum to the work; the last level is the span.',
  'growth.csv':
    'A sweep of `pgram trace --sizes`: one row a size, counted or extrapolated from the fitted laws. What times grow by is another table, `time-growth.csv` of the experiment `size-scaling`; the first runs hold that one under this name (it has a column `exponent`).',
};

/** The page as the schema has it. */
export function columnsPage(): string {
  const tables = Object.entries(files).map(([file, columns]) => {
    const rows = columns.map(
      ({ name, kind, meaning }) => `| \`${name}\` | ${kind} | ${meaning.replaceAll('|', '\\|')} |`,
    );
    return `## ${file}\n\n${opening[file as keyof typeof files]}\n\n| column | kind | meaning |\n|---|---|---|\n${rows.join('\n')}\n`;
  });
  return `# CSV columns

RFC 4180; snake_case names with the unit in the name; times in ISO 8601, UTC; empty for missing, never 0. Version
${schemaVersion}. This page is generated from \`src/results/schema.ts\` and \`src/profile/columns.ts\`. A table that an
experiment adds begins with \`schema_version\` and \`run_id\` as well; its other columns stand at the head of its file in
\`experiments/\`.

${tables.join('\n')}`;
}

if (import.meta.main) writeFileSync(new URL('../docs/csv-columns.md', import.meta.url), columnsPage());
