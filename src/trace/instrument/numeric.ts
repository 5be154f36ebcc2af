import type { Binding, Node } from '../../target/scope.ts';
import type { Block, Place } from '../runtime/block.ts';
import { fixed } from '../runtime/slot-layout.ts';
import { gatherBlocks } from './blocks.ts';
import { type Fragment, findFragments, fragmentText } from './fragments.ts';
import { functionText } from './functions.ts';
import { type Known, keepsToNumbers, nameOf, outsideOf, storedBy } from './number-rules.ts';
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

/** Finds the file's functions that may have clones, and the loops of others that may. */
export function findNumeric(unit: Unit): void {
  const candidates = new Set<Node>();
  for (const statement of unit.scopes.program.body as Node[]) {
    const fn: Node | undefined = /^Export/.test(statement.type) ? (statement.declaration ?? undefined) : statement;
    if (fn?.type === 'FunctionDeclaration' && fn.id && !fn.async && !fn.generator && hasPlainParameters(fn))
      candidates.add(fn);
  }
  const known: Known = { candidates, arrays: new Set(), given: new Set() };
  const { arrays } = known;
  for (let changed = true; changed; ) {
    changed = false;
    for (const fn of candidates) {
      const before = arrays.size;
      if (!keepsToNumbers(unit, { root: fn, owner: fn }, known)) changed = candidates.delete(fn);
      else if (arrays.size > before) changed = true;
    }
  }
  const found = new Map<Node, Numeric>();
  const slots = new Map<Binding, number>();
  const slotOf = (binding: Binding): number => {
    const slot = slots.get(binding) ?? fixed.free + unit.table.surroundings++;
    slots.set(binding, slot);
    return slot;
  };
  for (const fn of candidates) {
    const parameters = (fn.params as Node[]).map(param => ({
      isArray: arrays.has(unit.binding(nameOf(param))!),
      waitsForAll: param.type === 'AssignmentPattern' && param.right.type !== 'Literal',
    }));
    const around = [...outsideOf(unit, { root: fn, owner: fn }, candidates)];
    const surroundings = around.map(binding => ({ isArray: arrays.has(binding), slot: slotOf(binding) }));
    found.set(fn, { id: unit.table.numeric.push({ parameters, surroundings }) - 1, around });
  }
  unit.numeric = found;
  unit.fragments = findFragments(unit, known, slotOf);
  unit.stored = storedBy(unit, [...candidates, ...unit.fragments.keys()]);
}

const hasPlainParameters = ({ params }: Node): boolean =>
  (params as Node[]).every(param => nameOf(param).type === 'Identifier');

export const cloneName = (unit: Unit, id: number): string => `${unit.prefix}clone${id}`;

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
const cloneCalls = ['q', 'fo', 'bad'];

/** What a clone is made of. */
export interface CloneFrame {
  /** The function that holds its variables, or the program. */
  readonly owner: Node;
  /** Sites of the first compilation, from the first to before the last. */
  readonly sites: readonly [number, number];
  /** Names whose values it is given. */
  readonly parameters: readonly Binding[];
  readonly numeric: Numeric;
}

/** What is known of a clone while it is compiled. */
export class CloneBody {
  readonly #unit: Unit;
  readonly #owner: Node;
  readonly #sites: readonly [number, number];
  readonly #slots = new Map<Binding, string>();
  #nextSite: number;
  #nextSlot: number;
  /** Where arrays have their numbers, by the names that the clone's code uses. */
  readonly arrays = new Map<string, Place>();
  /** Functions around built-ins that it calls. */
  readonly moves: string[] = [];

  constructor(unit: Unit, { owner, sites, parameters, numeric: { id, around } }: CloneFrame) {
    this.#unit = unit;
    this.#owner = owner;
    this.#sites = sites;
    this.#nextSite = sites[0];
    this.#nextSlot = parameters.length;
    const known = unit.table.numeric[id]!;
    for (const [at, binding] of around.entries()) {
      const { isArray, slot } = known.surroundings[at]!;
      this.#slots.set(binding, String(slot));
      if (isArray) this.arrays.set(binding.name, { of: 'fixed', slot });
    }
    for (const [at, binding] of parameters.entries()) {
      this.#slots.set(binding, this.#at(at));
      if (known.parameters[at]!.isArray) this.arrays.set(binding.name, { of: 'frame', slot: at });
    }
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
    if (binding.owner !== this.#owner) throw new NotNumeric('a name from outside');
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

  directCall(callee: Node, codes: readonly Code[]): string {
    const id = this.#unit.numeric.get(callee)?.id;
    if (id === undefined) throw new NotNumeric('it calls another function');
    return this.#cloneCall(cloneName(this.#unit, id), codes);
  }

  /** A built-in that moves elements: the general tier's, behind a function that is called as clones are. */
  moveCall(method: string, codes: readonly Code[], site: string): string {
    const { prefix } = this.#unit;
    // No clone's number begins with 0.
    const name = `${prefix}clone0${site}`;
    const names = codes.map((_, at) => `${prefix}a${at}`).join(', ');
    this.moves.push(
      `function ${name}(${prefix}frame, ${names}) { ${prefix}mv(${prefix}frame, '${method}', [${names}], ${site}); }`,
    );
    return this.#cloneCall(name, codes);
  }

  /** The arguments' times go to the first slots of the callee's frame. */
  #cloneCall(name: string, codes: readonly Code[]): string {
    const unit = this.#unit;
    const end = `${unit.prefix}end`;
    const hand = codes.map((code, at) => this.call('cp', [`${end} + ${at}`, unit.timeOf(code)]));
    const values = codes.map(({ value }) => value);
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
  const announced: string[] = [...usable.values()].map(({ id, around }) => announcement(unit, id, around));
  const all = [...texts.values()];
  for (const [node, fragment] of unit.fragments) {
    if (texts.has(fragment.owner)) continue;
    const text = compileFragment(unit, node, { fragment, blocks, first });
    if (text === undefined) continue;
    all.push(text);
    announced.push(announcement(unit, fragment.id, fragment.around));
  }
  if (all.length === 0) return { head: '', functions: '' };
  unit.table.blocks.push(...blocks);
  const names = cloneCalls.map(name => `${name}: ${prefix}s${name}`).join(', ');
  const functions = blocks.map((_, at) => `b${first + at}: ${prefix}b${first + at}`).join(', ');
  return {
    head: ` const { ${names} } = ${prefix}ns; const { ${functions} } = ${prefix}nb(${first}, ${blocks.length}); ${announced.join(' ')}`,
    functions: `\n${all.join(' ')}`,
  };
}

/** Tells the runtime of a clone, and where it finds what that uses from around. */
function announcement(unit: Unit, id: number, around: readonly Binding[]): string {
  const { prefix } = unit;
  const times = around.map(binding => timeAround(unit, binding));
  const values = around.map(({ name }) => name).join(', ');
  return `${prefix}nt(${id}, ${cloneName(unit, id)}, () => ({ values: [${values}], times: [${times.join(', ')}] }));`;
}

/** Code for the time of a name from outside, in the general tier. */
export function timeAround(unit: Unit, binding: Binding): string {
  if (binding.kind === 'import') return `${unit.prefix}imports`;
  return unit.shadow(binding) === 'none' ? unit.zero : unit.shadowName(binding);
}

/** Names in a function under which arrays are stored to. */
const storedNames = (unit: Unit, owner: Node): Set<string> =>
  new Set(
    [...unit.stored]
      .filter(binding => binding.owner === owner || binding.owner === unit.scopes.program)
      .map(({ name }) => name),
  );

/** Where the blocks of all clones of the module are kept, which each adds its own to, and the number of the first. */
interface Blocks {
  readonly blocks: Block[];
  readonly first: number;
}

function compileClone(unit: Unit, node: Node, { id, ...blocks }: Blocks & { readonly id: number }): string | undefined {
  const parameters = (node.params as Node[]).map(param => unit.binding(nameOf(param))!);
  const numeric = unit.numeric.get(node)!;
  const frame = { owner: node, sites: unit.sitesOf.get(node)!, parameters, numeric };
  return compiled(unit, frame, blocks, clone => {
    const text = functionText(unit, node);
    const { prefix } = unit;
    const open = text.indexOf('(');
    if (text.slice(0, open).trim() !== `function ${node.id.name}`) return undefined;
    const rest = text.slice(open + 1).trimStart();
    const head = `function ${cloneName(unit, id)}(${prefix}frame${rest.startsWith(')') ? '' : ', '}`;
    return (head + rest).replace(
      `/*${prefix}#`,
      () => `const ${prefix}end = ${prefix}frame + ${clone.size}; /*${prefix}#`,
    );
  });
}

function compileFragment(
  unit: Unit,
  node: Node,
  { fragment, ...blocks }: Blocks & { readonly fragment: Fragment },
): string | undefined {
  const { owner, parameters } = fragment;
  const sites = unit.sitesOf.get(node);
  if (sites === undefined) return undefined;
  return compiled(unit, { owner, sites, parameters, numeric: fragment }, blocks, clone =>
    fragmentText(unit, node, fragment, clone),
  );
}

/** A clone's text with its blocks gathered; undefined where it cannot be one. */
function compiled(
  unit: Unit,
  frame: CloneFrame,
  { blocks, first }: Blocks,
  write: (clone: CloneBody) => string | undefined,
): string | undefined {
  const clone = new CloneBody(unit, frame);
  const { body } = unit;
  unit.clone = clone;
  try {
    const text = write(clone);
    if (text === undefined || !clone.isWhole) return undefined;
    const gathered = gatherBlocks(text, {
      prefix: unit.prefix,
      first: first + blocks.length,
      chainOf: site => unit.table.sites[site]!.chain,
      isStored: name => storedNames(unit, frame.owner).has(name),
      arrays: clone.arrays,
      isDated: unit.table.isDated,
    });
    blocks.push(...gathered.blocks);
    return [gathered.text, ...clone.moves].join(' ');
  } catch (error) {
    if (error instanceof NotNumeric) return undefined;
    throw error;
  } finally {
    unit.clone = undefined;
    unit.body = body;
  }
}
