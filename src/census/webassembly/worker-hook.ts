import { reportFromWorker } from './watch.ts';

// Loaded with `--import` into every thread of a counted process.
reportFromWorker();
