// Writes results/README.md from the tables of the published run:  npx pgram exec tools/results-readme.ts [results/two-core]
import { join } from 'node:path';
import { packageRoot } from '../src/results/provenance.ts';
import { writeResultsReadme } from './results-readme/write.ts';

await writeResultsReadme(process.argv[2] ?? join(packageRoot, 'results', 'two-core'));
