import { createRunFolder } from './run-folder.ts';
import type { CsvRow } from './schema.ts';
import { traceFiles } from './trace-tables.ts';

/** The run folder of a trace: no samples, since a traced run is never timed. */
export interface TraceFolder {
  readonly path: string;
  readonly runId: string;
  writeTable(name: keyof typeof traceFiles, rows: Iterable<CsvRow>): void;
  writeText(name: string, text: string): void;
}

/** Makes `<parent>/<runId>`. @throws OutputError that names the folder and the cure */
export function createTraceFolder(parent: string, runId: string): TraceFolder {
  const folder = createRunFolder(parent, runId, 'read');
  return {
    path: folder.path,
    runId: folder.runId,
    writeTable: (name, rows) => folder.writeTable(name, traceFiles[name], rows),
    writeText: folder.writeText,
  };
}
