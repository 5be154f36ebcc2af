import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ownExtension } from '../self-extension.ts';
import { isOwn, type Ownership, toolRoot } from '../target/own.ts';
import { boundaryScript } from './boundaries.ts';
import type { Code } from './v8-log/code-map.ts';

/** A function as V8's log names it. */
export interface LoggedFunction {
  readonly name: string;
  /** As the log has it: a path, a `file:` URL, `node:…`. */
  readonly script: string;
  readonly line: number;
  readonly column: number;
}

/** `mega /tmp/t.ts:3:14` → its parts; a function without a name begins with the blank. */
export function loggedFunction(name: string): LoggedFunction | undefined {
  const parts = /^(.*?) ((?:file:|node:|boundary:|wasm:|evalmachine|\/|[A-Za-z]:\\).*):(\d+):(\d+)$/s.exec(name);
  if (!parts) return undefined;
  const [, called = '', script = '', line, column] = parts;
  return { name: called, script, line: Number(line), column: Number(column) };
}

/** Whose code a frame of JavaScript is. */
export type Owner = 'own' | 'package' | 'node' | 'tool' | 'boundary';

export function ownerOf(script: string, ownership: Ownership): Owner {
  if (script.startsWith(boundaryScript)) return 'boundary';
  const file = filePath(script);
  if (file === undefined) return 'node';
  if (isOwn(file, ownership)) return 'own';
  return isWatcher(file) ? 'tool' : 'package';
}

/** The one file of the tool that calls into programs: what it calls is the program's, not the tool's. */
const caller = join(toolRoot, 'src', 'target', `program${ownExtension}`);

/**
 * Whether a frame is the tool's work, by its callers: what the tool's loader has called (a parser, say) is the tool's,
 * what a program or the call into it has called is not.
 *
 * @param stack scripts from the frame itself outwards
 */
export function isToolWork(stack: Iterable<string>, ownership: Ownership): boolean {
  let itself = true;
  for (const script of stack) {
    const owner = ownerOf(script, ownership);
    if (owner === 'own' || owner === 'boundary') return false;
    if (owner === 'tool') return filePath(script) !== caller || itself;
    itself = false;
  }
  return false;
}

const rooms = ['target', 'profile', 'workload'].map(room => join(toolRoot, 'src', room) + sep);

/** Whether a file is of what loads, runs and watches programs; a backend is a library that a variant uses. */
const isWatcher = (file: string): boolean => rooms.some(room => file.startsWith(room));

/** Undefined where a script is no file. */
export function filePath(script: string): string | undefined {
  if (script.startsWith('file:')) return fileURLToPath(script);
  return /^(\/|[A-Za-z]:\\)/.test(script) ? script : undefined;
}

const javascript: ReadonlySet<string> = new Set(['interpreter', 'sparkplug', 'maglev', 'turbofan']);

export const isJavaScript = (code: Code): boolean => javascript.has(code.kind);
