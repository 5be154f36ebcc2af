import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import type { Verdict } from './run-test.ts';

/** The pinned subset: which files, and which of those drawn are left out and why. */
export interface Selection {
  /** Of tc39/test262. */
  readonly commit: string;
  /** Statement and expression tests at that commit. */
  readonly of: number;
  /** How many of them cannot show anything here, by reason; they were not drawn from. */
  readonly unsuited: Readonly<Record<string, number>>;
  /** Path and first 16 digits of the SHA-256 of each file that is run. */
  readonly files: Readonly<Record<string, string>>;
  readonly excluded: Readonly<Record<string, string>>;
}

export interface Results {
  readonly commit: string;
  readonly total: number;
  /** Ended and printed instrumented as plain. */
  readonly same: number;
  /** Told to the user with the line, before anything ran. */
  readonly refused: number;
  readonly differs: number;
  readonly refusedFiles: Readonly<Record<string, string>>;
  readonly differingFiles: Readonly<Record<string, { readonly plain: string; readonly traced: string }>>;
}

const file = (name: string) => new URL(name, import.meta.url);
const read = <T>(name: string, empty: T): T =>
  existsSync(file(name)) ? (JSON.parse(readFileSync(file(name), 'utf8')) as T) : empty;

export const selection: Selection = read('files.json', { commit: '', of: 0, unsuited: {}, files: {}, excluded: {} });
export const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16);

export function summarise(verdicts: ReadonlyMap<string, Verdict>): Results {
  const refusedFiles: Record<string, string> = {};
  const differingFiles: Record<string, { plain: string; traced: string }> = {};
  for (const [path, verdict] of [...verdicts].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (verdict.status === 'refused') refusedFiles[path] = verdict.message;
    if (verdict.status === 'differs') differingFiles[path] = { plain: verdict.plain, traced: verdict.traced };
  }
  const [refused, differs] = [Object.keys(refusedFiles).length, Object.keys(differingFiles).length];
  const total = verdicts.size;
  return {
    commit: selection.commit,
    total,
    same: total - refused - differs,
    refused,
    differs,
    refusedFiles,
    differingFiles,
  };
}
