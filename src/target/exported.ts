import type { ParsedFile } from './parse.ts';
import type { Node } from './scope.ts';
import { isFunction } from './scope.ts';

/** Functions that a module of the language exports under their own names, by its text. */
export function exportedFunctions({ ast, format }: ParsedFile): readonly string[] {
  if (format === 'commonjs') return [];
  return (ast.body as Node[]).flatMap(({ type, declaration }) => {
    if (type === 'ExportDefaultDeclaration') return isFunction(declaration) ? ['default'] : [];
    if (type !== 'ExportNamedDeclaration' || !declaration) return [];
    if (declaration.type === 'FunctionDeclaration') return [declaration.id.name as string];
    return ((declaration.declarations ?? []) as Node[]).flatMap(({ id, init }) =>
      id.type === 'Identifier' && init && isFunction(init) ? [id.name as string] : [],
    );
  });
}
