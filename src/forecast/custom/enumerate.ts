import { identityOf } from './canonical.ts';
import { type Block, type DataNode, isNode, type Value } from './graph.ts';

/**
 * What may become one instruction, as in the literature on custom instructions: a connected, convex part of a block
 * with few operands (Atasu, Pozzi, Ienne, "Automatic application-specific instruction-set extensions under
 * microarchitectural constraints", DAC 2003, §3; connected patterns as in Pozzi, Atasu, Ienne, IEEE TCAD 25(7), 2006).
 */
export const limits = { nodes: 8, inputs: 4, outputs: 2 };

/** Parts of one block that are looked at; more are left out and that is told. */
const mostParts = 60_000;

/** Calls `found` with each part of a block that may become an instruction. */
export function enumerateParts(block: Block, found: (part: readonly DataNode[]) => void): { readonly cut: boolean } {
  const nodes = [...new Set([...block.nodes, ...block.nodes.flatMap(({ predicate }) => predicate ?? [])])];
  const at = new Map(nodes.map((node, index) => [node, index]));
  const inputs = nodes.map(node => indices([...node.inputs, node.predicate], at));
  const users = nodes.map((): number[] => []);
  for (const [index, list] of inputs.entries()) for (const input of list) users[input]!.push(index);
  const around = nodes.map((_, index) => [...new Set([...inputs[index]!, ...users[index]!])]);
  const below = descendants(nodes.length, users);
  let parts = 0;
  // Each connected part once: grown from its first node by later nodes only (ESU; Wernicke, IEEE/ACM TCBB 3(4), 2006).
  const grow = (part: number[], border: readonly number[], root: number): void => {
    if (parts >= mostParts) return;
    if (part.length > 1) {
      parts++;
      const chosen = part.map(index => nodes[index]!);
      if (isCandidate(chosen) && isConvex(part, { inputs, below })) found(chosen);
    }
    if (part.length === limits.nodes) return;
    const rest = [...border];
    while (rest.length > 0) {
      const next = rest.pop()!;
      const fresh = around[next]!.filter(
        index =>
          index > root &&
          isAllowed(nodes[index]!) &&
          !part.includes(index) &&
          !border.includes(index) &&
          !part.some(other => around[other]!.includes(index)),
      );
      grow([...part, next], [...rest, ...fresh], root);
    }
  };
  for (const [root, node] of nodes.entries())
    if (isAllowed(node))
      grow(
        [root],
        around[root]!.filter(index => index > root && isAllowed(nodes[index]!)),
        root,
      );
  return { cut: parts >= mostParts };
}

/** Calls of native functions and strings are no material for an instruction. */
const isAllowed = ({ label, kind }: DataNode): boolean => kind !== 'operation' || label !== 'call';

const indices = (values: readonly (Value | undefined)[], at: ReadonlyMap<DataNode, number>): number[] => [
  ...new Set(values.filter(isNode).flatMap(value => at.get(value) ?? [])),
];

/** Nodes that depend on each node. */
function descendants(size: number, users: readonly (readonly number[])[]): Set<number>[] {
  const below = Array.from({ length: size }, () => new Set<number>());
  const visited = new Set<number>();
  const visit = (index: number): Set<number> => {
    if (!visited.has(index)) {
      visited.add(index);
      for (const user of users[index]!) {
        below[index]!.add(user);
        for (const more of visit(user)) below[index]!.add(more);
      }
    }
    return below[index]!;
  };
  for (let index = 0; index < size; index++) visit(index);
  return below;
}

/** No value leaves a part and comes back into it: what stands outside cannot wait for what waits for it. */
function isConvex(
  part: readonly number[],
  { inputs, below }: { inputs: readonly (readonly number[])[]; below: readonly ReadonlySet<number>[] },
): boolean {
  const inside = new Set(part);
  for (const index of part)
    for (const input of inputs[index]!)
      if (!inside.has(input) && part.some(other => below[other]!.has(input))) return false;
  return true;
}

/** Few operands, and loads only on their way into a store: as operands of anything else they are inputs. */
function isCandidate(part: readonly DataNode[]): boolean {
  const inside = new Set<Value>(part);
  const stores = part.filter(({ kind }) => kind === 'store');
  if (part.some(({ label }) => label === 'load') && stores.length === 0) return false;
  if (part.every(({ label, kind }) => kind !== 'operation' && label !== 'table')) return false;
  const entering = new Set<string | Value>();
  for (const node of part)
    for (const input of [...node.inputs, ...(node.predicate ? [node.predicate] : [])])
      if (isNode(input)) {
        if (!inside.has(input)) entering.add(identityOf(input));
      } else if (input.constant === undefined) entering.add(input.name);
  if (entering.size > limits.inputs) return false;
  return outputsOf(part).length <= limits.outputs;
}

/** Nodes of a part whose values are used outside of it; a store has none. */
export function outputsOf(part: readonly DataNode[]): DataNode[] {
  const inside = new Set<DataNode>(part);
  const used = new Set<DataNode>();
  const { block } = part[0]!;
  for (const node of [...block.nodes, ...part])
    if (!inside.has(node)) for (const input of node.inputs) if (isNode(input) && inside.has(input)) used.add(input);
  return part.filter(node => node.kind !== 'store' && (node.escapes || used.has(node)));
}
