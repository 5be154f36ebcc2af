import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { dirname, extname, join } from 'node:path';
import * as acorn from 'acorn';
import { type Place, ProgramError } from './errors.ts';

export type ModuleFormat = 'module' | 'commonjs';

/** A user's file, ready to be analysed. `code` has the length and the lines of `source`: types became spaces. */
export interface ParsedFile {
  readonly file: string;
  readonly source: string;
  readonly code: string;
  readonly format: ModuleFormat;
  readonly ast: acorn.Program;
  /** Has `await` outside any function: it can only be loaded asynchronously. */
  readonly topLevelAwait: boolean;
}

const typed = new Set(['.ts', '.mts', '.cts']);

/**
 * Strips types in place and parses; every position in the tree is a position in the user's file.
 *
 * @throws ProgramError with line and column: `syntax`, or `unsupported-syntax` for what is not erasable (enums, …)
 */
export function parseFile(file: string, source: string = readFileSync(file, 'utf8')): ParsedFile {
  const code = typed.has(extname(file)) ? stripTypes(file, source) : source;
  const declared = declaredFormat(file);
  const attempt = (sourceType: 'module' | 'script') =>
    acorn.parse(code, {
      ecmaVersion: 'latest',
      sourceType,
      locations: true,
      allowHashBang: true,
      allowReturnOutsideFunction: sourceType === 'script',
    });
  try {
    const ast = attempt(declared === 'commonjs' ? 'script' : 'module');
    // Without an extension or package.json that says so, a file is a module if it uses a module's syntax, as in Node.
    const format = declared ?? (usesModuleSyntax(ast) ? 'module' : 'commonjs');
    return { file, source, code, format, ast, topLevelAwait: format === 'module' && awaitsAtTopLevel(ast) };
  } catch (error) {
    if (declared === undefined) {
      try {
        return { file, source, code, format: 'commonjs', ast: attempt('script'), topLevelAwait: false };
      } catch {
        // The first error is the one to report: most files are modules.
      }
    }
    throw syntaxError({ file, source }, error as Error & { loc?: acorn.Position });
  }
}

function stripTypes(file: string, source: string): string {
  let code: string;
  try {
    code = stripTypeScriptTypes(source);
  } catch (error) {
    throw strippingError({ file, source }, error as Error & { code?: string });
  }
  if (code.length !== source.length)
    throw new ProgramError(
      'unsupported-syntax',
      `${file}: its types cannot be removed in place (the length changed from ${source.length} to ${code.length}); a name or a type outside the Basic Multilingual Plane does that. Rename it.`,
      { file },
    );
  return code;
}

interface Text {
  readonly file: string;
  readonly source: string;
}

/** JSX is read as a comparison and a regular expression, and the parser's words for that help nobody. */
function jsxHint(source: string, line: number | undefined): string {
  const text = source.split('\n')[(line ?? 0) - 1] ?? '';
  return /<\/[A-Za-z][\w.]*\s*>|<[A-Za-z][^>]*\/>|<\/?>/.test(text)
    ? '. This looks like JSX, which Node does not run: compile it, and name what comes out.'
    : '';
}

/** Node puts `:line`, the line itself and carets under the place at the head of the stack. */
function strippingError({ file, source }: Text, error: Error & { code?: string }): ProgramError {
  const lines = (error.stack ?? '').split('\n');
  const start = Number(/^:?.*?:(\d+)$/.exec(lines[0] ?? '')?.[1] ?? Number.NaN);
  const caret = lines.findIndex(line => /^\s*\^+\s*$/.test(line));
  const column = caret > 0 ? (lines[caret]?.indexOf('^') ?? 0) + 1 : undefined;
  // The carets stand under the place; the number at the head is the first line of the excerpt that holds it.
  const place: Place = Number.isNaN(start)
    ? { file }
    : { file, line: start, ...(column === undefined ? {} : { column }) };
  const at = place.line === undefined ? file : `${file}:${place.line}${column === undefined ? '' : `:${column}`}`;
  if (error.code === 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX')
    return new ProgramError(
      'unsupported-syntax',
      `${at}: ${error.message.replace(/\.$/, '')}. Only types that can be erased are supported${cure(error.message)}.`,
      place,
    );
  return new ProgramError('syntax', `${at}: ${error.message}${jsxHint(source, place.line)}`, place);
}

const cures: readonly (readonly [RegExp, string])[] = [
  [/enum/, 'write `const X = { A: 0, B: 1 } as const` instead of the enum'],
  [/namespace|module/, 'write a module or a plain object instead of the namespace'],
  [/parameter property/, 'declare the field and assign it in the constructor'],
  [/import equals/, 'write `import x from …` or `const x = require(…)`'],
  [/export assignment/, 'write `export default …` or `module.exports = …`'],
];

const cure = (message: string): string => {
  const found = cures.find(([pattern]) => pattern.test(message));
  return found ? `; ${found[1]}` : '';
};

function syntaxError({ file, source }: Text, error: Error & { loc?: acorn.Position }): ProgramError {
  if (!error.loc) throw error;
  const { line, column } = error.loc;
  const message = error.message.replace(/\s*\(\d+:\d+\)$/, '');
  return new ProgramError('syntax', `${file}:${line}:${column + 1}: ${message}${jsxHint(source, line)}`, {
    file,
    line,
    column: column + 1,
  });
}

/** What the extension or the nearest package.json says, by Node's rules; undefined where they leave it to the syntax. */
function declaredFormat(file: string): ModuleFormat | undefined {
  const extension = extname(file);
  if (extension === '.mts' || extension === '.mjs') return 'module';
  if (extension === '.cts' || extension === '.cjs') return 'commonjs';
  const type = nearestPackageType(dirname(file));
  return type === 'module' || type === 'commonjs' ? type : undefined;
}

function nearestPackageType(folder: string): unknown {
  for (let at = folder; ; at = dirname(at)) {
    try {
      return JSON.parse(readFileSync(join(at, 'package.json'), 'utf8')).type;
    } catch (error) {
      // A confined program cannot look above its own folder; Node's own search ends there too.
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'ENOENT' && code !== 'ERR_ACCESS_DENIED' && code !== 'ENOTDIR') return undefined;
    }
    if (dirname(at) === at) return undefined;
  }
}

function usesModuleSyntax(ast: acorn.Program): boolean {
  if (ast.body.some(({ type }) => type.startsWith('Import') || type.startsWith('Export'))) return true;
  return awaitsAtTopLevel(ast) || someNode(ast, node => node.type === 'MetaProperty' && namesImportMeta(node), true);
}

const namesImportMeta = (node: acorn.Node): boolean => (node as acorn.MetaProperty).meta.name === 'import';

const awaitsAtTopLevel = (ast: acorn.Program): boolean =>
  someNode(
    ast,
    node => node.type === 'AwaitExpression' || (node.type === 'ForOfStatement' && (node as acorn.ForOfStatement).await),
    false,
  );

function someNode(node: acorn.Node, test: (node: acorn.Node) => boolean, intoFunctions: boolean): boolean {
  if (test(node)) return true;
  if (!intoFunctions && /Function|StaticBlock|PropertyDefinition/.test(node.type)) return false;
  return childrenOf(node).some(child => someNode(child, test, intoFunctions));
}

/** The nodes directly below one, in the order of acorn's fields. */
export function childrenOf(node: acorn.Node): acorn.Node[] {
  const children: acorn.Node[] = [];
  for (const value of Object.values(node)) {
    if (Array.isArray(value)) children.push(...value.filter(isNode));
    else if (isNode(value)) children.push(value);
  }
  return children;
}

const isNode = (value: unknown): value is acorn.Node =>
  typeof value === 'object' && value !== null && typeof (value as acorn.Node).type === 'string';
