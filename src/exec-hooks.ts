// Loaded before whatever `pgram exec` runs: a script may import 'parallelogram' wherever it lies.
import { allowSelfImport } from './self-import.ts';

allowSelfImport();
