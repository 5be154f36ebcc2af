import { fileURLToPath } from 'node:url';
import { isOwn, type Ownership } from '../target/own.ts';
import { isToolWork } from './frames.ts';
import type { FrameKind, HotLine, ProfiledFunction, SampledTime } from './types.ts';

/** V8's CPU profile (`.cpuprofile`): a tree of frames, and which node each sample fell into. */
export interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
  readonly startTime: number;
  readonly endTime: number;
  readonly samples?: readonly number[] | undefined;
  /** Microseconds since the sample before. */
  readonly timeDeltas?: readonly number[] | undefined;
}

export interface ProfileNode {
  readonly id: number;
  /** Lines and columns count from 0; −1 where there is no source. */
  readonly callFrame: {
    readonly functionName: string;
    readonly url: string;
    readonly lineNumber: number;
    readonly columnNumber: number;
  };
  readonly children?: readonly number[] | undefined;
  readonly positionTicks?: readonly { readonly line: number; readonly ticks: number }[] | undefined;
}

interface Bucket {
  microseconds: number;
  samples: number;
}

interface Row {
  readonly node: ProfileNode;
  readonly self: Bucket;
  readonly total: Bucket;
}

/**
 * Merges the profiles of several runs into one table; times are the mean over the repetitions of all runs. A sample
 * counts for the time since the one before it, as in Chromium's own viewer.
 *
 * @param repetitions of the program in all profiles together
 * @returns rows by falling self time
 */
export function tabulate(
  profiles: readonly CpuProfile[],
  ownership: Ownership,
  repetitions = profiles.length,
): Omit<ProfiledFunction, 'calls' | 'tiers'>[] {
  const rows = new Map<string, Row>();
  for (const profile of profiles) addProfile(profile, rows, ownership);
  return [...rows.values()]
    .map(({ node: { callFrame }, self, total }) => ({
      name: callFrame.functionName || '(anonymous)',
      kind: kindOf(callFrame, ownership),
      file: callFrame.url.startsWith('file:') ? fileURLToPath(callFrame.url) : callFrame.url,
      line: callFrame.lineNumber + 1,
      column: callFrame.columnNumber + 1,
      self: timeOf(self, repetitions),
      total: timeOf(total, repetitions),
    }))
    .sort((a, b) => b.self.milliseconds - a.self.milliseconds);
}

/** Self time by node. Starting and stopping the profiler is no part of the program. */
function timeByNode({ nodes, samples = [], timeDeltas = [] }: CpuProfile): Map<number, Bucket> {
  const own = new Set(nodes.filter(({ callFrame }) => callFrame.url === 'node:inspector').map(({ id }) => id));
  const spent = new Map<number, Bucket>();
  for (const [index, id] of samples.entries()) {
    if (own.has(id)) continue;
    const bucket = spent.get(id) ?? { microseconds: 0, samples: 0 };
    add(bucket, { microseconds: Math.max(0, timeDeltas[index] ?? 0), samples: 1 });
    spent.set(id, bucket);
  }
  return spent;
}

function addProfile(profile: CpuProfile, rows: Map<string, Row>, ownership: Ownership): void {
  const { nodes } = profile;
  const byId = new Map(nodes.map(node => [node.id, node]));
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map(child => [child, id] as const)));
  const rowOf = (node: ProfileNode): Row => {
    const key = keyOf(node);
    const row = rows.get(key) ?? {
      node,
      self: { microseconds: 0, samples: 0 },
      total: { microseconds: 0, samples: 0 },
    };
    rows.set(key, row);
    return row;
  };
  const chain = function* (id: number): Generator<ProfileNode> {
    for (let at: number | undefined = id; at !== undefined; at = parents.get(at)) yield byId.get(at) as ProfileNode;
  };
  const hidden = new Map(nodes.map(({ id }) => [id, isToolWork([...chain(id)].map(urlOf), ownership)]));
  for (const [id, bucket] of timeByNode(profile)) {
    if (hidden.get(id)) continue;
    add(rowOf(byId.get(id) as ProfileNode).self, bucket);
    // A function that is on the stack twice gets the time once.
    const seen = new Set<Row>();
    for (const node of chain(id)) {
      if (hidden.get(node.id)) continue;
      const row = rowOf(node);
      if (!seen.has(row)) add(row.total, bucket);
      seen.add(row);
    }
  }
}

const keyOf = ({ callFrame: { functionName, url, lineNumber, columnNumber } }: ProfileNode): string =>
  `${functionName}|${url}|${lineNumber}|${columnNumber}`;

function add(to: Bucket, { microseconds, samples }: Bucket): void {
  to.microseconds += microseconds;
  to.samples += samples;
}

function timeOf({ microseconds, samples }: Bucket, runs: number): SampledTime {
  const milliseconds = microseconds / 1000 / runs;
  return { milliseconds, standardError: samples === 0 ? 0 : milliseconds / Math.sqrt(samples) };
}

function kindOf({ functionName, url }: ProfileNode['callFrame'], ownership: Ownership): FrameKind {
  if (functionName === '(garbage collector)') return 'gc';
  if (functionName === '(idle)') return 'idle';
  if (url.startsWith('wasm:')) return 'wasm';
  if (url.startsWith('node:')) return 'node';
  if (!url.startsWith('file:')) return 'engine';
  const file = fileURLToPath(url);
  if (isOwn(file, ownership)) return 'own';
  return 'package';
}

const urlOf = ({ callFrame: { url } }: ProfileNode): string => url;

/**
 * The user's lines where samples fell, the hottest first. V8 says of a node how many of its samples fell on each line: a
 * line has that part of the node's time, so that a function's lines add up to it.
 */
export function hotLines(
  profiles: readonly CpuProfile[],
  ownership: Ownership,
  repetitions = profiles.length,
): HotLine[] {
  const lines = new Map<string, { file: string; line: number; bucket: Bucket }>();
  for (const profile of profiles) {
    const spent = timeByNode(profile);
    for (const { id, callFrame, positionTicks = [] } of profile.nodes) {
      const time = spent.get(id);
      if (time === undefined || kindOf(callFrame, ownership) !== 'own') continue;
      const file = fileURLToPath(callFrame.url);
      const all = positionTicks.reduce((sum, { ticks }) => sum + ticks, 0);
      for (const { line, ticks } of positionTicks) {
        const entry = lines.get(`${file}:${line}`) ?? { file, line, bucket: { microseconds: 0, samples: 0 } };
        add(entry.bucket, { microseconds: (time.microseconds * ticks) / all, samples: ticks });
        lines.set(`${file}:${line}`, entry);
      }
    }
  }
  return [...lines.values()]
    .map(({ file, line, bucket }) => ({ file, line, self: timeOf(bucket, repetitions) }))
    .sort((a, b) => b.self.milliseconds - a.self.milliseconds);
}
