import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import vm from 'node:vm';
import { parseFile } from '../../src/target/parse.ts';
import { runtimeKey } from '../../src/trace/instrument/index.ts';
import { Session } from '../../src/trace/session.ts';

/** What a file of test262 says of itself (INTERPRETING.md of tc39/test262). */
export interface Metadata {
  readonly flags: readonly string[];
  readonly includes: readonly string[];
  readonly features: readonly string[];
  /** The phase in which it must fail; empty for a test that must pass. */
  readonly negative: string;
}

export function metadataOf(source: string): Metadata {
  const block = /\/\*---([\s\S]*?)---\*\//.exec(source)?.[1] ?? '';
  const list = (key: string): string[] => {
    const inline = new RegExp(`^${key}:\\s*\\[([\\s\\S]*?)\\]`, 'm').exec(block)?.[1];
    if (inline !== undefined)
      return inline
        .split(',')
        .map(each => each.trim())
        .filter(Boolean);
    const lines = new RegExp(`^${key}:\\s*\\n((?:[ \\t]+- .*\\n?)+)`, 'm').exec(block)?.[1] ?? '';
    return lines
      .split('\n')
      .map(each => each.replace(/^\s*-\s*/, '').trim())
      .filter(Boolean);
  };
  const negative = /^negative:\s*\n[\s\S]*?phase:\s*(\w+)/m.exec(block)?.[1] ?? '';
  return { flags: list('flags'), includes: list('includes'), features: list('features'), negative };
}

/** Why a file cannot show anything here; undefined where it can. */
export function unsuitable({ flags, negative }: Metadata): string | undefined {
  if (['parse', 'early', 'resolution'].includes(negative)) return 'it must fail before it runs';
  if (flags.includes('module')) return 'a module; this harness runs scripts';
  if (flags.some(flag => flag.startsWith('CanBlock'))) return 'about whether an agent may block';
  return undefined;
}

/** Strict code, as in every module, wherever a file allows it. */
export const inMode = (source: string, { flags }: Metadata): string =>
  flags.includes('noStrict') || flags.includes('raw') ? source : `"use strict";${source}`;

/** How one execution ended: what it printed, or what it threw. */
export type Ending = string;

export type Verdict =
  | { readonly status: 'same'; readonly plain: Ending }
  /** Told to the user, with the line, before anything runs. */
  | { readonly status: 'refused'; readonly message: string }
  | { readonly status: 'differs'; readonly plain: Ending; readonly traced: Ending };

/** A test as it is run, with its instrumented form and the runtime that this asks for. */
interface Prepared {
  readonly text: string;
  readonly meta: Metadata;
  readonly code: string;
  readonly runtime: unknown;
  readonly session: Session;
}

/** @throws what the user is told where the text is refused */
function prepare(root: string, path: string): Prepared {
  const source = readFileSync(join(root, path), 'utf8');
  const meta = metadataOf(source);
  const text = inMode(source, meta);
  const session = new Session({ lanes: 64, chargeMemory: false });
  const code = session.transform(parseFile('/test262/test.cjs', text));
  const runtime = (globalThis as Record<symbol, unknown>)[Symbol.for(runtimeKey)];
  session.begin();
  return { text, meta, code, runtime, session };
}

/** Runs a test plainly and instrumented, each in a realm of its own: quick, and strange to the runtime's own realm. */
export function runTest(root: string, path: string): Verdict {
  let prepared: Prepared;
  try {
    prepared = prepare(root, path);
  } catch (error) {
    return { status: 'refused', message: (error as Error).message };
  }
  const { text, code, meta, runtime } = prepared;
  const plain = execute(text, meta, { root, ...newRealm() });
  const traced = execute(code, meta, { root, ...newRealm(runtime) });
  return traced === plain ? { status: 'same', plain } : { status: 'differs', plain, traced };
}

/** Runs a test once, in the realm of this process, as `pgram trace` runs a program. */
export function runAlone(root: string, path: string, how: 'plain' | 'traced'): Ending {
  const { text, code, meta, session } = prepare(root, path);
  if (how === 'traced') session.keepSources();
  return execute(how === 'traced' ? code : text, meta, { root, ...thisRealm() });
}

const harnessFiles = new Map<string, vm.Script>();

function harness(root: string, file: string): vm.Script {
  let script = harnessFiles.get(file);
  if (!script) {
    script = new vm.Script(readFileSync(join(root, 'harness', file), 'utf8'), { filename: file });
    harnessFiles.set(file, script);
  }
  return script;
}

const timeout = 3_000;

interface Realm {
  readonly evaluate: (script: vm.Script) => unknown;
  readonly printed: string[];
}

function newRealm(runtime?: unknown): Realm {
  const realm = vm.createContext({}, { microtaskMode: 'afterEvaluate' });
  const printed: string[] = [];
  const evaluate = (script: vm.Script) => script.runInContext(realm, { timeout });
  Object.assign(
    realm,
    hostOf(realm, printed, text => vm.runInContext(text, realm)),
  );
  if (runtime)
    (
      vm.runInContext(`runtime => { globalThis[Symbol.for(${JSON.stringify(runtimeKey)})] = runtime; }`, realm) as (
        runtime: unknown,
      ) => void
    )(runtime);
  return { evaluate, printed };
}

function thisRealm(): Realm {
  const printed: string[] = [];
  Object.assign(
    globalThis,
    hostOf(globalThis, printed, text => vm.runInThisContext(text)),
  );
  return { evaluate: script => script.runInThisContext({ timeout }), printed };
}

/** What test262 asks of the host. */
const hostOf = (global: object, printed: string[], evalScript: (text: string) => unknown) => ({
  print: (text: unknown) => {
    printed.push(String(text));
  },
  $262: {
    global,
    createRealm: () => {
      throw new Error('no second realm here');
    },
    evalScript,
    detachArrayBuffer: (buffer: ArrayBuffer) => structuredClone(buffer, { transfer: [buffer] }),
    gc: () => undefined,
  },
});

function execute(
  code: string,
  { flags, includes }: Metadata,
  { root, evaluate, printed }: Realm & { root: string },
): Ending {
  try {
    if (!flags.includes('raw')) {
      const first = ['assert.js', 'sta.js', ...(flags.includes('async') ? ['doneprintHandle.js'] : [])];
      for (const file of [...first, ...includes]) evaluate(harness(root, file));
    }
    evaluate(new vm.Script(code, { importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER }));
    // Microtasks run after each evaluation; what they start needs another turn.
    for (let turn = 0; turn < 3; turn++) evaluate(new vm.Script('0'));
    return `ends, printing ${JSON.stringify(printed.join(';'))}`;
  } catch (error) {
    return `throws ${nameOf(error)}`;
  }
}

function nameOf(error: unknown): string {
  try {
    const thrown = error as Error;
    return `${thrown.constructor?.name} ${String(thrown.message).slice(0, 200)}`;
  } catch {
    return 'something that cannot be printed';
  }
}
