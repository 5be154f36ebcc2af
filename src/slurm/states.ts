/** What Slurm says of one task of a job array. */
export interface TaskState {
  /** Slurm's own word: PENDING, RUNNING, COMPLETED, FAILED, TIMEOUT, CANCELLED, NODE_FAIL, OUT_OF_MEMORY … */
  readonly state: string;
  /** Slurm's reason (Priority, Resources, Dependency …); empty where it gives none. */
  readonly reason: string;
  readonly node: string;
}

export type States = ReadonlyMap<number, TaskState>;

const active = new Set([
  'PENDING',
  'CONFIGURING',
  'RUNNING',
  'COMPLETING',
  'SUSPENDED',
  'REQUEUED',
  'REQUEUE_HOLD',
  'REQUEUE_FED',
  'RESIZING',
  'SIGNALING',
  'STAGE_OUT',
  'STOPPED',
]);

/** Whether a task may still give something. */
export const isActive = ({ state }: TaskState): boolean => active.has(state);
/** Whether it has begun and not ended. */
export const isRunning = ({ state }: TaskState): boolean =>
  isActive({ state, reason: '', node: '' }) && state !== 'PENDING' && !state.startsWith('REQUEUE');

/** `squeue -h -r -t all -o squeueFormat`: one line a task, the same in every version. */
export const squeueFormat = '%F|%K|%T|%r|%N';

export function parseSqueue(text: string, job: string): States {
  const states = new Map<number, TaskState>();
  for (const line of text.split('\n')) {
    const [array, task, state = '', reason = '', node = ''] = line.trim().split('|');
    if (array !== job || task === undefined) continue;
    for (const index of indices(task)) states.set(index, { state, reason: given(reason), node: given(node) });
  }
  return states;
}

/** `sacct -X -n -P -o sacctFormat`. */
export const sacctFormat = 'JobID,State,Reason,NodeList';

export function parseSacct(text: string, job: string): States {
  const states = new Map<number, TaskState>();
  for (const line of text.split('\n')) {
    const [id = '', said = '', reason = '', node = ''] = line.trim().split('|');
    const [array, task] = id.split('_');
    if (array !== job || task === undefined) continue;
    // `CANCELLED by 1000`: who cancelled it is a number of a user.
    const [state = '', ...more] = said.split(' ');
    for (const index of indices(task.replace(/^\[|\]$/g, '')))
      states.set(index, {
        state: state.replace(/\+$/, ''),
        reason: given(reason) || more.join(' '),
        node: given(node),
      });
  }
  return states;
}

interface JsonJob {
  readonly job_id?: unknown;
  readonly array_job_id?: unknown;
  readonly array_task_id?: unknown;
  readonly array_task_string?: unknown;
  readonly array?: { readonly job_id?: unknown; readonly task_id?: unknown; readonly task?: unknown };
  readonly job_state?: unknown;
  readonly state?: { readonly current?: unknown; readonly reason?: unknown };
  readonly state_reason?: unknown;
  readonly nodes?: unknown;
}

/**
 * The document of `squeue --json` or `sacct --json`. Numbers are plain in older versions, `{ set, infinite, number }` in
 * newer ones; states are a word in older ones, a list of words in newer ones.
 *
 * @returns undefined where it is no such document
 */
export function parseJson(text: string, job: string): States | undefined {
  let jobs: JsonJob[] | undefined;
  try {
    ({ jobs } = JSON.parse(text) as { jobs?: JsonJob[] });
  } catch {
    return undefined;
  }
  if (!Array.isArray(jobs)) return undefined;
  const states = new Map<number, TaskState>();
  for (const each of jobs) {
    if (String(numberOf(each.array?.job_id ?? each.array_job_id)) !== job) continue;
    const reason = each.state?.reason ?? each.state_reason;
    const found = {
      state: wordOf(each.state?.current ?? each.job_state),
      reason: given(String(reason ?? '')),
      node: given(String(each.nodes ?? '')),
    };
    const single = numberOf(each.array?.task_id ?? each.array_task_id);
    const several = String(each.array?.task ?? each.array_task_string ?? '');
    // A long list of indices is cut short; the text has one line for each.
    if (several.includes('...')) return undefined;
    for (const index of several ? indices(several) : single === undefined ? [] : [single]) states.set(index, found);
  }
  return states;
}

function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  const { set, number } = (value ?? {}) as { set?: boolean; number?: number };
  return set ? number : undefined;
}

const wordOf = (value: unknown): string => String(Array.isArray(value) ? (value[0] ?? '') : (value ?? ''));
const given = (text: string): string => (/^(None|none|null|None assigned|\(null\)|N\/A)$/.test(text) ? '' : text);

/** `3`, `3-7`, `1,4-9:2%8`: the indices of an array as Slurm writes them. */
export function indices(text: string): number[] {
  return (text.split('%')[0] ?? '').split(',').flatMap(part => {
    const [, low, high, step] = /^(\d+)(?:-(\d+))?(?::(\d+))?$/.exec(part.trim()) ?? [];
    if (low === undefined) return [];
    const from = Number(low);
    const by = Number(step ?? 1);
    const count = Math.floor((Number(high ?? low) - from) / by) + 1;
    // Slurm itself allows 4,000,001 tasks at most (MaxArraySize): what says more is no list of indices.
    if (!(count >= 1 && count <= 4_000_001)) return [];
    return Array.from({ length: count }, (_, index) => from + index * by);
  });
}
