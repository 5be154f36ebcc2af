import type * as acorn from 'acorn';
import { childrenOf } from './parse.ts';

/** A syntax node whose fields are read by name; acorn's union is too wide to narrow at every step of a walk. */
// biome-ignore lint/suspicious/noExplicitAny: fields are checked by `type` where they are used.
export type Node = acorn.Node & Record<string, any>;

export type BindingKind = 'var' | 'let' | 'const' | 'param' | 'function' | 'class' | 'import' | 'catch';

/** One occurrence of a name; `write` includes the declaration's own initialisation. */
export interface Reference {
  readonly node: Node;
  readonly access: 'read' | 'write' | 'update';
  /** The innermost function around it, or the program. */
  readonly owner: Node;
}

/** A name that a program declares. */
export interface Binding {
  readonly id: number;
  readonly name: string;
  readonly kind: BindingKind;
  /** The function (or program) whose activation holds it. */
  readonly owner: Node;
  /** The node whose scope it is. */
  readonly home: Node;
  /** The declaring identifier, or for a function or class the declaration. */
  readonly declared: Node;
  readonly references: Reference[];
  exported: boolean;
}

/** Names resolved over one file. */
export interface Scopes {
  readonly program: Node;
  readonly parent: ReadonlyMap<Node, Node>;
  /** For identifiers that stand for a declared name, declarations included; absent for globals. */
  readonly bindingOf: ReadonlyMap<Node, Binding>;
  readonly bindings: readonly Binding[];
  /** Uses `eval(…)` directly or `with`: names cannot be resolved. */
  readonly opaque: readonly Node[];
}

interface Scope {
  readonly node: Node;
  readonly owner: Node;
  readonly names: Map<string, Binding>;
  readonly up: Scope | undefined;
}

export const isFunction = (node: Node): boolean =>
  node.type === 'FunctionDeclaration' ||
  node.type === 'FunctionExpression' ||
  node.type === 'ArrowFunctionExpression' ||
  node.type === 'StaticBlock';

export const isLoop = (node: Node): boolean => /^(For|ForOf|ForIn|While|DoWhile)Statement$/.test(node.type);

/** Resolves every name of a file by ECMAScript's scoping rules (function, block, loop, class, catch). */
export function resolveNames(program: Node): Scopes {
  const resolver = new Resolver(program);
  resolver.run();
  return resolver;
}

class Resolver implements Scopes {
  readonly program: Node;
  readonly parent = new Map<Node, Node>();
  readonly bindingOf = new Map<Node, Binding>();
  readonly bindings: Binding[] = [];
  readonly opaque: Node[] = [];
  readonly #scopes = new Map<Node, Scope>();

  constructor(program: Node) {
    this.program = program;
  }

  run(): void {
    const top = this.#open(this.program, undefined, this.program);
    this.#declare(this.program, top);
    this.#resolve(this.program, top);
  }

  #open(node: Node, up: Scope | undefined, owner: Node): Scope {
    const scope: Scope = { node, owner, names: new Map(), up };
    this.#scopes.set(node, scope);
    return scope;
  }

  /** First pass: parents, scopes and declarations, so that uses before a declaration resolve. */
  #declare(node: Node, scope: Scope): void {
    const inner = this.#scopeFor(node, scope);
    switch (node.type) {
      case 'FunctionDeclaration':
        if (node.id) this.#add(this.#functionHome(node, scope), node.id, 'function', node);
        break;
      case 'FunctionExpression':
        if (node.id) this.#add(inner, node.id, 'function', node);
        break;
      case 'ClassDeclaration':
        if (node.id) this.#add(scope, node.id, 'class', node);
        break;
      case 'ClassExpression':
        if (node.id) this.#add(inner, node.id, 'class', node);
        break;
      case 'VariableDeclaration': {
        const home = node.kind === 'var' ? hoisted(scope) : scope;
        const kind: BindingKind = node.kind === 'var' || node.kind === 'let' ? node.kind : 'const';
        for (const { id } of node.declarations)
          for (const name of boundNames(id)) this.#add(holderOf(name.name, home), name, kind, name);
        break;
      }
      case 'ImportDeclaration':
        for (const { local } of node.specifiers) this.#add(scope, local, 'import', local);
        break;
      case 'CatchClause':
        if (node.param) for (const name of boundNames(node.param)) this.#add(inner, name, 'catch', name);
        break;
    }
    if (isFunction(node) && node.params)
      for (const param of node.params) for (const name of boundNames(param)) this.#add(inner, name, 'param', name);
    for (const child of childrenOf(node) as Node[]) {
      this.parent.set(child, node);
      this.#declare(child, inner);
    }
  }

  #functionHome(node: Node, scope: Scope): Scope {
    // A declaration in a block is block-scoped; sloppy code's extra `var` alias is the same function.
    return scope.node === node ? (scope.up ?? scope) : scope;
  }

  #scopeFor(node: Node, scope: Scope): Scope {
    if (node === this.program) return scope;
    if (isFunction(node)) return this.#open(node, scope, node);
    if (
      isLoop(node) ||
      node.type === 'BlockStatement' ||
      node.type === 'SwitchStatement' ||
      node.type === 'CatchClause' ||
      node.type === 'ClassExpression' ||
      node.type === 'ClassDeclaration'
    )
      return this.#open(node, scope, scope.owner);
    return scope;
  }

  #add(scope: Scope, identifier: Node, kind: BindingKind, declared: Node): void {
    const known = scope.names.get(identifier.name);
    if (known) {
      this.bindingOf.set(identifier, known);
      return;
    }
    const binding: Binding = {
      id: this.bindings.length,
      name: identifier.name,
      kind,
      owner: scope.owner,
      home: scope.node,
      declared,
      references: [],
      exported: false,
    };
    this.bindings.push(binding);
    scope.names.set(identifier.name, binding);
    this.bindingOf.set(identifier, binding);
  }

  #resolve(node: Node, outer: Scope): void {
    const scope = this.#scopes.get(node) ?? outer;
    if (node.type === 'Identifier') {
      this.#use(node, scope);
      return;
    }
    if (node.type === 'WithStatement') this.opaque.push(node);
    if (node.type === 'CallExpression' && node.callee.type === 'Identifier' && node.callee.name === 'eval')
      this.opaque.push(node);
    // What a `switch` decides on stands outside its block.
    for (const child of childrenOf(node) as Node[])
      this.#resolve(child, node.type === 'SwitchStatement' && child === node.discriminant ? outer : scope);
  }

  #use(node: Node, scope: Scope): void {
    const parent = this.parent.get(node)!;
    if (!standsForName(node, parent)) return;
    let at: Scope | undefined = scope;
    while (at && !at.names.has(node.name)) at = at.up;
    const binding = at?.names.get(node.name);
    if (!binding) return;
    this.bindingOf.set(node, binding);
    if (parent.type === 'ExportSpecifier') binding.exported = true;
    if (exportedDeclaration(node, this.parent)) binding.exported = true;
    binding.references.push({ node, access: accessOf(node, this.parent), owner: scope.owner });
  }
}

/** Where a `var` lives: a function's body, out of sight of its parameters' defaults. */
function hoisted(scope: Scope): Scope {
  let at = scope;
  while (at.node !== at.owner && at.node !== at.owner.body && at.up) at = at.up;
  return at;
}

/** A `var` that names a parameter again is that parameter. */
function holderOf(name: string, body: Scope): Scope {
  const parameters = body.node === body.owner.body ? body.up : undefined;
  return parameters?.names.get(name)?.kind === 'param' ? parameters : body;
}

/** The identifiers that a pattern declares. */
export function boundNames(pattern: Node | null): Node[] {
  if (!pattern) return [];
  switch (pattern.type) {
    case 'Identifier':
      return [pattern];
    case 'AssignmentPattern':
      return boundNames(pattern.left);
    case 'RestElement':
      return boundNames(pattern.argument);
    case 'ArrayPattern':
      return pattern.elements.flatMap((element: Node | null) => boundNames(element));
    case 'ObjectPattern':
      return pattern.properties.flatMap((property: Node) =>
        boundNames(property.type === 'RestElement' ? property : property.value),
      );
    default:
      return [];
  }
}

function standsForName(node: Node, parent: Node): boolean {
  switch (parent.type) {
    case 'MemberExpression':
      return parent.object === node || parent.computed;
    case 'Property':
      return parent.value === node || parent.computed;
    case 'MethodDefinition':
    case 'PropertyDefinition':
      return parent.value === node || parent.computed;
    case 'LabeledStatement':
    case 'BreakStatement':
    case 'ContinueStatement':
    case 'MetaProperty':
    case 'ImportSpecifier':
    case 'ImportDefaultSpecifier':
    case 'ImportNamespaceSpecifier':
    case 'ImportAttribute':
    case 'ExportAllDeclaration':
      return false;
    case 'ExportSpecifier':
      return parent.local === node;
    default:
      return true;
  }
}

function exportedDeclaration(node: Node, parents: ReadonlyMap<Node, Node>): boolean {
  const parent = parents.get(node);
  if (!parent) return false;
  if (parent.type === 'ExportDefaultDeclaration') return true;
  const declaration = parent.type === 'VariableDeclarator' && parent.id === node ? parents.get(parent) : parent;
  if (
    (declaration?.type === 'FunctionDeclaration' || declaration?.type === 'ClassDeclaration') &&
    declaration.id !== node
  )
    return false;
  const above = declaration && parents.get(declaration);
  return above?.type === 'ExportNamedDeclaration' || above?.type === 'ExportDefaultDeclaration';
}

function accessOf(node: Node, parents: ReadonlyMap<Node, Node>): Reference['access'] {
  const parent = parents.get(node)!;
  if (parent.type === 'UpdateExpression') return 'update';
  if (parent.type === 'AssignmentExpression' && parent.left === node)
    return parent.operator === '=' ? 'write' : 'update';
  return isPatternPosition(node, parents) ? 'write' : 'read';
}

/** Whether an identifier is bound or assigned by a pattern or a declaration. */
function isPatternPosition(node: Node, parents: ReadonlyMap<Node, Node>): boolean {
  let at = node;
  for (let parent = parents.get(at); parent; at = parent, parent = parents.get(at)) {
    switch (parent.type) {
      case 'VariableDeclarator':
        return parent.id === at;
      case 'AssignmentExpression':
        return parent.left === at;
      case 'ForOfStatement':
      case 'ForInStatement':
        return parent.left === at;
      case 'FunctionDeclaration':
      case 'ClassDeclaration':
        return parent.id === at || Boolean(parent.params?.includes(at));
      case 'FunctionExpression':
      case 'ArrowFunctionExpression':
        return parent.id === at || parent.params.includes(at);
      case 'CatchClause':
        return parent.param === at;
      case 'AssignmentPattern':
        if (parent.left !== at) return false;
        break;
      case 'RestElement':
      case 'ArrayPattern':
      case 'ObjectPattern':
        break;
      case 'Property':
        if (parent.value !== at) return false;
        break;
      default:
        return false;
    }
  }
  return false;
}
