import { childrenOf, type ParsedFile } from '../../target/index.ts';
import { type Node, resolveNames } from '../../target/scope.ts';
import type { Instruction } from '../bytecode/parse-dump.ts';
import type { FlowGraph } from './flow.ts';
import type { Equation } from './linear.ts';

type Bindings = ReturnType<typeof resolveNames>['bindingOf'];

/** What the source tells about a constructor and its counters do not. */
export interface ConstructorFacts {
  /** Its class has fields or private methods, so that there is a function that initialises them. */
  readonly initialises: boolean;
  /** Whether `super()` runs a parent's constructor; undefined where that is not known. */
  readonly callsSuper: boolean | undefined;
  /** Where the function that initialises fields begins; undefined where there are none. */
  readonly initialiser: number | undefined;
}

/** Facts by where constructors end; one that is not written out ends where its class begins. */
export function constructorFacts({ ast, code }: ParsedFile): Map<number, ConstructorFacts> {
  const facts = new Map<number, ConstructorFacts>();
  const { bindingOf } = resolveNames(ast as Node);
  // Then a class's parent may be another than the one it was declared with.
  const rebound = /setPrototypeOf|__proto__/.test(code);
  const visit = (node: Node): void => {
    if (node.type === 'ClassDeclaration' || node.type === 'ClassExpression') {
      facts.set(constructorOf(node)?.value.end ?? node.start, {
        initialises: node.body.body.some(initialised),
        callsSuper: rebound ? undefined : callsSuper(node, { bindingOf, below: new Set() }),
        initialiser: (node.body.body as Node[]).find(member => member.type === 'PropertyDefinition' && !member.static)
          ?.start,
      });
    }
    for (const child of childrenOf(node)) visit(child as Node);
  };
  visit(ast as Node);
  return facts;
}

/**
 * V8 passes over default constructors on the way up, and makes the object itself at the top, unless they have fields or
 * private methods to set up (FindNonDefaultConstructorOrConstruct in src/builtins).
 */
function callsSuper(
  { superClass }: Node,
  { bindingOf, below }: { bindingOf: Bindings; below: ReadonlySet<Node> },
): boolean | undefined {
  const parent = superClass?.type === 'Identifier' ? bindingOf.get(superClass) : undefined;
  const declared =
    parent?.kind === 'class' &&
    parent.declared.type === 'ClassDeclaration' &&
    parent.references.every(
      ({ access, node: at }) => access === 'read' || at === (parent.declared.id ?? parent.declared),
    );
  const above = parent?.declared as Node;
  // A class that extends itself never gets as far as `super()`.
  if (!declared || below.has(above)) return undefined;
  if (constructorOf(above) !== undefined || (above.body.body as Node[]).some(initialised)) return true;
  return above.superClass ? callsSuper(above, { bindingOf, below: new Set([...below, above]) }) : false;
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
    if (opcode === 'FindNonDefaultConstructorOrConstruct' && facts.callsSuper !== undefined) {
      const jump = instructions.findIndex((each, at) => at > index && at < index + 7 && each.opcode === 'JumpIfTrue');
      return jump < 0 ? [] : [never(jump, facts.callsSuper)];
    }
    return [];
  });
}
