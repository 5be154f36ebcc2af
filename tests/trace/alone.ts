import { parseFile } from '../../src/target/parse.ts';

/**
 * The module with one exported function, and those that are needed beside it, each in the place where it was: the others
 * would be instrumented for every run of every function.
 */
export function alone(source: string, name: string): string {
  const exported = parseFile('/program.ts', source).ast.body.flatMap(node =>
    node.type === 'ExportNamedDeclaration' && node.declaration?.type === 'FunctionDeclaration'
      ? [{ name: node.declaration.id.name, start: node.start, end: node.end }]
      : [],
  );
  const textOf = ({ start, end }: { start: number; end: number }): string => source.slice(start, end);
  const elsewhere = exported.reduceRight((text, { start, end }) => text.slice(0, start) + text.slice(end), source);
  const needed = new Set([name]);
  for (const each of needed) {
    const text =
      exported
        .filter(one => one.name === each)
        .map(textOf)
        .join('') + elsewhere;
    for (const other of exported) if (new RegExp(`\\b${other.name}\\(`).test(text)) needed.add(other.name);
  }
  return exported
    .filter(each => !needed.has(each.name))
    .reduceRight(
      (text, { start, end }) => text.slice(0, start) + blank(text.slice(start, end)) + text.slice(end),
      source,
    );
}

const blank = (text: string): string => text.replace(/[^\n]/g, ' ');
