import type { FlowGraph } from './flow.ts';
import type { Equation } from './linear.ts';

/**
 * The same flow without the states of knowledge: one variable for all edges between two blocks. It says nothing new,
 * but a bound on a whole block is seen only where the block is one thing.
 *
 * @param equations over edges; those that speak of all edges of each group that they touch are said again over groups
 */
export function blockEquations({ nodes, edges }: FlowGraph, equations: readonly Equation[]): Equation[] {
  const groupOf: number[] = [];
  const members = new Map<string, { variable: number; edges: number[] }>();
  for (const [edge, { kind, from, to }] of edges.entries()) {
    const key = `${kind}|${nodes[from]?.last}|${nodes[to]?.first}`;
    const group = members.get(key) ?? { variable: edges.length + members.size, edges: [] };
    members.set(key, group);
    group.edges.push(edge);
    groupOf[edge] = group.variable;
  }
  if (members.size === edges.length) return [];
  const byVariable = new Map([...members.values()].map(group => [group.variable, group.edges]));
  const sums = [...members.values()].map(group => ({
    terms: new Map([[group.variable, 1], ...group.edges.map(edge => [edge, -1] as const)]),
    value: 0,
  }));
  const blocks = [...Map.groupBy(nodes, ({ first }) => first).values()].map(states => {
    const terms = new Map<number, number>();
    const add = (edge: number, sign: number): void => {
      const variable = groupOf[edge] as number;
      // Each group once: it holds all edges of all states between its two blocks.
      if (edge !== byVariable.get(variable)?.[0]) return;
      const next = (terms.get(variable) ?? 0) + sign;
      if (next === 0) terms.delete(variable);
      else terms.set(variable, next);
    };
    for (const { incoming, outgoing } of states) {
      for (const edge of incoming) add(edge, 1);
      for (const edge of outgoing) add(edge, -1);
    }
    return { terms, value: 0 };
  });
  return [...sums, ...blocks, ...equations.flatMap(equation => overGroups(equation, groupOf, byVariable))];
}

function overGroups(
  { terms, value }: Equation,
  groupOf: readonly number[],
  members: ReadonlyMap<number, readonly number[]>,
): Equation[] {
  const grouped = new Map<number, number>();
  for (const [edge, factor] of terms) {
    const group = groupOf[edge] as number;
    if (!members.get(group)?.every(each => terms.get(each) === factor)) return [];
    grouped.set(group, factor);
  }
  return [{ terms: grouped, value }];
}
