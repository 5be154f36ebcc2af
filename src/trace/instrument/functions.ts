import { childrenOf } from '../../target/parse.ts';
import { boundNames, isFunction, type Node } from '../../target/scope.ts';
import { expression, sealed } from './expressions.ts';
import { hook } from './numeric.ts';
import { compilePattern } from './patterns.ts';
import { declareNames, statements } from './statements.ts';
import { type Body, type Code, contains, type Unit } from './unit.ts';

/** A function expression or method. `property` is the node around a method, which holds its name and its kind. */
export function functionValue(unit: Unit, node: Node, property?: Node): Code {
  const text = functionText(unit, node, property);
  return {
    value: property ? text : `(${text})`,
    time: null,
    pure: true,
    simple: false,
    anonymous: !node.id && !property,
  };
}

function regionOf(unit: Unit, node: Node, property: Node | undefined): number {
  const { line, column } = (property ?? node).loc!.start;
  return unit.table.region({
    kind: 'function',
    functionName: functionName(unit, node, property),
    file: unit.file,
    line,
    column: column + 1,
    depth: 0,
    suspends: Boolean(node.generator || node.async),
    chases: [],
    start: (property ?? node).start,
    end: (property ?? node).end,
  });
}

export function functionText(unit: Unit, node: Node, property?: Node): string {
  const outer = unit.body;
  const id = (unit.clone && unit.regions.get(node)) ?? regionOf(unit, node, property);
  unit.regions.set(node, id);
  const frame = unit.name('f');
  const isArrow = node.type === 'ArrowFunctionExpression';
  unit.body = {
    node,
    temporaries: [],
    frame,
    self: isArrow ? outer.self : frame,
    generator: node.generator,
    async: node.async,
    deferred: contains(node.body, at => at.type === 'TryStatement' && at.finalizer !== null),
    getter: property?.kind === 'get',
    loops: new Map(),
  };
  const { body } = unit;
  const head: string[] = [];
  const firstSite = unit.table.sites.length;
  const params = parameters(unit, node, head);
  const block = node.body.type === 'BlockStatement';
  const inner = block ? statements(unit, node.body, node.body.body) : '';
  const result = block ? undefined : expression(unit, node.body);
  unit.body = outer;
  if (!unit.clone) unit.sitesOf.set(node, [firstSite, unit.table.sites.length]);
  const marker = `/*${unit.prefix}#${id}*/${hook(unit, node)}`;
  const enter = `${marker} const ${frame} = ${unit.call(node.generator ? 'eg' : 'en', String(id))};`;
  const declared = declareNames(unit, body, head);
  const leave = body.getter ? 'lg' : 'le';
  let code: string;
  if (result) {
    code = `{${enter}${declared} return ${returned(unit, { frame, leave, code: result })}; }`;
  } else {
    const directives = (node.body.body as Node[]).filter(at => at.directive !== undefined);
    const prologue = directives.map(at => `${unit.text(at.expression)}; `).join('');
    const end = `${unit.call(leave, frame, unit.zero)};`;
    code = body.deferred
      ? `{${prologue}${enter}${declared} try ${inner} finally { ${unit.call('lf', frame)}; } }`
      : `{${prologue}${enter}${declared} ${inner.slice(1, -1)} ${end} }`;
  }
  const text = unit.patch(node, [...params, [node.body, code]]);
  return block ? text : dropParentheses(unit, node, text, code);
}

/** An arrow's body may stand in parentheses, which acorn does not keep: `() => ({})`. */
function dropParentheses(unit: Unit, node: Node, text: string, code: string): string {
  const after = unit.code.slice(node.body.end, node.end);
  if (!after.includes(')')) return text;
  const head = text.slice(0, text.length - after.length - code.length);
  return `${head.slice(0, head.lastIndexOf('=>') + 2)} ${code}`;
}

/** `return E`, with the time of E handed to the caller. */
export function returned(unit: Unit, { frame, leave, code }: { frame: string; leave: string; code: Code }): string {
  return unit.call('V', code.anonymous ? `(0, ${code.value})` : code.value, unit.call(leave, frame, unit.timeOf(code)));
}

function functionName(unit: Unit, node: Node, property?: Node): string {
  if (node.id) return node.id.name;
  if (property?.key) return `${className(unit, property)}${property.computed ? '[…]' : unit.text(property.key)}`;
  const parent = unit.scopes.parent.get(node);
  if (parent?.type === 'VariableDeclarator' && parent.id.type === 'Identifier') return parent.id.name;
  if (parent?.type === 'AssignmentExpression') return unit.text(parent.left);
  if (parent?.type === 'Property' && !parent.computed) return unit.text(parent.key);
  return '(anonymous)';
}

function className(unit: Unit, property: Node): string {
  const above = unit.scopes.parent.get(property);
  const owner = above?.type === 'ClassBody' ? unit.scopes.parent.get(above) : undefined;
  return owner?.id ? `${owner.id.name}.` : '';
}

/** Compiles defaults, and declares the shadows of parameters in `head`. */
function parameters(unit: Unit, node: Node, head: string[]): (readonly [Node, string])[] {
  const frame = unit.body.frame!;
  const parts: (readonly [Node, string])[] = [];
  const params: Node[] = node.params;
  // A generator's parameters are bound when it is called, its body runs later. Elsewhere patterns are taken apart in
  // the body, in order, which a default of a later parameter could tell.
  const firstPattern = params.findIndex(isDestructured);
  const needsOrder =
    node.generator || (firstPattern >= 0 && params.slice(firstPattern + 1).some(param => !isHarmless(param)));
  const inBody = defaultsMove(unit, node);
  for (const [at, param] of params.entries()) {
    const given = unit.call('pt', frame, String(at + 1));
    if (param.type === 'Identifier') declareParameter(unit, param, given, head);
    else if (inBody && param.type === 'AssignmentPattern' && param.right.type !== 'Literal') {
      const { name } = param.left;
      const code = sealed(unit, expression(unit, param.right));
      parts.push([param.right, 'void 0']);
      const made = `${name} = (${code.value})`;
      const binding = unit.binding(param.left);
      const shadow = binding === undefined ? 'none' : unit.shadow(binding);
      if (shadow === 'none') head.push(`if (${name} === void 0) ${made}`);
      else if (shadow === 'plain' && unit.clone)
        head.push(
          `if (${name} === void 0) { ${made}; ${unit.call('cp', unit.clone.slotOf(binding!), unit.timeOf(code))}; }`,
        );
      else declareParameter(unit, param.left, `${name} === void 0 ? (${made}, ${unit.timeOf(code)}) : ${given}`, head);
    } else if (param.type === 'AssignmentPattern' && param.left.type === 'Identifier') {
      const value = isolated(unit, param.right);
      parts.push([param.right, unit.clone && param.right.type !== 'Literal' ? unit.call('bad') : value]);
      declareParameter(
        unit,
        param.left,
        param.right.type === 'Literal' ? given : unit.call('pd', frame, String(at + 1)),
        head,
      );
    } else if (param.type === 'RestElement' && param.argument.type === 'Identifier') {
      head.push(unit.call('pz', param.argument.name, frame, String(at + 1)));
      declareParameter(unit, param.argument, unit.zero, head);
    } else if (needsOrder || containsFunction(param) || param.type === 'RestElement') {
      // Taken apart natively, in order with the other defaults; as ready as everything that ran before.
      for (const part of defaultsIn(param)) parts.push([part, isolated(unit, part)]);
      for (const name of boundNames(param)) declareParameter(unit, name, unit.call('now'), head);
    } else {
      const source = unit.name('d');
      const pattern = param.type === 'AssignmentPattern' ? param.left : param;
      const text = param.type === 'AssignmentPattern' ? `${source} = ${isolated(unit, param.right)}` : source;
      parts.push([param, text]);
      const { text: inner, shadows } = compilePattern(unit, pattern, source, given);
      head.push(`var ${inner} = ${source}`);
      for (const { target, time } of shadows) declareParameter(unit, target, time, head);
    }
  }
  return parts;
}

/**
 * Whether defaults can be computed at the beginning of the body, in the function's own region and with the times of earlier
 * parameters: names mean the same there, everything keeps its order, and no line moves.
 */
function defaultsMove(unit: Unit, node: Node): boolean {
  const params = node.params as Node[];
  const names = params.map((param): string | undefined => (param.left ?? param).name);
  if (node.generator || node.async || names.includes(undefined)) return false;
  const inside = unit.scopes.bindings.filter(({ owner, kind }) => owner === node && kind !== 'param');
  return (
    params.every((param, at) => {
      if (param.type === 'Identifier' || param.right.type === 'Literal') return true;
      const { loc } = param.right;
      const isPlain = !containsFunction(param.right) && loc.start.line === loc.end.line;
      const clashes = (each: Node): boolean =>
        /^(Class|Yield|Await)/.test(each.type) ||
        (each.type === 'Identifier' &&
          (each.name === 'arguments' ||
            names.indexOf(each.name, at) >= 0 ||
            inside.some(({ name }) => name === each.name))) ||
        (childrenOf(each) as Node[]).some(clashes);
      return isPlain && !clashes(param.right);
    }) && !inside.some(({ name }) => names.includes(name))
  );
}

/** Without a default, or with one that neither reads nor does anything. */
const isHarmless = ({ type, right }: Node): boolean =>
  type !== 'AssignmentPattern' ||
  right.type === 'Literal' ||
  (right.type === 'ObjectExpression' && right.properties.length === 0) ||
  (right.type === 'ArrayExpression' && right.elements.length === 0);

const isDestructured = (param: Node): boolean =>
  /^(Object|Array)Pattern$/.test(param.type === 'AssignmentPattern' ? param.left.type : param.type);

function defaultsIn(pattern: Node): Node[] {
  if (pattern.type === 'AssignmentPattern') return [...defaultsIn(pattern.left), pattern.right];
  if (pattern.type === 'Property') return [...(pattern.computed ? [pattern.key] : []), ...defaultsIn(pattern.value)];
  if (pattern.type === 'Identifier') return [];
  return (childrenOf(pattern) as Node[]).flatMap(defaultsIn);
}

function declareParameter(unit: Unit, name: Node, time: string, head: string[]): void {
  const binding = unit.binding(name);
  if (!binding) return;
  const shadow = unit.shadow(binding);
  // A clone's arguments are in their slots when it begins.
  if (shadow === 'none' || (shadow === 'plain' && unit.clone)) return;
  const value = shadow === 'plain' ? time : unit.call('nc', String(unit.site(name, name.name)), time);
  head.push(`let ${unit.shadowName(binding)} = ${value}`);
}

/** Code with temporaries of its own, for places where the body's are out of reach: defaults and class fields. */
export function isolated(unit: Unit, node: Node): string {
  const outer = unit.body;
  const around = unit.inParametersOf;
  unit.inParametersOf = outer.node;
  if (containsFunction(node))
    unit.unknown(node, 'a function inside a default value uses parameters as if they were ready at once');
  unit.body = { ...outer, temporaries: [], frame: undefined, self: undefined, loops: new Map() };
  const code = sealed(unit, expression(unit, node));
  const { temporaries } = unit.body;
  unit.body = outer;
  unit.inParametersOf = around;
  if (temporaries.length === 0) return code.value;
  return `(() => { let ${temporaries.join(', ')}; return ${code.anonymous ? `(0, ${code.value})` : code.value}; })()`;
}

const containsFunction = (node: Node): boolean =>
  isFunction(node) ||
  (node.type === 'CallExpression' && node.callee.name === 'eval') ||
  (childrenOf(node) as Node[]).some(containsFunction);

/** A class declaration or expression, its methods compiled. */
export function classText(unit: Unit, node: Node): string {
  const parts: (readonly [Node, string])[] = [];
  const id = unit.table.region({
    kind: 'function',
    functionName: node.id?.name ?? '(class)',
    file: unit.file,
    line: node.loc!.start.line,
    column: node.loc!.start.column + 1,
    depth: 0,
    suspends: false,
    chases: [],
    start: node.start,
    end: node.end,
  });
  if (node.superClass) parts.push([node.superClass, isolatedHere(unit, node.superClass)]);
  const marker = `/*${unit.prefix}#${id}*/`;
  for (const member of node.body.body as Node[]) {
    if (member.computed) parts.push([member.key, isolatedHere(unit, member.key)]);
    if (member.type === 'MethodDefinition') parts.push([member.value, functionText(unit, member.value, member)]);
    else if (member.type === 'PropertyDefinition' && member.value) parts.push([member.value, field(unit, member)]);
    else if (member.type === 'StaticBlock') parts.push([member, staticBlock(unit, member)]);
  }
  const text = unit.patch(node, parts);
  const open = node.body.start - node.start;
  // The class body begins with the first brace after the heritage, whose length may have changed.
  const shift = node.superClass ? parts[0]![1].length - (node.superClass.end - node.superClass.start) : 0;
  return `${text.slice(0, open + shift + 1)}${marker}${text.slice(open + shift + 1)}`;
}

const isolatedHere = (unit: Unit, node: Node): string => {
  const code = expression(unit, node);
  return `(${code.time === null ? code.value : unit.call('V', code.value, code.time)})`;
};

function field(unit: Unit, member: Node): string {
  const outer = unit.body;
  unit.body = { ...outer, temporaries: [], frame: undefined, self: undefined, loops: new Map() };
  const code = sealed(unit, expression(unit, member.value));
  const { temporaries } = unit.body;
  unit.body = outer;
  if (code.time === null && temporaries.length === 0) return code.value;
  const value = unit.name('v');
  const key = member.computed ? undefined : JSON.stringify(unit.text(member.key));
  const store =
    key && code.time ? `${unit.call('fi', 'this', key, code.time, String(unit.site(member, 'this')))};` : '';
  const declared = temporaries.length > 0 ? `let ${temporaries.join(', ')};` : '';
  return `(() => { ${declared} const ${value} = ${code.anonymous ? `(0, ${code.value})` : code.value}; ${store} return ${value}; })()`;
}

function staticBlock(unit: Unit, member: Node): string {
  const outer = unit.body;
  const body: Body = { ...outer, node: member, temporaries: [], frame: undefined, self: undefined, loops: new Map() };
  unit.body = body;
  const inner = statements(unit, member, member.body);
  unit.body = outer;
  return `static {${declareNames(unit, body, [])} ${inner.slice(inner.indexOf('{') + 1, -1)} }`;
}

export function classValue(unit: Unit, node: Node): Code {
  return { value: `(${classText(unit, node)})`, time: null, pure: false, simple: false, anonymous: !node.id };
}
