import * as acorn from 'acorn';

// biome-ignore lint/suspicious/noExplicitAny: nodes are taken apart by their kind, as ESTree names it.
type Node = any;

/** Functions of a fixture as modules of their own: the function, what it mentions, and its inputs. */
export function kernelsOf(
  code: string,
): Map<string, { readonly source: string; readonly addresses: readonly string[] }> {
  const program: Node = acorn.parse(code, { ecmaVersion: 'latest', sourceType: 'module' });
  const declared = new Map<string, string>();
  const tables = new Map<string, Node>();
  for (const node of program.body) {
    const inner = node.declaration ?? node;
    const name: string = inner.id?.name ?? inner.declarations[0].id.name;
    if (inner.type === 'VariableDeclaration') tables.set(name, inner.declarations[0].init);
    else declared.set(name, code.slice(node.start, node.end));
  }
  const text = ({ start, end }: Node) => code.slice(start, end);
  const needed = (name: string, found: Set<string>): Set<string> => {
    if (found.has(name)) return found;
    found.add(name);
    for (const word of declared.get(name)!.match(/\w+/g) ?? []) if (declared.has(word)) needed(word, found);
    return found;
  };
  const listed = (tables.get('addresses')?.properties ?? []) as Node[];
  return new Map(
    (tables.get('inputs').properties as Node[]).map(({ key, value }) => {
      const names = new Set<string>();
      for (const word of [key.name, ...(text(value).match(/\w+/g) ?? [])]) if (declared.has(word)) needed(word, names);
      const source = `export const inputs = { ${key.name}: ${text(value)} };\n${[...names].map(name => declared.get(name)).join('\n')}\n`;
      const own = listed.find(entry => entry.key.name === key.name);
      return [key.name, { source, addresses: own ? own.value.elements.map((at: Node) => at.value) : [] }];
    }),
  );
}
