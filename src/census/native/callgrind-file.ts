import { type Extent, executableExtents } from './elf.ts';

/** Where instructions were executed. */
export interface CallgrindCost {
  /** The mapped file; empty for code that was made at run time. */
  readonly object: string;
  /** Empty where callgrind knows none. */
  readonly symbol: string;
  /** Instructions executed in the symbol itself. */
  readonly instructions: number;
}

/** What one file of callgrind holds: one stretch of one program. */
export interface CallgrindFile {
  /** Why it was written: `--dump-before=…`, `Program termination`. */
  readonly trigger: string;
  readonly thread: number;
  readonly costs: readonly CallgrindCost[];
  /** Executions of each instruction in code that was made at run time, by address. */
  readonly made: ReadonlyMap<number, number>;
  /** What callgrind itself says the sum is. */
  readonly total: number;
}

/**
 * Reads a file that callgrind wrote with `--dump-instr=yes --compress-pos=no` (Callgrind Format Specification, Valgrind
 * User Manual). Self costs only: the line after `calls=` holds what the callee cost. A function that is entered from
 * itself appears as `name'2`, which is the same symbol.
 *
 * callgrind counts code that was made at run time as part of the function that jumped to it. Its addresses tell it: they
 * are in no executable part of that function's file.
 *
 * @param extentsOf where the code of a mapped file lies; undefined where that is not known
 * @throws Error where the sum of its lines is not the sum that callgrind states
 */
export function parseCallgrind(
  text: string,
  extentsOf: (object: string) => readonly Extent[] | undefined = executableExtents,
): CallgrindFile {
  const extents = new Map<string, readonly Extent[] | undefined>();
  const isMade = (address: number): boolean => {
    if (object === '') return true;
    if (!extents.has(object)) extents.set(object, extentsOf(object));
    const known = extents.get(object);
    return known !== undefined && !known.some(({ from, to }) => address >= from && address < to);
  };
  const names = new Map<string, string>();
  /** `(3) name` defines a number, `(3)` refers to it; numbers of objects and of functions are apart. */
  const named = (kind: string, written: string): string => {
    const [, number, name] = /^\((\d+)\)(?: (.*))?$/.exec(written) ?? [];
    if (number === undefined) return written;
    if (name !== undefined) names.set(kind + number, name);
    return name ?? names.get(kind + number) ?? '';
  };
  const costs = new Map<string, { object: string; symbol: string; instructions: number }>();
  const made = new Map<number, number>();
  let [object, symbol, trigger, thread, total, stated] = ['', '', '', 1, 0, 0];
  let inherited = false;
  let current: { instructions: number } | undefined;
  const runtime = { object: '', symbol: '', instructions: 0 };
  for (const line of text.split('\n')) {
    const first = line.charCodeAt(0);
    if (first === 0x30 /* 0 */) {
      if (inherited) {
        inherited = false;
        continue;
      }
      const [written = '', , count = '0'] = line.split(' ');
      const [address, executed] = [Number(written), Number(count)];
      total += executed;
      if (isMade(address)) {
        made.set(address, (made.get(address) ?? 0) + executed);
        runtime.instructions += executed;
        continue;
      }
      if (!current) {
        const key = `${object}\n${symbol}`;
        const existing = costs.get(key) ?? { object, symbol, instructions: 0 };
        costs.set(key, existing);
        current = existing;
      }
      current.instructions += executed;
      continue;
    }
    const [, key = '', value = ''] = /^(\w+)[=:]\s*(.*)$/.exec(line) ?? [];
    if (key === 'ob') [object, current] = [unknownIsEmpty(named('ob', value)), undefined];
    else if (key === 'cob') named('ob', value);
    else if (key === 'fn') [symbol, current] = [symbolOf(named('fn', value)), undefined];
    else if (key === 'cfn') named('fn', value);
    else if (key === 'calls') inherited = true;
    else if (key === 'thread') thread = Number(value);
    else if (key === 'totals' || key === 'summary') stated = Number(value.split(' ', 1)[0]);
    else if (key === 'desc' && value.startsWith('Trigger: ')) trigger = value.slice('Trigger: '.length);
  }
  if (total !== stated)
    throw new Error(`callgrind says ${stated} instructions and lists ${total}: its file is cut off or of another form`);
  return { trigger, thread, costs: [...costs.values(), ...(runtime.instructions > 0 ? [runtime] : [])], made, total };
}

const unknownIsEmpty = (name: string): string => (name === '???' ? '' : name);

/** Code without a name goes by its address. */
const symbolOf = (name: string): string => {
  const plain = name.replace(/'\d+$/, '');
  return /^(\?\?\?|0x[0-9a-f]+)$/.test(plain) ? '' : plain;
};
