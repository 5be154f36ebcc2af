import { closeSync, openSync, readSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import { type Code, type CodeKind, CodeMap } from './code-map.ts';

/** Where V8 says that it is at a tick (`StateTag` in its `v8-unwinder.h`); the order is V8's. */
const vmStates = [
  'js',
  'gc',
  'parser',
  'bytecode-compiler',
  'compiler',
  'other',
  'external',
  'atomics-wait',
  'idle',
  'logging',
] as const;
export type VmState = (typeof vmStates)[number] | 'unknown';

/** One tick of V8's own sampler (`--prof`), its addresses looked up in the code that there was at that moment. */
export interface Tick {
  /** Microseconds since the log began. */
  readonly at: number;
  readonly state: VmState;
  readonly address: number;
  /** Undefined where the address is in no code that V8 or the loader told of. */
  readonly code: Code | undefined;
  /** Callers, innermost first. */
  readonly callers: readonly (Code | undefined)[];
}

/** A site's inline cache, after a change (`--log-ic`). */
export interface CacheChange {
  readonly operation: string;
  readonly state: string;
  /** The property or the key, where it has a name. */
  readonly property: string;
  readonly line: number;
  readonly column: number;
  readonly code: Code | undefined;
  readonly at: number;
}

/** Optimised code that was thrown away (`--log-deopt`). */
export interface Deoptimisation {
  readonly kind: string;
  readonly reason: string;
  /** `file:line:column`, with the inlining stack behind it. */
  readonly place: string;
  readonly at: number;
}

/** Who wants to hear of what; ticks of a whole run are many, so nothing is collected here. */
export interface LogListener {
  tick?(tick: Tick): void;
  cache?(change: CacheChange): void;
  deoptimisation?(event: Deoptimisation): void;
  /** Every piece of code as it comes into being. */
  code?(code: Code, at: number): void;
}

/**
 * Reads a log that V8 writes with `--prof`, `--log-code`, `--log-ic` or `--log-deopt` (format: V8's `log.cc` and
 * `tools/tickprocessor.mjs`, which is what `node --prof-process` runs). A last line that was not finished is left out.
 */
export function readLog(file: string, listener: LogListener): void {
  const map = new CodeMap();
  for (const line of linesOf(file)) {
    // Sources are most of a log, and nothing here needs them.
    if (line.startsWith('script-source') || line.startsWith('code-source-info')) continue;
    readEvent(line.split(','), map, listener);
  }
}

function readEvent(fields: readonly string[], map: CodeMap, listener: LogListener): void {
  const [event = '', first = '', second = '', third = ''] = fields;
  if (event === 'tick' && fields.length >= 6) listener.tick?.(tickOf(fields, map));
  else if (event === 'code-creation') {
    const [, , , at = '', start = '', size = '', name = '', , marker = ''] = fields;
    const code = { start: Number(start), size: Number(size), kind: kindOf(first, name, marker), name: plain(name) };
    map.add(code);
    listener.code?.(code, Number(at));
  } else if (event === 'code-move' || event === 'sfi-move') map.move(Number(first), Number(second));
  else if (event === 'shared-library')
    map.add({ start: Number(second), size: Number(third) - Number(second), kind: 'native', name: plain(first) });
  else if (event.endsWith('IC') && listener.cache) listener.cache(cacheOf(fields, map));
  else if (event === 'code-deopt' && listener.deoptimisation) {
    const [, at, , , , , kind = '', place = '', reason = ''] = fields;
    listener.deoptimisation({ kind, reason: plain(reason), place: plain(place), at: Number(at) });
  }
}

function tickOf(fields: readonly string[], map: CodeMap): Tick {
  const [, pc = '', at, isCallback, callback = '', state, ...stack] = fields;
  let address = Number(pc);
  const callers: (Code | undefined)[] = [];
  // In a callback from JavaScript to C++ the callee is written apart.
  if (isCallback === '1') callers.push(map.at(Number(callback)));
  for (const entry of stack) {
    // A leading sign makes the entry relative to the one before.
    address = /^[+-]/.test(entry) ? address + Number(`${entry[0]}1`) * Number(entry.slice(1)) : Number(entry);
    if (Number.isFinite(address)) callers.push(map.at(address));
  }
  return {
    at: Number(at),
    state: vmStates[Number(state)] ?? 'unknown',
    address: Number(pc),
    code: map.at(Number(pc)),
    callers,
  };
}

function cacheOf(fields: readonly string[], map: CodeMap): CacheChange {
  const [operation = '', pc, at, line, column, , state = '', , property = ''] = fields;
  return {
    operation,
    state,
    property: plain(property),
    line: Number(line),
    column: Number(column),
    code: map.at(Number(pc)),
    at: Number(at),
  };
}

const tiers: Readonly<Record<string, CodeKind>> = {
  '~': 'interpreter',
  '^': 'sparkplug',
  '+': 'maglev',
  '*': 'turbofan',
};

function kindOf(type: string, name: string, marker: string): CodeKind {
  if (type === 'BytecodeHandler') return 'bytecode-handler';
  if (type === 'Builtin') return 'built-in';
  if (name.startsWith('wasm-function') || name.startsWith('wasm-')) return 'wasm';
  // A quote behind the sign says that the code is specialised to a context.
  return tiers[marker[0] ?? ''] ?? 'other';
}

/** V8 escapes commas, line ends and what is not ASCII. */
const plain = (text: string): string =>
  text.includes('\\')
    ? text.replace(/\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|(n|\\))/g, (_, byte, unit, sign) =>
        sign === undefined ? String.fromCharCode(Number.parseInt(byte ?? unit, 16)) : sign === 'n' ? '\n' : '\\',
      )
    : text;

function* linesOf(file: string): Generator<string> {
  const handle = openSync(file, 'r');
  try {
    const chunk = Buffer.alloc(2 ** 20);
    const decoder = new StringDecoder('utf8');
    let rest = '';
    for (let bytes = readSync(handle, chunk); bytes > 0; bytes = readSync(handle, chunk)) {
      const lines = (rest + decoder.write(chunk.subarray(0, bytes))).split('\n');
      rest = lines.pop() ?? '';
      yield* lines;
    }
  } finally {
    closeSync(handle);
  }
}
