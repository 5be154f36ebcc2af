import { childrenOf, type ParsedFile } from '../../target/index.ts';
import { type Node, resolveNames } from '../../target/scope.ts';
import type { Instruction } from '../bytecode/parse-dump.ts';
import type { FlowGraph } from './flow.ts';
import type { Equation } from './linear.ts';

/** What the source tells about a constructor and its counters do not. */
export interface ConstructorFacts {
  /** Its class has fields or private methods, so that there is a function that initialises them. */
  readonly initialises: boolean;
  /** `super()` surely runs a constructor that is written out. */
  readonly explicitSuper: boolean;
}

/** Facts by where constructors end. */
export function constructorFacts({ ast }: ParsedFile): Map<number, ConstructorFacts> {
  const facts = new Map<number, ConstructorFacts>();
  const { bindingOf } = resolveNames(ast as Node);
  const visit = (node: Node): void => {
    if (node.type === 'ClassDeclaration' || node.type === 'ClassExpression') {
      const own = constructorOf(node);
      if (own) {
        const parent = node.superClass?.type === 'Identifier' ? bindingOf.get(node.superClass) : undefined;
        const declared =
          parent?.kind === 'class' &&
          parent.references.every(
            ({ access, node: at }) => access === 'read' || at === (parent.declared.id ?? parent.declared),
          );
        facts.set(own.value.end, {
          initialises: node.body.body.some(initialised),
          explicitSuper:
            declared && parent.declared.type === 'ClassDeclaration' && constructorOf(parent.declared) !== undefined,
        });
      }
    }
    for (const child of childrenOf(node)) visit(child as Node);
  };
  visit(ast as Node);
  return facts;
}

const constructorOf = (node: Node): Node | undefined =>
  node.body.body.find((member: Node) => member.type === 'MethodDefinition' && member.kind === 'constructor');

const initialised = (member: Node): boolean =>
  !member.static &&
  (member.type === 'PropertyDefinition' ||
    (member.type === 'MethodDefinition' && member.key.type === 'PrivateIdentifier'));

/** Whether a constructor calls the function that initialises fields, and what `super()` finds. */
export function constructorEquations(
  instructions: readonly Instruction[],
  { edges, nodes }: FlowGraph,
  facts: ConstructorFacts,
): Equation[] {
  const never = (jump: number, taken: boolean): Equation => ({
    terms: new Map(
      [...edges.entries()]
        .filter(
          ([, { kind, from, to }]) =>
            kind === 'flow' && nodes[from]?.last === jump && (nodes[to]?.first !== jump + 1) === taken,
        )
        .map(([edge]) => [edge, 1]),
    ),
    value: 0,
  });
  return instructions.flatMap(({ opcode }, index) => {
    const next = instructions[index + 1]?.opcode ?? '';
    // The function's own property: V8 keeps the initialiser under a private symbol, looked up in no other place.
    if (opcode === 'GetNamedProperty' && /^JumpIfUndefined(Constant)?$/.test(next))
      return [never(index + 1, facts.initialises)];
    if (opcode === 'FindNonDefaultConstructorOrConstruct' && facts.explicitSuper) {
      const jump = instructions.findIndex((each, at) => at > index && at < index + 7 && each.opcode === 'JumpIfTrue');
      return jump < 0 ? [] : [never(jump, true)];
    }
    return [];
  });
}
