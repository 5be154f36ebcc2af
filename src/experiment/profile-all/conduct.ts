import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, join } from 'node:path';
import type { Conduct } from '../define.ts';
import { examine } from './examine.ts';
import { fileNameOf, subjectsOf } from './subjects.ts';
import type { ProfileSubject, SubjectResult } from './types.ts';

const folderOf = (run: string): string => join(run, 'subjects');
const fileOf = (run: string, subject: ProfileSubject): string => join(folderOf(run), `${fileNameOf(subject)}.json`);

/**
 * Examines every subject of the plan that has no file yet. In the quick form two are examined at a time where there
 * are two cores: shares of sampled time suffer a little, and nothing here is a timing.
 */
export async function conductProfileAll(work: Conduct): Promise<boolean> {
  const { folder, plan, quick, signal, onProgress } = work;
  mkdirSync(folderOf(folder), { recursive: true });
  const all = await subjectsOf(plan);
  const waiting = all.filter(subject => !existsSync(fileOf(folder, subject)));
  const total = waiting.length;
  // Monotonic: somebody may set the wall clock while a run goes on.
  const started = performance.now();
  let done = 0;
  const lane = async (): Promise<void> => {
    for (let subject = waiting.shift(); subject && !signal.aborted; subject = waiting.shift()) {
      const label = [subject.workload, ...Object.values(subject.parameters), subject.variant].join(' ');
      const remainingMs = done > 0 ? ((performance.now() - started) / done) * (total - done) : undefined;
      const onStep = (step: string) => onProgress({ done, total, label, step, remainingMs });
      onStep('start');
      const result = await examine(subject, { ...work, runId: basename(folder), onStep });
      // Half a subject is none: it is examined again when the run is resumed.
      if (signal.aborted) return;
      write(fileOf(folder, subject), result);
      done++;
    }
  };
  const lanes = quick ? Math.min(2, availableParallelism()) : 1;
  await Promise.all(Array.from({ length: lanes }, lane));
  return !signal.aborted;
}

/** Under its final name only when it is whole. */
function write(file: string, result: SubjectResult): void {
  writeFileSync(`${file}.part`, `${JSON.stringify(result, null, 1)}\n`);
  renameSync(`${file}.part`, file);
}

/** What a run knows of its subjects, in the order of the plan. */
export async function readSubjects(folder: string, plan: Conduct['plan']): Promise<SubjectResult[]> {
  if (!existsSync(folderOf(folder))) return [];
  const found = new Map(
    readdirSync(folderOf(folder))
      .filter(name => name.endsWith('.json'))
      .map(name => [name, JSON.parse(readFileSync(join(folderOf(folder), name), 'utf8')) as SubjectResult]),
  );
  return (await subjectsOf(plan)).flatMap(subject => found.get(`${fileNameOf(subject)}.json`) ?? []);
}
