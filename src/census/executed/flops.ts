import { type AddressSlice, findAddressSlice } from '../../target/address-slice.ts';
import { childrenOf, type ParsedFile } from '../../target/index.ts';
import { isFunction, type Node, resolveNames } from '../../target/scope.ts';
import { mathCall } from '../../target/syntax.ts';
import type { Instruction } from '../bytecode/parse-dump.ts';
import { findBigInts } from './big-ints.ts';
import type { CountedFunction } from './executed.ts';

/** An operation of the source that one arithmetic bytecode stands for. */
interface Operation {
  /** The family of bytecodes: `Add` for `Add` and `AddSmi`. */
  readonly family: string;
  readonly isFlop: boolean;
}

/** What a file's functions do in floating point, by the place where V8 says that they begin and end. */
export interface FlopModel {
  /** Floating-point operations that a function executed; null where bytecodes and source cannot be paired or counted. */
  flopsOf(counted: CountedFunction): number | null;
}

const families: Readonly<Record<string, string>> = {
  '+': 'Add',
  '-': 'Sub',
  '*': 'Mul',
  '/': 'Div',
  '%': 'Mod',
  '**': 'Exp',
};
const arithmetic = /^(Add|Sub|Mul|Div|Mod|Exp|Inc|Dec|Negate)(Smi)?$/;
const bitwise = new Set(['|', '&', '^', '<<', '>>', '>>>']);

/**
 * Tells which arithmetic of a file is floating point on data. JavaScript has one type of number, so it goes by use:
 * the address slice is left out, as are results that go straight into a bitwise operator (`(a + b) | 0` is how an
 * integer addition is written), `++` and `--`, which count, BigInts, and `+` beside a string. `Math` calls are one each.
 */
export function flopModel({ ast }: ParsedFile): FlopModel {
  const scopes = resolveNames(ast as Node);
  const slice = findAddressSlice(scopes);
  const isBigInt = findBigInts(ast as Node, scopes);
  const functions: Node[] = [];
  const collect = (node: Node): void => {
    if (isFunction(node) && node.type !== 'StaticBlock') functions.push(node);
    for (const child of childrenOf(node)) collect(child as Node);
  };
  collect(ast as Node);
  return {
    flopsOf({ compiled, executed }) {
      const { start, end, plain, name } = compiled;
      const node =
        name === '(module)'
          ? (ast as Node)
          : functions.find(each => each.end === end && startsAt(each, start, scopes.parent));
      const bytecodes = [...plain.instructions.keys()].filter(index =>
        arithmetic.test((plain.instructions[index] as Instruction).opcode),
      );
      if (executed.every(count => count === 0)) return 0;
      if (!node) return bytecodes.length === 0 ? 0 : null;
      const { operations, mathCalls } = inOrderOfBytecodes(node, { slice, isBigInt, parent: scopes.parent });
      if (operations.length !== bytecodes.length) return null;
      let flops = 0;
      for (const [at, index] of bytecodes.entries()) {
        const { family, isFlop } = operations[at] as Operation;
        if ((plain.instructions[index] as Instruction).opcode.replace(/Smi$/, '') !== family) return null;
        if (!isFlop) continue;
        const count = executed[index];
        if (count === undefined) return null;
        flops += count;
      }
      for (const position of mathCalls) {
        const index = plain.instructions.findIndex(
          each => each.position === position && each.opcode.startsWith('CallProperty'),
        );
        const count = executed[index];
        if (count === undefined) return null;
        flops += count;
      }
      return flops;
    },
  };
}

/** V8 lets a method begin at its name or its modifiers, the syntax tree at its parameters. */
function startsAt(node: Node, start: number, parent: ReadonlyMap<Node, Node>): boolean {
  if (node.start === start) return true;
  const outer = parent.get(node);
  return (
    outer !== undefined &&
    /^(MethodDefinition|Property)$/.test(outer.type) &&
    start >= outer.start &&
    start <= node.start
  );
}

interface Surroundings {
  readonly slice: AddressSlice;
  readonly isBigInt: (node: Node) => boolean;
  readonly parent: ReadonlyMap<Node, Node>;
}

/** A function's operations in the order in which V8's BytecodeGenerator emits them, and where `Math` calls stand. */
function inOrderOfBytecodes(
  owner: Node,
  { slice, isBigInt, parent }: Surroundings,
): { operations: Operation[]; mathCalls: number[] } {
  const operations: Operation[] = [];
  const mathCalls: number[] = [];
  const visit = (node: Node): void => {
    if (node !== owner && (isFunction(node) || node.type === 'PropertyDefinition')) {
      // Computed keys belong to the function around the class.
      if (node.type === 'PropertyDefinition' && node.computed) visit(node.key);
      return;
    }
    if (isNumber(node)) return;
    for (const child of evaluationOrder(node)) visit(child);
    const family = familyOf(node);
    if (family !== undefined) operations.push({ family, isFlop: isFlop(node) });
    for (let extra = concatenations(node); extra > 0; extra--) operations.push({ family: 'Add', isFlop: false });
    if (mathCall(node) !== undefined && !slice.isFree(node)) mathCalls.push(node.callee.property.start);
  };
  const isFlop = (node: Node): boolean => {
    if (node.type === 'UpdateExpression' || node.type === 'TemplateLiteral' || slice.isFree(node)) return false;
    if (becomesInteger(node, parent) || isBigInt(node)) return false;
    return ![node.left, node.right].some(operand => isText(operand));
  };
  visit(owner);
  return { operations, mathCalls };
}

/** Whether a result goes into a bitwise operator, at once or through sums and products. */
function becomesInteger(node: Node, parent: ReadonlyMap<Node, Node>): boolean {
  const consumer = parent.get(node);
  if (consumer?.type === 'UnaryExpression') return consumer.operator === '~';
  if (consumer?.type === 'AssignmentExpression') return bitwise.has(consumer.operator.slice(0, -1));
  if (consumer?.type !== 'BinaryExpression') return false;
  return bitwise.has(consumer.operator) || (/^[-+*]$/.test(consumer.operator) && becomesInteger(consumer, parent));
}

function familyOf(node: Node): string | undefined {
  if (node.type === 'BinaryExpression') return families[node.operator];
  if (node.type === 'AssignmentExpression') return families[node.operator.slice(0, -1)];
  if (node.type === 'UpdateExpression') return node.operator === '++' ? 'Inc' : 'Dec';
  return node.type === 'UnaryExpression' && node.operator === '-' ? 'Negate' : undefined;
}

/** A template is built by additions between its parts that are not empty. */
function concatenations(node: Node): number {
  if (node.type !== 'TemplateLiteral') return 0;
  const texts = node.quasis.filter((quasi: Node) => quasi.value.cooked !== '').length;
  return Math.max(0, texts + node.expressions.length - 1);
}

const isText = (node: Node | undefined): boolean =>
  node !== undefined &&
  (node.type === 'TemplateLiteral' || (node.type === 'Literal' && typeof node.value === 'string'));

/** Literals, and what V8's parser folds into one. */
function isNumber(node: Node): boolean {
  if (node.type === 'Literal') return typeof node.value === 'number';
  if (node.type === 'UnaryExpression') return /^[-+~]$/.test(node.operator) && isNumber(node.argument);
  return (
    node.type === 'BinaryExpression' &&
    (node.operator in families || bitwise.has(node.operator)) &&
    isNumber(node.left) &&
    isNumber(node.right)
  );
}

function evaluationOrder(node: Node): Node[] {
  const some = (...nodes: (Node | null | undefined)[]): Node[] =>
    nodes.filter(each => each !== null && each !== undefined);
  switch (node.type) {
    case 'ForStatement':
      return some(node.init, node.test, node.body, node.update);
    case 'ForOfStatement':
    case 'ForInStatement':
      return some(node.right, node.left, node.body);
    case 'VariableDeclarator':
      return some(node.init, node.id);
    case 'AssignmentPattern':
      return some(node.right, node.left);
    case 'SwitchStatement':
      return some(
        node.discriminant,
        ...node.cases.map((each: Node) => each.test),
        ...node.cases.flatMap((each: Node) => each.consequent),
      );
    default:
      return childrenOf(node) as Node[];
  }
}
