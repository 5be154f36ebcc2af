import Module, { createRequire, registerHooks } from 'node:module';
import { extname } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { allowSelfImport } from '../self-import.ts';
import type { ChildContext } from './context.ts';
import { ProgramError } from './errors.ts';
import { isOwn, type Ownership } from './own.ts';
import { childrenOf, type ParsedFile, parseFile } from './parse.ts';
import { targetExtensions } from './resolve.ts';

/** Rewrites one of the user's files; gets the types stripped and the tree, returns JavaScript. */
export type Transform = (parsed: ParsedFile) => string;

/** What was loaded of the user's own. */
export interface OwnModules {
  /** By absolute path, in the order of loading. */
  readonly files: ReadonlyMap<string, ParsedFile>;
}

/**
 * Makes every module that is the user's own pass through our parser, and through `transform`, when it is loaded; by
 * `import` or `require`, ESM or CommonJS. Everything else loads as always.
 */
export function watchOwnModules({
  entry,
  ownership,
  transform,
}: {
  entry: string;
  ownership: Ownership;
  transform?: Transform;
}): OwnModules {
  const files = new Map<string, ParsedFile>();
  registerHooks({
    load(url, context, nextLoad) {
      if (!url.startsWith('file:')) return nextLoad(url, context);
      const file = fileURLToPath(url);
      if (!isOwn(file, ownership) || !targetExtensions.includes(extname(file))) return nextLoad(url, context);
      let parsed = parseFile(file);
      if (file === entry) parsed = asMain(parsed);
      files.set(file, parsed);
      return { format: parsed.format, source: transform ? transform(parsed) : parsed.code, shortCircuit: true };
    },
  });
  return { files };
}

/** The module's exports; CommonJS ones under their own names. */
export type Namespace = Readonly<Record<string, unknown>>;

/**
 * Loads a program's file as Node would load its main module, under the time limit where the module allows it
 * (with top-level `await` only the loading process's own timer can stop it).
 */
export async function loadMain(file: string, context: ChildContext): Promise<Namespace> {
  allowSelfImport();
  const { format, topLevelAwait } = parseFile(file);
  if (format === 'commonjs') {
    // The third argument makes it `require.main`.
    const load = (Module as unknown as { _load(file: string, parent: undefined, isMain: boolean): unknown })._load;
    const exported = context.limited(() => load(file, undefined, true));
    return typeof exported === 'object' && exported !== null ? (exported as Namespace) : { default: exported };
  }
  if (!topLevelAwait) {
    try {
      return context.limited(() => createRequire(file)(file) as Namespace);
    } catch (error) {
      // Raised before anything of the graph has run: a module further down awaits at its top level.
      if ((error as NodeJS.ErrnoException)?.code !== 'ERR_REQUIRE_ASYNC_MODULE') throw error;
    }
  }
  return (await import(pathToFileURL(file).href)) as Namespace;
}

/** Resolves when the program has nothing left to do. */
export const drained = (): Promise<void> => new Promise(resolve => process.once('beforeExit', () => resolve()));

/** The tool's own module is the main one, so `import.meta.main` of the program's is put right in the text. */
function asMain(parsed: ParsedFile): ParsedFile {
  const places = parsed.code.includes('import.meta.main') ? findMainQueries(parsed) : [];
  if (places.length === 0) return parsed;
  let source = parsed.code;
  for (const { start, end } of places)
    source = `${source.slice(0, start)}${'true'.padEnd(end - start)}${source.slice(end)}`;
  return { ...parseFile(parsed.file, source), source: parsed.source };
}

function findMainQueries({ ast, code }: ParsedFile): { start: number; end: number }[] {
  const found: { start: number; end: number }[] = [];
  const visit = (node: { type: string; start: number; end: number }) => {
    if (node.type === 'MemberExpression' && code.slice(node.start, node.end) === 'import.meta.main') found.push(node);
    else for (const child of childrenOf(node)) visit(child);
  };
  visit(ast);
  return found;
}

/** @throws ProgramError `no-export` that lists what there is */
export function exportedFunction(
  namespace: Namespace,
  name: string,
  describe: { file: string; near: (known: string[]) => string | undefined },
): (...args: unknown[]) => unknown {
  const inner = namespace.default;
  const holder = name in namespace || typeof inner !== 'object' || inner === null ? namespace : (inner as Namespace);
  const found = holder[name];
  if (typeof found === 'function') return found as (...args: unknown[]) => unknown;
  const functions = Object.keys(holder).filter(key => typeof holder[key] === 'function' && key !== 'inputs');
  const near = describe.near(functions);
  const what =
    name in holder
      ? `its export \`${name}\` is no function but ${found === null ? 'null' : typeof found}`
      : `it has no export \`${name}\``;
  const offer =
    functions.length === 0
      ? 'It exports no functions; add `export` to the one you mean.'
      : `Exported functions: ${functions.join(', ')}.`;
  throw new ProgramError(
    'no-export',
    `${describe.file}: ${what}.${near ? ` Did you mean \`${near}\`?` : ''} ${offer}`,
    { file: describe.file },
  );
}
