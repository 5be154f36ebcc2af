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

/** Runs a test plainly and instrumented, each in a realm of its own. */
export function runTest(root: string, path: string): Verdict {
  const source = readFileSync(join(root, path), 'utf8');
  const meta = metadataOf(source);
  const text = inMode(source, meta);
  const plain = execute(text, meta, root);
  const session = new Session({ lanes: 64, chargeMemory: false });
  let code: string;
  try {
    code = session.transform(parseFile('/test262/test.cjs', text));
  } catch (error) {
    return { status: 'refused', message: (error as Error).message };
  }
  const key = Symbol.for(runtimeKey);
  const runtime = (globalThis as Record<symbol, unknown>)[key];
  session.begin();
  const traced = execute(code, meta, root, realm => {
    vm.runInContext(`runtime => { globalThis[Symbol.for(${JSON.stringify(runtimeKey)})] = runtime; }`, realm)(runtime);
  });
  return traced === plain ? { status: 'same', plain } : { status: 'differs', plain, traced };
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

function execute(
  code: string,
  { flags, includes }: Metadata,
  root: string,
  prepare?: (realm: vm.Context) => void,
): Ending {
  const realm = vm.createContext({}, { microtaskMode: 'afterEvaluate' });
  let printed = '';
  Object.assign(realm, {
    print: (text: unknown) => {
      printed += `${String(text)};`;
    },
    $262: {
      global: realm,
      createRealm: () => {
        throw new Error('no second realm here');
      },
      evalScript: (text: string) => vm.runInContext(text, realm),
      detachArrayBuffer: (buffer: ArrayBuffer) => structuredClone(buffer, { transfer: [buffer] }),
      gc: () => undefined,
    },
  });
  prepare?.(realm);
  try {
    if (!flags.includes('raw')) {
      const first = ['assert.js', 'sta.js', ...(flags.includes('async') ? ['doneprintHandle.js'] : [])];
      for (const file of [...first, ...includes]) harness(root, file).runInContext(realm);
    }
    vm.runInContext(code, realm, { timeout, importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER });
    // Microtasks run after each evaluation; what they start needs another turn.
    for (let turn = 0; turn < 3; turn++) vm.runInContext('0', realm, { timeout });
    return `ends, printing ${JSON.stringify(printed)}`;
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
