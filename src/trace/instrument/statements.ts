import { ProgramError } from '../../target/errors.ts';
import { type Binding, boundNames, isLoop, type Node } from '../../target/scope.ts';
import { latencies } from '../latencies.ts';
import { setTime } from './assignments.ts';
import { asOperands, type ConditionalExtremum, conditionalExtremum, hasOperation } from './chains.ts';
import { exitsOf } from './exits.ts';
import { access, effect, expression, unnamed } from './expressions.ts';
import { classText, functionText, returned } from './functions.ts';
import { loop } from './loops.ts';
import { compilePattern } from './patterns.ts';
import type { Body, Unit } from './unit.ts';

/** A block of statements with their line breaks kept. */
export function statements(unit: Unit, block: Node, list: readonly Node[]): string {
  const parts: (readonly [Node, string])[] = [];
  for (const node of list) {
    const text = node.directive === undefined ? statement(unit, node) : `${unit.text(node.expression)};`;
    parts.push([node, text + unit.breaks(node, text)]);
  }
  return unit.patch(block, parts);
}

/** Names that a body's head declares: temporaries, parameters' shadows, shadows of its `var` names. */
export function declareNames(unit: Unit, body: Body, head: readonly string[]): string {
  const temporaries = body.temporaries.length > 0 ? ` let ${body.temporaries.join(', ')};` : '';
  const hoisted = unit.scopes.bindings
    .filter(binding => binding.kind === 'var' && binding.owner === body.node && unit.shadow(binding) !== 'none')
    .map(binding => ` var ${unit.shadowName(binding)} = ${initial(unit, binding)};`);
  return temporaries + head.map(text => ` ${text};`).join('') + hoisted.join('');
}

function initial(unit: Unit, binding: Binding): string {
  return unit.shadow(binding) === 'cell'
    ? unit.call('nc', String(unit.site(binding.declared, binding.name)), unit.zero)
    : unit.zero;
}

export function statement(unit: Unit, node: Node): string {
  switch (node.type) {
    case 'ExpressionStatement':
      return `${guarded(effect(expression(unit, node.expression)))};`;
    case 'BlockStatement':
      return statements(unit, node, node.body);
    case 'VariableDeclaration':
      return `${declaration(unit, node)};`;
    case 'FunctionDeclaration':
      return functionText(unit, node);
    case 'ClassDeclaration':
      return classText(unit, node);
    case 'IfStatement':
      return branch(unit, node);
    case 'ReturnStatement':
      return returning(unit, node);
    case 'ThrowStatement': {
      const code = expression(unit, node.argument);
      return `throw ${unit.call('V', unnamed(code), unit.call('th', unit.timeOf(code)))};`;
    }
    case 'TryStatement':
      return trying(unit, node);
    case 'SwitchStatement':
      return switching(unit, node);
    case 'LabeledStatement':
      return labelled(unit, node);
    case 'ForStatement':
    case 'ForOfStatement':
    case 'ForInStatement':
    case 'WhileStatement':
    case 'DoWhileStatement':
      return loop(unit, node, '');
    case 'ExportNamedDeclaration':
    case 'ExportDefaultDeclaration':
      return exporting(unit, node);
    case 'WithStatement':
      unit.unknown(node, '`with` makes names depend on the run; its body is not traced');
      return unit.text(node);
    default:
      return unit.text(node);
  }
}

/** A statement must not begin with what would start a declaration or block. */
const guarded = (text: string): string => (/^(\{|function\b|class\b|let\b|async\b)/.test(text) ? `(${text})` : text);

export function declaration(unit: Unit, node: Node): string {
  if (/using/.test(node.kind)) {
    if (unit.scopes.parent.get(node)?.type === 'ForStatement') {
      const { line } = node.loc!.start;
      throw new ProgramError(
        'unsupported-syntax',
        `${unit.file}:${line}: \`using\` in the head of a \`for\` cannot be traced; declare it before the loop`,
        { file: unit.file, line },
      );
    }
    return resources(unit, node);
  }
  const parts: string[] = [];
  for (const { id, init } of node.declarations as Node[]) {
    if (id.type !== 'Identifier') {
      const source = unit.temporary();
      const right = expression(unit, init);
      const ready = kept(unit, right.time);
      const { text, shadows, resets } = compilePattern(unit, id, source, ready);
      const set = right.time === null ? '' : `, ${ready} = ${right.time}, ${source}`;
      parts.push(`${text} = (${resets}${source} = ${unnamed(right)}${set})`);
      for (const { target, time } of shadows) parts.push(...declared(unit, target, time));
      continue;
    }
    const binding = unit.binding(id);
    const shadow = binding ? unit.shadow(binding) : 'none';
    if (!init) {
      parts.push(id.name);
      if (binding && shadow === 'plain' && unit.clone)
        parts.push(`${unit.name('w')} = ${unit.call('cp', unit.shadowName(binding), unit.zero)}`);
      else if (binding && shadow !== 'none' && node.kind !== 'var')
        parts.push(`${unit.shadowName(binding)} = ${initial(unit, binding)}`);
      continue;
    }
    const right = expression(unit, init);
    if (binding && node.kind === 'var') {
      const set = setTime(unit, binding, unit.timeOf(right), String(unit.site(id, id.name))) ?? right.time;
      // A declarator of its own, so that a function still takes the variable's name.
      parts.push(`${id.name} = ${right.value}`, ...(set === null ? [] : [`${unit.name('w')} = ${set}`]));
      continue;
    }
    if (shadow === 'none' && right.time !== null) parts.push(`${id.name} = ${unit.call('V', right.value, right.time)}`);
    else parts.push(`${id.name} = ${right.value}`, ...declared(unit, id, unit.timeOf(right)));
  }
  return `${node.kind} ${parts.join(', ')}`;
}

/** `using`: only the resource itself is disposed of. */
function resources(unit: Unit, node: Node): string {
  return (node.declarations as Node[])
    .map(({ id, init }) => {
      const right = expression(unit, init);
      const shadow = declared(unit, id, unit.timeOf(right));
      return `${node.kind} ${id.name} = ${right.value}${shadow.length > 0 ? `; let ${shadow.join(', ')}` : ''}`;
    })
    .join('; ');
}

function kept(unit: Unit, time: string | null): string {
  return time === null ? unit.zero : unit.temporary();
}

/** The declarator of a name's shadow. */
export function declared(unit: Unit, id: Node, time: string): string[] {
  const binding = unit.binding(id);
  const shadow = binding ? unit.shadow(binding) : 'none';
  if (!binding || shadow === 'none') return [];
  if (shadow === 'plain' && unit.clone)
    return [`${unit.name('w')} = ${unit.call('set', unit.shadowName(binding), time)}`];
  const value = unit.under(time);
  return [
    `${unit.shadowName(binding)} = ${shadow === 'plain' ? value : unit.call('nc', String(unit.site(id, id.name)), value)}`,
  ];
}

function returning(unit: Unit, node: Node): string {
  const { frame, deferred, getter } = unit.body;
  const code = node.argument ? expression(unit, node.argument) : undefined;
  if (!frame) return code ? `return ${code.value};` : 'return;';
  const leave = deferred ? 'sr' : getter ? 'lg' : 'le';
  return code
    ? `return ${returned(unit, { frame, leave, code })};`
    : `{ ${unit.call(leave, frame, unit.zero)}; return; }`;
}

/** A branch; what leaves a loop from inside it makes everything later in that loop wait. */
function branch(unit: Unit, node: Node): string {
  const exits = exitsOf(unit, node);
  const extremum = exits ? undefined : conditionalExtremum(unit, node);
  if (extremum) return extremum.guard ? guarding(unit, node, extremum) : selecting(unit, node, extremum);
  const test = expression(unit, node.test);
  const site = String(unit.site(node, unit.text(node.test)));
  const alternate = node.alternate ? ` else ${nested(unit, node.alternate)}` : '';
  if (test.time === null)
    return `if (${unit.call('bp', test.value, site)}) ${nested(unit, node.consequent)}${alternate}`;
  if (exits) {
    const condition = unit.call('bx', test.value, test.time, site, `[${exits.loops.join(', ')}]`, String(exits.past));
    return `if (${condition}) ${nested(unit, node.consequent)}${alternate}`;
  }
  const control = unit.temporary();
  const condition = unit.call('br', test.value, test.time, site);
  return `{ ${control} = ${unit.call('sc')}; if (${condition}) ${nested(unit, node.consequent)}${alternate} ${unit.call('rc', control)}; }`;
}

/** A statement in a place for one; always a block, so that declarations beside it are possible. */
export const nested = (unit: Unit, node: Node): string => {
  if (node.type === 'FunctionDeclaration') return unit.text(node);
  const text = statement(unit, node);
  return node.type === 'BlockStatement' ? text : `{ ${text} }`;
};

/** `if (open && a < x) x = a`: under the first condition. */
function guarding(unit: Unit, node: Node, found: ConditionalExtremum): string {
  const guard = found.guard as Node;
  const test = expression(unit, guard);
  const site = String(unit.site(guard, unit.text(guard)));
  const inner = selecting(unit, node, found);
  if (test.time === null) return `if (${unit.call('bp', test.value, site)}) ${inner}`;
  const control = unit.temporary();
  return `{ ${control} = ${unit.call('sc')}; if (${unit.call('br', test.value, test.time, site)}) ${inner} ${unit.call('rc', control)}; }`;
}

/**
 * `if (a < x) x = a`: one more operand of a minimum, whichever way the branch goes. In source order the new value
 * waits for the comparison, which is what the chain's update costs; rebalanced, it is a comparison in a tree.
 */
function selecting(unit: Unit, node: Node, found: ConditionalExtremum): string {
  const { assignment, source, group, dependent, comparison } = found;
  const name = unit.text(source.type === 'MemberExpression' ? source.object : source);
  const chain = { chain: group, dependent };
  const reading = String(unit.site(source, name, chain));
  const storing = String(unit.site(assignment, name, chain));
  const codes = [comparison.left, comparison.right].map(side =>
    side === source
      ? chainSource(unit, source, reading)
      : asOperands(unit, group, assignment, () => expression(unit, side)),
  );
  const place = comparison.left === source ? 0 : 1;
  const [before, chained, control, test] = Array.from({ length: 4 }, () => unit.temporary());
  const setup = [
    `${test} = (${codes[0]!.value} ${comparison.operator} ${codes[1]!.value})`,
    `${before} = ${unit.timeOf(codes[place]!)}`,
    `${control} = ${unit.call('sc')}`,
    `${chained} = ${unit.operation('ex', latencies.compare, before!, unit.timeOf(codes[1 - place]!), String(group))}`,
  ].join('; ');
  const list: Node[] = node.consequent.type === 'BlockStatement' ? node.consequent.body : [node.consequent];
  const body = list.map(at =>
    at.expression === assignment ? selected(unit, assignment, chained!, storing) : statement(unit, at),
  );
  const condition = unit.call('br', test!, chained!, String(unit.site(node, unit.text(comparison))));
  const skip = passedOver(unit, source, unit.call('sk', before!, chained!));
  return `{ ${setup}; if (${condition}) { ${body.join(' ')} } else { ${skip} } ${unit.call('rc', control!)}; }`;
}

function selected(unit: Unit, assignment: Node, chained: string, site: string): string {
  const { left, right } = assignment;
  // An operand that costs is computed once more, under the condition that has just been decided.
  const again = hasOperation(right) ? expression(unit, right).time : null;
  const time = again === null ? chained : unit.call('A', chained, unit.call('U', again));
  if (left.type === 'Identifier') {
    const binding = unit.binding(left);
    const set = binding ? setTime(unit, binding, time, site) : null;
    return `${unit.text(assignment)}${set === null ? '' : `, ${set}`};`;
  }
  const target = access(unit, left);
  return `${unit.call('st', target.object, target.key, unit.text(assignment.right), time, site)}; ${unit.text(assignment)};`;
}

/** The running result keeps its time; only the count of operands grows. */
function passedOver(unit: Unit, source: Node, time: string): string {
  if (source.type !== 'Identifier') {
    const target = access(unit, source);
    return `${unit.call('mt', target.object, target.key, time)};`;
  }
  const binding = unit.binding(source);
  if (!binding || unit.shadow(binding) === 'none') return '';
  return unit.shadow(binding) === 'plain'
    ? `${unit.shadowName(binding)} = ${time};`
    : `${unit.shadowName(binding)}.times = ${time};`;
}

function chainSource(unit: Unit, source: Node, site: string) {
  if (source.type === 'Identifier') {
    const binding = unit.binding(source);
    const code = expression(unit, source);
    return binding && unit.shadow(binding) === 'cell'
      ? { ...code, time: unit.call('rv', unit.shadowName(binding), site) }
      : code;
  }
  const target = access(unit, source);
  return {
    value: target.place,
    time: unit.call('ld', target.object, target.key, site, target.address),
    pure: target.pure,
    simple: false,
  };
}

function trying(unit: Unit, node: Node): string {
  const mark = unit.temporary();
  const block = statements(unit, node.block, node.block.body);
  let text = `{ ${mark} = ${unit.call('mk')}; try ${block}`;
  if (node.handler) {
    const { param, body } = node.handler as Node;
    const inner = statements(unit, body, body.body).slice(1, -1);
    const unwound = `${unit.call('un', mark)};`;
    if (!param) text += ` catch { ${unwound} ${inner} }`;
    else if (param.type === 'Identifier') {
      const shadow = declared(unit, param, `${unit.call('tt')}`);
      text += ` catch (${param.name}) { ${unwound} ${shadow.length > 0 ? `let ${shadow.join(', ')};` : ''} ${inner} }`;
    } else {
      const source = unit.name('e');
      const { text: pattern, shadows, resets } = compilePattern(unit, param, source, unit.call('tt'));
      const names = shadows.flatMap(({ target, time }) => declared(unit, target, time));
      text += ` catch (${source}) { ${unwound} let ${[`${pattern} = (${resets}${source})`, ...names].join(', ')}; { ${inner} } }`;
    }
  }
  if (node.finalizer)
    text += ` finally { ${unit.call('uf', mark)}; ${statements(unit, node.finalizer, node.finalizer.body).slice(1, -1)} }`;
  return `${text} }`;
}

/** One multiway branch: one operation where it decides on data. */
function switching(unit: Unit, node: Node): string {
  const code = expression(unit, node.discriminant);
  const site = String(unit.site(node, unit.text(node.discriminant)));
  const parts: (readonly [Node, string])[] = [];
  const exits = exitsOf(unit, node);
  const time = code.time === null ? null : unit.operation('o1', latencies.compare, code.time);
  const loops = exits ? `[${exits.loops.join(', ')}]` : '[]';
  const condition =
    time === null
      ? unit.call('bp', code.value, site)
      : unit.call('bx', code.value, time, site, loops, String(exits?.past ?? 0));
  parts.push([node.discriminant, condition]);
  for (const [at, entry] of (node.cases as Node[]).entries()) {
    if (entry.test) {
      const test = expression(unit, entry.test);
      parts.push([entry.test, test.time === null ? test.value : unit.call('V', test.value, test.time)]);
    }
    for (const [place, inner] of (entry.consequent as Node[]).entries()) {
      const text = statement(unit, inner);
      const outcome = place === 0 ? `${unit.call('bc', site, String(at))}; ` : '';
      // A function declaration must stay where it is hoisted from.
      parts.push([inner, inner.type === 'FunctionDeclaration' ? text : outcome + text]);
    }
  }
  const text = unit.patch(node, parts);
  if (time === null) return text;
  const control = unit.temporary();
  return exits ? text : `{ ${control} = ${unit.call('sc')}; ${text} ${unit.call('rc', control)}; }`;
}

function labelled(unit: Unit, node: Node): string {
  const labels: string[] = [];
  let at = node;
  while (at.type === 'LabeledStatement') {
    labels.push(`${at.label.name}: `);
    at = at.body;
  }
  return isLoop(at) ? loop(unit, at, labels.join('')) : `${labels.join('')}${nested(unit, at)}`;
}

function exporting(unit: Unit, node: Node): string {
  const inner = node.declaration as Node | null;
  if (!inner) return unit.text(node);
  if (node.type === 'ExportDefaultDeclaration') {
    if (inner.type === 'FunctionDeclaration') return unit.patch(node, [[inner, functionText(unit, inner)]]);
    if (inner.type === 'ClassDeclaration') return unit.patch(node, [[inner, classText(unit, inner)]]);
    const code = expression(unit, inner);
    return `export default ${code.time === null ? code.value : unit.call('V', code.value, code.time)};`;
  }
  if (inner.type !== 'VariableDeclaration') return `export ${statement(unit, inner)}`;
  // Shadows must not become exports: one declaration each, the shadows beside it.
  const names = (inner.declarations as Node[]).flatMap(({ id }) => boundNames(id));
  const shadows = names
    .flatMap(name => declared(unit, name, unit.zero))
    .map(text => (inner.kind === 'var' ? `var ${text}` : `let ${text}`));
  const values = (inner.declarations as Node[]).map(({ id, init }) => exportedValue(unit, id, init));
  return `${shadows.map(text => `${text}; `).join('')}export ${inner.kind} ${values.join(', ')};`;
}

function exportedValue(unit: Unit, id: Node, init: Node | null): string {
  if (!init) return id.name;
  const right = expression(unit, init);
  if (id.type === 'Identifier') {
    const set = setTime(unit, unit.binding(id)!, unit.timeOf(right), String(unit.site(id, id.name)));
    const time = set ?? right.time;
    return `${id.name} = ${time === null ? right.value : unit.call('V', right.value, time)}`;
  }
  // Names of an exported pattern get their times once its value is known.
  const source = unit.temporary();
  const { text } = compilePattern(unit, id, source, unit.timeOf(right));
  return `${text} = (${source} = ${unnamed(right)})`;
}
