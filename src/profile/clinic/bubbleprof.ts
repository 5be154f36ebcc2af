import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Ownership } from '../../target/index.ts';
import { frameAt } from './frames.ts';
import { pageData } from './page-data.ts';
import type { AsyncGroup, BubbleprofFindings } from './types.ts';

/** One asynchronous operation; times in milliseconds of one clock, null where it never happened. */
interface Source {
  readonly init: number | null;
  readonly before: readonly number[];
  readonly after: readonly number[];
}

interface AggregateNode {
  /** Node's name of the kind of operation: `Timeout`, `FSREQPROMISE`, `PROMISE`… */
  readonly type: string | null;
  /** The stack at its beginning, innermost first. */
  readonly frames: readonly {
    readonly functionName?: string;
    readonly fileName?: string;
    readonly lineNumber?: number;
    readonly columnNumber?: number;
  }[];
  readonly sources: readonly Source[];
}

/** Where the process began, to which bubbleprof makes paths relative. */
const mainFolder = dirname(fileURLToPath(new URL('./program.ts', import.meta.url)));

/**
 * Groups bubbleprof's operations by the innermost function of the user's on the stack where they begin, and by kind.
 * The tool's own turns of the event loop between repetitions, and loading, are no groups.
 *
 * @returns undefined where there is no asynchronous operation of the program's
 */
export function readBubbleprof(page: string, ownership: Ownership): BubbleprofFindings | undefined {
  const { data } = pageData(page) as { data: readonly { readonly nodes: readonly AggregateNode[] }[] };
  const groups = new Map<string, AsyncGroup>();
  for (const node of data.flatMap(({ nodes }) => nodes)) {
    const owner = node.frames.map(frame => placeOf(frame, ownership)).find(({ kind }) => kind === 'own');
    if (!owner) continue;
    const key = `${owner.file}|${owner.name}|${node.type}`;
    const before = groups.get(key);
    groups.set(key, {
      name: owner.name,
      file: owner.file,
      line: before?.line ?? owner.line,
      kind: node.type ?? 'other',
      operations: (before?.operations ?? 0) + node.sources.length,
      asyncMilliseconds: (before?.asyncMilliseconds ?? 0) + sum(node.sources.map(waited)),
      syncMilliseconds: (before?.syncMilliseconds ?? 0) + sum(node.sources.map(worked)),
    });
  }
  if (groups.size === 0) return undefined;
  return {
    tool: 'bubbleprof',
    groups: [...groups.values()].sort((a, b) => b.asyncMilliseconds - a.asyncMilliseconds),
  };
}

/** From the beginning of an operation to its first callback. */
const waited = ({ init, before: [first] }: Source): number =>
  init === null || first === undefined ? 0 : Math.max(0, first - init);

const worked = ({ before, after }: Source): number =>
  sum(before.map((start, index) => Math.max(0, (after[index] ?? start) - start)));

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

function placeOf(frame: AggregateNode['frames'][number], ownership: Ownership) {
  const { functionName = '', fileName = '', lineNumber = 0, columnNumber = 0 } = frame;
  // A module's address comes out as a path that ends in `file:/…`.
  const [, absolute] = /(?:^|\/)file:(?:\/\/)?(\/.*)$/.exec(fileName) ?? [];
  const url =
    absolute ?? (fileName === '' || /^(node:|evalmachine)/.test(fileName) ? fileName : resolve(mainFolder, fileName));
  return frameAt({ name: functionName, url, line: lineNumber, column: columnNumber }, ownership);
}
