import { childrenOf } from '../../target/parse.ts';
import { type Binding, isFunction, type Node } from '../../target/scope.ts';
import { isUnused, mathCall } from '../../target/syntax.ts';
import type { Block } from '../runtime/block.ts';
import { fixed } from '../runtime/slot-layout.ts';
import { gatherBlocks } from './blocks.ts';
import { functionText } from './functions.ts';
import { type Code, NotNumeric, type Unit } from './unit.ts';

/**
 * Functions on numbers and typed arrays: their values are numbers, booleans and typed arrays that have a name, and
 * they call only `Math` and each other. They are compiled a second time, by the same rules, to clones for which a time
 * is the number of a slot (`runtime/slots.ts`). Each place in the code has a slot of its own in the function's frame,
 * and so has each variable: nothing is made or thrown away while they run. Sites, regions and chains are those of the
 * first compilation, so both tiers count the same things.
 */
export interface NumericFunction {
  readonly parameters: readonly { readonly isArray: boolean; readonly waitsForAll: boolean }[];
  /** Names from outside, and the slots of their times. */
  readonly surroundings: readonly { readonly isArray: boolean; readonly slot: number }[];
}

/** One of them while its file is compiled. */
export interface Numeric {
  readonly id: number;
  /** Names from outside. */
  readonly around: readonly Binding[];
}

const plainNodes = new Set([
  ...['BlockStatement', 'VariableDeclaration', 'VariableDeclarator', 'ExpressionStatement', 'IfStatement'],
  ...['ForStatement', 'WhileStatement', 'DoWhileStatement', 'ReturnStatement', 'BreakStatement', 'ContinueStatement'],
  ...['SwitchStatement', 'SwitchCase', 'EmptyStatement', 'Identifier', 'Literal', 'BinaryExpression'],
  ...['UnaryExpression', 'LogicalExpression', 'ConditionalExpression', 'SequenceExpression', 'AssignmentExpression'],
  ...['UpdateExpression', 'MemberExpression', 'CallExpression'],
]);
const numbers = new Set(['undefined', 'NaN', 'Infinity']);

/** @returns the file's functions that may have clones */
export function findNumeric(unit: Unit): ReadonlyMap<Node, Numeric> {
  const candidates = new Set<Node>();
  for (const statement of unit.scopes.program.body as Node[]) {
    const fn: Node | undefined = /^Export/.test(statement.type) ? (statement.declaration ?? undefined) : statement;
    if (fn?.type === 'FunctionDeclaration' && fn.id && !fn.async && !fn.generator && hasPlainParameters(fn))
      candidates.add(fn);
  }
  const arrays = new Set<Binding>();
  for (let changed = true; changed; ) {
    changed = false;
    for (const fn of candidates) {
      const before = arrays.size;
      if (!isNumeric(unit, fn, candidates, arrays)) changed = candidates.delete(fn);
      else if (arrays.size > before) changed = true;
    }
  }
  unit.stored = storedOf(unit, candidates);
  const found = new Map<Node, Numeric>();
  const slots = new Map<Binding, number>();
  for (const fn of candidates) {
    const parameters = (fn.params as Node[]).map(param => ({
      isArray: arrays.has(unit.binding(nameOf(param))!),
      waitsForAll: param.type === 'AssignmentPattern' && param.right.type !== 'Literal',
    }));
    const around = [...outsideOf(unit, fn, candidates)];
    const surroundings = around.map(binding => {
      const slot = slots.get(binding) ?? fixed.free + unit.table.surroundings++;
      slots.set(binding, slot);
      return { isArray: arrays.has(binding), slot };
    });
    found.set(fn, { id: unit.table.numeric.push({ parameters, surroundings }) - 1, around });
  }
  return found;
}

const nameOf = (param: Node): Node => (param.type === 'AssignmentPattern' ? param.left : param);

const hasPlainParameters = ({ params }: Node): boolean =>
  (params as Node[]).every(param => nameOf(param).type === 'Identifier');

/** Whether all that a function does keeps to the rules; the names that must be arrays are added to `arrays`. */
function isNumeric(unit: Unit, fn: Node, candidates: ReadonlySet<Node>, arrays: Set<Binding>): boolean {
  const isAround = (binding: Binding): boolean => binding.kind === 'const' || binding.kind === 'import';
  const isArray = (node: Node): boolean => {
    const binding = node.type === 'Identifier' ? unit.binding(node) : undefined;
    if (binding === undefined || node.name === 'arguments') return false;
    if (binding.owner === fn) {
      if (
        binding.kind !== 'param' ||
        binding.references.some(at => at.access !== 'read' && at.node !== binding.declared)
      )
        return false;
    } else if (!isAround(binding)) return false;
    arrays.add(binding);
    return true;
  };
  const isCall = (node: Node): boolean => {
    const args = node.arguments as Node[];
    const name = mathCall(node);
    if (name !== undefined && name !== 'random' && !unit.binding(node.callee.object)) return args.every(isValue);
    const callee = unit.slice.calleeOf(node);
    if (!callee || !candidates.has(callee) || callee.params.length !== args.length) return false;
    return args.every((argument, at) => {
      const parameter = unit.binding(nameOf(callee.params[at]))!;
      if (argument.type === 'Identifier' && (arrays.has(parameter) || arrays.has(unit.binding(argument)!))) {
        arrays.add(parameter);
        return isArray(argument);
      }
      return !arrays.has(parameter) && isValue(argument);
    });
  };
  const isElement = (node: Node): boolean =>
    node.type === 'MemberExpression' &&
    !node.optional &&
    node.computed &&
    isArray(node.object) &&
    isValue(node.property);
  const isValue = (node: Node): boolean => {
    switch (node.type) {
      case 'Identifier': {
        const binding = unit.binding(node);
        if (!binding) return numbers.has(node.name);
        return !arrays.has(binding) && (binding.owner === fn || isAround(binding));
      }
      case 'Literal':
        return typeof node.value === 'number' || typeof node.value === 'boolean';
      case 'MemberExpression':
        return (
          isElement(node) ||
          (!node.computed && !node.optional && /^(length|byteLength)$/.test(node.property.name) && isArray(node.object))
        );
      case 'AssignmentExpression':
        return (
          !/^(&&|\|\||\?\?)=$/.test(node.operator) &&
          isUnused(node, unit.scopes.parent) &&
          isTarget(node.left) &&
          isValue(node.right)
        );
      case 'UpdateExpression':
        return isUnused(node, unit.scopes.parent) && isTarget(node.argument);
      case 'CallExpression':
        return isCall(node);
      case 'UnaryExpression':
        return /^[-+~!]$/.test(node.operator) && isValue(node.argument);
      case 'BinaryExpression':
        return !/^in/.test(node.operator) && isValue(node.left) && isValue(node.right);
      case 'LogicalExpression':
      case 'ConditionalExpression':
      case 'SequenceExpression':
        return (childrenOf(node) as Node[]).every(isValue);
      default:
        return false;
    }
  };
  const isTarget = (node: Node): boolean =>
    isElement(node) ||
    (node.type === 'Identifier' && unit.binding(node)?.owner === fn && !arrays.has(unit.binding(node)!));
  const isStatement = (node: Node): boolean => {
    if (!plainNodes.has(node.type)) return false;
    if (node.type === 'VariableDeclaration')
      return (
        /^(let|const)$/.test(node.kind) &&
        (node.declarations as Node[]).every(
          ({ id, init }) => id.type === 'Identifier' && (init === null || isValue(init)),
        )
      );
    if (/Expression$|^Identifier$|^Literal$/.test(node.type)) return isValue(node);
    if (node.label) return false;
    return (childrenOf(node) as Node[]).every(isStatement);
  };
  return (fn.body.body as Node[]).every(at => at.directive === undefined && isStatement(at));
}

/** Arrays that functions store to under a name, by themselves or by what they call with it. */
function storedOf(unit: Unit, candidates: ReadonlySet<Node>): Set<Binding> {
  const stored = new Set<Binding>();
  const passed: { readonly from: Binding; readonly to: Binding }[] = [];
  const visit = (node: Node): void => {
    const target = node.type === 'AssignmentExpression' ? node.left : node.argument;
    if (/^(Assignment|Update)Expression$/.test(node.type) && target.type === 'MemberExpression')
      stored.add(unit.binding(target.object)!);
    const callee = node.type === 'CallExpression' ? unit.slice.calleeOf(node) : undefined;
    if (callee)
      for (const [at, argument] of (node.arguments as Node[]).entries()) {
        const from = argument.type === 'Identifier' ? unit.binding(argument) : undefined;
        if (from) passed.push({ from, to: unit.binding(nameOf(callee.params[at]))! });
      }
    for (const child of childrenOf(node) as Node[]) visit(child);
  };
  for (const fn of candidates) visit(fn.body);
  for (let size = -1; size < stored.size; ) {
    size = stored.size;
    for (const { from, to } of passed) if (stored.has(to)) stored.add(from);
  }
  return stored;
}

/** Names from outside that a function uses, and those that the functions use which it calls. */
function outsideOf(unit: Unit, fn: Node, candidates: ReadonlySet<Node>): Set<Binding> {
  const found = new Set<Binding>();
  const seen = new Set<Node>();
  const enter = (inner: Node): void => {
    if (seen.has(inner)) return;
    seen.add(inner);
    const visit = (node: Node): void => {
      const binding = node.type === 'Identifier' ? unit.binding(node) : undefined;
      if (binding && candidates.has(binding.declared)) enter(binding.declared);
      else if (binding && binding.owner !== inner) found.add(binding);
      if (node.type === 'MemberExpression' && !node.computed) visit(node.object);
      else for (const child of childrenOf(node) as Node[]) if (!isFunction(child)) visit(child);
    };
    visit(inner.body);
  };
  enter(fn);
  return found;
}

const cloneName = (unit: Unit, id: number): string => `${unit.prefix}clone${id}`;

/** At a function's head: the call runs by the clone where it can. */
export function hook(unit: Unit, node: Node): string {
  const id = unit.numeric.get(node)?.id;
  if (id === undefined || unit.clone) return '';
  const { prefix } = unit;
  const args = (node.params as Node[]).map(param => nameOf(param).name).join(', ');
  return ` if (${prefix}nf[${id}] === 1) { const ${prefix}result = ${prefix}nr(${id}, [${args}]); if (${prefix}result !== ${prefix}nn) return ${prefix}result; }`;
}

/** Primitives that return a time, which a clone hands the slot for it. */
const timed = new Set(['J', 'U', 'A', 'o1', 'o2', 'o3', 'ex', 'ld', 'up', 'rt', 'sc']);
/** Others that clones have forms of their own of. */
const own = new Set(['cp', 'set', 'st', 'rv', 'wv', 'rc', 'br', 'bx', 'ct', 'cd', 'it', 'lx', 'le']);
/** Those that have nothing to do with times. */
const shared = new Set(['V', 'bp', 'bc', 'tf', 'td']);
/** What clones call once their times have been gathered in blocks. */
const cloneCalls = [
  ...[
    'h',
    'kr',
    'kl',
    'ks',
    'ku',
    'o',
    'f',
    'nc',
    'cr',
    'cw',
    'br',
    'bx',
    'ct',
    'cd',
    'lp',
    'it',
    'lx',
    'en',
    'le',
    'bad',
  ],
];

/** What is known of a clone while it is compiled. */
export class CloneBody {
  readonly #unit: Unit;
  readonly #node: Node;
  readonly #sites: readonly [number, number];
  readonly #slots = new Map<Binding, string>();
  #nextSite: number;
  #nextSlot: number;

  constructor(unit: Unit, node: Node) {
    this.#unit = unit;
    this.#node = node;
    this.#sites = unit.sitesOf.get(node)!;
    this.#nextSite = this.#sites[0];
    this.#nextSlot = node.params.length;
    for (const [at, param] of (node.params as Node[]).entries())
      this.#slots.set(unit.binding(nameOf(param))!, this.#at(at));
    const { id, around } = unit.numeric.get(node)!;
    const { surroundings } = unit.table.numeric[id]!;
    for (const [at, binding] of around.entries()) this.#slots.set(binding, String(surroundings[at]!.slot));
  }

  #at(slot: number): string {
    return `(${this.#unit.prefix}frame + ${slot})`;
  }

  slot(): string {
    return this.#new();
  }

  #new(count = 1): string {
    const slot = this.#nextSlot;
    this.#nextSlot += count;
    return this.#at(slot);
  }

  get size(): number {
    return this.#nextSlot;
  }

  get isWhole(): boolean {
    return this.#nextSite === this.#sites[1];
  }

  /** The sites of the first compilation again, in the same order. */
  site(node: Node, name: string): number {
    const id = this.#nextSite++;
    const known = this.#unit.table.sites[id];
    if (id >= this.#sites[1] || known?.start !== node.start || known.name !== name)
      throw new NotNumeric('its sites come in another order');
    return id;
  }

  /** Sites that only the first compilation made. */
  skip(count: number): void {
    this.#nextSite += count;
  }

  slotOf(binding: Binding): string {
    const known = this.#slots.get(binding);
    if (known !== undefined) return known;
    if (binding.owner !== this.#node) throw new NotNumeric('a name from outside');
    const slot = this.#new();
    this.#slots.set(binding, slot);
    return slot;
  }

  call(name: string, args: readonly string[]): string {
    const { prefix } = this.#unit;
    if (name === 'pt' || name === 'pd') return this.#at(Number(args[1]) - 1);
    const text = (list: readonly string[]) => `${prefix}${shared.has(name) ? '' : 's'}${name}(${list.join(', ')})`;
    if (timed.has(name)) return text([this.#new(), ...args]);
    if (own.has(name) || shared.has(name)) return text(args);
    if (name === 'bad') return text(args);
    if (name === 'nc') return text([this.#new(), ...args]);
    if (name === 'lp') return text([...args, this.#new(2)]);
    if (name === 'en') return text([...args, this.#new(), `${prefix}end`]);
    throw new NotNumeric(`${name} has no form for slots`);
  }

  /** The arguments' times go to the first slots of the callee's frame. */
  directCall(callee: Node, codes: readonly Code[]): string {
    const unit = this.#unit;
    const id = unit.numeric.get(callee)?.id;
    if (id === undefined) throw new NotNumeric('it calls another function');
    const end = `${unit.prefix}end`;
    const hand = codes.map((code, at) => this.call('cp', [`${end} + ${at}`, unit.timeOf(code)]));
    const values = codes.map(({ value }) => value);
    const name = cloneName(unit, id);
    if (values.length === 0) return `${name}(${end})`;
    return `${name}(${end}, ${[...values.slice(0, -1), unit.call('V', values.at(-1)!, ...hand)].join(', ')})`;
  }
}

/** The clones of a module's functions: their text, and what announces them. */
export function clonesOf(unit: Unit): { head: string; functions: string } {
  const { prefix } = unit;
  const texts = new Map<Node, string>();
  const blocks: Block[] = [];
  const first = unit.table.blocks.length;
  const usable = new Map([...unit.numeric].filter(([node]) => !unit.wide.has(node)));
  // A function that turns out to be none takes those that call it along.
  for (let changed = true; changed; ) {
    changed = false;
    unit.numeric = usable;
    texts.clear();
    blocks.length = 0;
    for (const [node, { id }] of usable) {
      const text = compileClone(unit, node, { id, blocks, first });
      if (text === undefined) {
        usable.delete(node);
        changed = true;
        break;
      }
      texts.set(node, text);
    }
  }
  if (texts.size === 0) return { head: '', functions: '' };
  unit.table.blocks.push(...blocks);
  const names = cloneCalls.map(name => `${name}: ${prefix}s${name}`).join(', ');
  const functions = blocks.map((_, at) => `b${first + at}: ${prefix}b${first + at}`).join(', ');
  const announced = [...usable.values()].map(({ id, around }) => {
    const times = around.map(binding => {
      if (binding.kind === 'import') return `${prefix}imports`;
      return unit.shadow(binding) === 'none' ? unit.zero : unit.shadowName(binding);
    });
    const values = around.map(({ name }) => name).join(', ');
    return `${prefix}nt(${id}, ${cloneName(unit, id)}, () => ({ values: [${values}], times: [${times.join(', ')}] }));`;
  });
  return {
    head: ` const { ${names} } = ${prefix}ns; const { ${functions} } = ${prefix}nb(${first}, ${blocks.length}); ${announced.join(' ')}`,
    functions: `\n${[...texts.values()].join(' ')}`,
  };
}

/** Names in a function under which arrays are stored to. */
const storedNames = (unit: Unit, fn: Node): Set<string> =>
  new Set(
    [...unit.stored].filter(({ owner }) => owner === fn || owner === unit.scopes.program).map(({ name }) => name),
  );

interface Compiled {
  readonly id: number;
  /** Those of all clones of the module, which it adds its own to, and the number of the first. */
  readonly blocks: Block[];
  readonly first: number;
}

function compileClone(unit: Unit, node: Node, { id, blocks, first }: Compiled): string | undefined {
  const clone = new CloneBody(unit, node);
  const { body } = unit;
  unit.clone = clone;
  try {
    const text = functionText(unit, node);
    if (!clone.isWhole) return undefined;
    const { prefix } = unit;
    const open = text.indexOf('(');
    if (text.slice(0, open).trim() !== `function ${node.id.name}`) return undefined;
    const rest = text.slice(open + 1).trimStart();
    const head = `function ${cloneName(unit, id)}(${prefix}frame${rest.startsWith(')') ? '' : ', '}`;
    const whole = (head + rest).replace(
      `/*${prefix}#`,
      () => `const ${prefix}end = ${prefix}frame + ${clone.size}; /*${prefix}#`,
    );
    const gathered = gatherBlocks(whole, {
      prefix,
      first: first + blocks.length,
      chainOf: site => unit.table.sites[site]!.chain,
      isStored: name => storedNames(unit, node).has(name),
    });
    blocks.push(...gathered.blocks);
    return gathered.text;
  } catch (error) {
    if (error instanceof NotNumeric) return undefined;
    throw error;
  } finally {
    unit.clone = undefined;
    unit.body = body;
  }
}
