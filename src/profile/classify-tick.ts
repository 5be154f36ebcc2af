import { basename } from 'node:path';
import type { Ownership } from '../target/own.ts';
import { boundaryScript } from './boundaries.ts';
import { isJavaScript, isToolWork, type LoggedFunction, loggedFunction, type Owner, ownerOf } from './frames.ts';
import type { Place } from './types.ts';
import type { Code } from './v8-log/code-map.ts';
import { readSymbols, type Symbols } from './v8-log/elf-symbols.ts';
import type { Tick, VmState } from './v8-log/read-log.ts';

/** Where one tick fell. */
export interface TickPlace {
  readonly place: Place;
  /** The built-in or the library call that it was in. */
  readonly name: string;
  /** The innermost clocked crossing around it, and whether the tick fell into that crossing's own work. */
  readonly boundary: string | undefined;
  readonly inBoundary: boolean;
  /** The innermost function of JavaScript, as the log names it, where the tick was in its code. */
  readonly function: string | undefined;
}

/** States in which V8 does its own work, whatever code called for it. */
const engineStates: Readonly<Partial<Record<VmState, Place>>> = {
  gc: 'garbage-collection',
  parser: 'compilation',
  'bytecode-compiler': 'compilation',
  compiler: 'compilation',
  'atomics-wait': 'waiting',
  idle: 'waiting',
  logging: 'tool',
};

/**
 * Says where a tick fell. A crossing's own work is what runs above its clock with no function of the program in
 * between, with the collections and compilations that it caused: the clock holds them too. Elsewhere V8's state comes
 * first, then the code under the program counter.
 */
export function classifyTick(tick: Tick, ownership: Ownership): TickPlace {
  const stack = [tick.code, ...tick.callers].map(code => describe(code, ownership));
  const clock = stack.findIndex(frame => frame.owner === 'boundary');
  const boundary = clock < 0 ? undefined : stack[clock]?.function?.script.slice(boundaryScript.length);
  const calledBack = stack.slice(0, clock).some(({ owner }) => owner === 'own' || owner === 'package');
  if (boundary !== undefined && !calledBack)
    return { place: 'native', name: boundary, boundary, inBoundary: true, function: undefined };
  const state = engineStates[tick.state];
  if (state) return { place: state, name: '', boundary, inBoundary: false, function: undefined };
  return { ...outside(tick, stack, ownership), boundary, inBoundary: false };
}

interface Frame {
  readonly code: Code | undefined;
  readonly function: LoggedFunction | undefined;
  readonly owner: Owner | undefined;
}

function describe(code: Code | undefined, ownership: Ownership): Frame {
  const called = code && isJavaScript(code) ? loggedFunction(code.name) : undefined;
  return { code, function: called, owner: called && ownerOf(called.script, ownership) };
}

/** What the engine calls on the way to anything; their names say nothing of what was called. */
const plumbing = /^(CEntry|Call|Construct|Interpreter|Baseline|Bytecode|JSEntry|JSRunMicrotasks|RunMicrotasks|Reflect)/;

function outside(
  tick: Tick,
  stack: readonly Frame[],
  ownership: Ownership,
): Omit<TickPlace, 'boundary' | 'inBoundary'> {
  const { code } = tick;
  const caller = stack.find(frame => frame.function !== undefined);
  const within = { function: caller?.code?.name };
  const whose = stack.find(({ owner }) => owner !== undefined && owner !== 'node')?.owner;
  const scripts = stack.flatMap(({ function: called }) => (called ? [called.script] : []));
  if (isToolWork(scripts, ownership)) return { place: 'tool', name: '', function: undefined };
  const engine = code?.kind === 'built-in' || code?.kind === 'other' || code?.kind === 'wasm';
  // Only the event loop is on the stack: it sleeps, or asks the device whether it is done.
  if (whose === undefined && !engine) return { place: 'waiting', name: '', function: undefined };
  if (!code) return { place: 'unnamed', name: '', function: undefined };
  switch (code.kind) {
    case 'interpreter':
    case 'sparkplug':
    case 'maglev':
    case 'turbofan':
      return { place: code.kind, name: '', function: code.name };
    case 'bytecode-handler':
      return { place: 'interpreter', name: '', ...within };
    case 'wasm':
      return { place: 'webassembly', name: code.name, function: undefined };
    case 'built-in':
      if (/^Interpreter/.test(code.name)) return { place: 'interpreter', name: '', ...within };
      // Sparkplug's code is calls of these.
      if (/_Baseline|^Baseline/.test(code.name)) return { place: 'sparkplug', name: '', ...within };
      return { place: 'engine', name: code.name, function: undefined };
    case 'other':
      return { place: 'engine', name: code.name, function: undefined };
    case 'native':
      return { ...native(code, tick.address, stack), function: undefined };
  }
}

/**
 * C++ gets the name of the built-in, or of Node's own function, that called it; where the program's code called it
 * directly (`Math.sin` from optimised code), that of its symbol.
 */
function native(code: Code, address: number, stack: readonly Frame[]): { place: Place; name: string } {
  for (const { code: caller, function: called, owner } of stack.slice(1)) {
    if (caller?.kind === 'built-in' && !plumbing.test(caller.name)) return { place: 'engine', name: caller.name };
    if (owner === 'node' && called)
      return { place: 'native', name: `${called.name || '(anonymous)'} (${called.script})` };
    if (owner !== undefined) break;
  }
  const symbol = symbolAt(code, address);
  return symbol === undefined ? { place: 'unnamed', name: '' } : { place: 'native', name: symbol };
}

const tables = new Map<string, Symbols | undefined>();

function symbolAt({ name: library, start }: Code, address: number): string | undefined {
  if (!tables.has(library)) tables.set(library, readSymbols(library));
  const symbols = tables.get(library);
  const symbol = symbols?.at(symbols.absolute ? address : address - start);
  return symbol && `${symbol} (${basename(library)})`;
}
