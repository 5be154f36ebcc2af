import { readFileSync } from 'node:fs';
import type { Ownership } from '../../target/index.ts';
import { frameAt } from './frames.ts';
import type { ClinicFrame, HeapFindings } from './types.ts';

/** V8's sampling heap profile: bytes by the stack that allocated them. */
interface HeapNode {
  readonly callFrame: {
    readonly functionName: string;
    readonly url: string;
    readonly lineNumber: number;
    readonly columnNumber: number;
  };
  /** Already scaled to an estimate of all allocations, in bytes. */
  readonly selfSize: number;
  readonly children: readonly HeapNode[];
}

/** @returns undefined where nothing was sampled in the program or in what it calls */
export function readHeapprofiler(file: string, ownership: Ownership): HeapFindings | undefined {
  const { head } = JSON.parse(readFileSync(file, 'utf8')) as { head: HeapNode };
  const rows = new Map<string, { frame: ClinicFrame; bytes: number }>();
  const pending: { node: HeapNode; owned: boolean }[] = [{ node: head, owned: false }];
  for (let next = pending.pop(); next; next = pending.pop()) {
    const { functionName, url, lineNumber, columnNumber } = next.node.callFrame;
    const frame = frameAt({ name: functionName, url, line: lineNumber + 1, column: columnNumber + 1 }, ownership);
    // Only what the program allocates, itself or through others: loading it is not its work.
    const owned = next.owned || frame.kind === 'own';
    if (owned && next.node.selfSize > 0) {
      const key = `${frame.name}|${frame.file}|${frame.line}|${frame.column}`;
      const row = rows.get(key) ?? { frame, bytes: 0 };
      row.bytes += next.node.selfSize;
      rows.set(key, row);
    }
    for (const child of next.node.children) pending.push({ node: child, owned });
  }
  const bytes = [...rows.values()].reduce((sum, row) => sum + row.bytes, 0);
  if (bytes === 0) return undefined;
  const functions = [...rows.values()]
    .map(({ frame, bytes: selfBytes }) => ({ ...frame, selfBytes, share: selfBytes / bytes }))
    .sort((a, b) => b.selfBytes - a.selfBytes);
  return { tool: 'heapprofiler', bytes, functions };
}
