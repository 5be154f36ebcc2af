import { giveBack, lowerCall } from './calls.ts';
import { combine, lowerExpression } from './expressions.ts';
import { type Enclosing, emptyScope, type Lowering, type Reference, type Scope, type Value } from './lowering.ts';
import { moduleTypes } from './module-types.ts';
import { findReference, initialise, pointee, read, storageOf, write } from './references.ts';
import type { Step } from './skeleton.ts';
import { type Expression, type Statement, type SwitchCase, WgslError } from './syntax.ts';
import { scalar, scalarOf, type Type, typeOf, vec, voidType } from './types.ts';

type Of<Kind extends Statement['kind']> = Extract<Statement, { kind: Kind }>;

/**
 * Lowers statements one after the other. After one that may have left this scope under a condition on data, the rest
 * runs under that condition, too.
 */
export function lowerBody(low: Lowering, scope: Scope, body: readonly Statement[]): void {
  for (const [index, statement] of body.entries()) {
    lowerStatement(low, scope, statement);
    const rest = body.slice(index + 1);
    if (low.leftEarly.size === 0 || rest.length === 0) continue;
    const left = [...low.leftEarly];
    low.leftEarly.clear();
    // Whoever is still here after a guard of the whole kernel has every value that it would have without the guard.
    const whole = left.every(label => label === 'kernel');
    if (!whole) low.depth++;
    low.inRegion('rest', statement.line, () => lowerBody(low, scope, rest));
    if (!whole) low.depth--;
    for (const label of left) low.leftEarly.add(label);
    return;
  }
}

const inner = (low: Lowering, scope: Scope, body: readonly Statement[]): Step[] =>
  low.collect(() => lowerBody(low, emptyScope(scope), body));

function lowerStatement(low: Lowering, scope: Scope, statement: Statement): void {
  switch (statement.kind) {
    case 'block':
      lowerBody(low, emptyScope(scope), statement.body);
      return;
    case 'var':
      declareVariable(low, scope, statement);
      return;
    case 'let':
    case 'const':
    case 'override':
      declareValue(low, scope, statement);
      return;
    case 'assign':
      lowerAssignment(low, scope, statement);
      return;
    case 'call':
      lowerCall(low, scope, statement.call);
      return;
    case 'if':
      lowerIf(low, scope, statement);
      return;
    case 'loop':
      lowerLoop(low, scope, statement);
      return;
    case 'switch':
      lowerSwitch(low, scope, statement);
      return;
    default:
      lowerExit(low, scope, statement);
  }
}

function declareVariable(low: Lowering, scope: Scope, statement: Of<'var'>): void {
  const value = statement.value && lowerExpression(low, scope, statement.value);
  const type = statement.type ? typeOf(statement.type, moduleTypes(low, scope)) : concrete(value?.type ?? voidType);
  const reference: Reference = {
    type,
    space: 'function',
    depth: low.depth,
    ...storageOf(low, low.keyOf(statement), type),
  };
  if (value) low.count(`move ${scalarOf(type) ?? type.kind}`, 'register-move');
  if (reference.memory) {
    if (value) low.sink(value);
  } else initialise(low, reference, value && converted(value, type));
  scope.names.set(statement.name, { kind: 'variable', reference });
}

function declareValue(low: Lowering, scope: Scope, statement: Of<'let' | 'const' | 'override'>): void {
  if (!statement.value) throw new WgslError(`\`${statement.name}\` has no value`, statement.line);
  const value = lowerExpression(low, scope, statement.value);
  const declared = statement.type && typeOf(statement.type, moduleTypes(low, scope));
  const type = declared ?? (statement.kind === 'const' ? value.type : concrete(value.type));
  const reference =
    value.type.kind === 'pointer' && statement.value.kind === 'unary'
      ? findReference(low, scope, statement.value.operand)
      : value.type.kind === 'pointer'
        ? pointee(low, scope, statement.value)
        : undefined;
  scope.names.set(statement.name, { kind: 'value', value: { ...value, type }, ...(reference ? { reference } : {}) });
}

const converted = (value: Value, type: Type): Value => ({ ...value, type });

/** `var x = 1` is an i32, `var x = 1.0` an f32. */
export function concrete(type: Type): Type {
  const name = scalarOf(type);
  const of = name === 'abstract-int' ? scalar('i32') : name === 'abstract-float' ? scalar('f32') : undefined;
  if (!of) return type;
  if (type.kind === 'vec') return vec(type.size, of);
  return type.kind === 'mat' || type.kind === 'array'
    ? { ...type, of: type.kind === 'array' ? concrete(type.of) : of }
    : of;
}

function lowerAssignment(low: Lowering, scope: Scope, { target, operator, value, line }: Of<'assign'>): void {
  if (!target) {
    lowerExpression(low, scope, value);
    return;
  }
  const reference = findReference(low, scope, target);
  if (!reference) throw new WgslError('what stands left of the assignment is no place to write to', line);
  const before = operator === undefined ? undefined : read(low, reference);
  const given = lowerExpression(low, scope, value);
  write(low, reference, before && operator ? combine(low, operator, before, given) : given);
}

function lowerIf(low: Lowering, scope: Scope, { condition, whenTrue, otherwise, line }: Of<'if'>): void {
  const test = lowerExpression(low, scope, condition);
  low.count('if', 'control-flow');
  if (typeof test.known === 'string') {
    const thenSteps = inner(low, scope, whenTrue);
    const otherwiseSteps = otherwise ? inner(low, scope, otherwise) : [];
    low.push({ op: 'if', condition: test.known, whenTrue: thenSteps, otherwise: otherwiseSteps });
    return;
  }
  low.sink(test);
  low.depth++;
  low.inRegion('branch', line, () => lowerBody(low, emptyScope(scope), whenTrue));
  if (otherwise) low.inRegion('branch', line, () => lowerBody(low, emptyScope(scope), otherwise));
  low.depth--;
}

function lowerLoop(low: Lowering, scope: Scope, statement: Of<'loop'>): void {
  const { init, condition, body, continuing, breakIf } = statement;
  const outside = emptyScope(scope);
  if (init) lowerStatement(low, outside, init);
  const key = low.keyOf(statement);
  const enclosing: Enclosing = {
    kind: 'loop',
    label: low.fresh('l'),
    bodyLabel: low.fresh('b'),
    key,
    depth: low.depth,
  };
  if (low.unknowns.loops.has(key)) {
    lowerUnknownLoop(low, outside, { statement, enclosing });
    return;
  }
  let test: Value | undefined;
  const header = low.collect(() => {
    if (!condition) return;
    test = lowerExpression(low, outside, condition);
    low.count('loop', 'control-flow');
  });
  const inside = emptyScope(outside);
  const frame = low.frame;
  low.frame = { ...frame, loops: [...frame.loops, enclosing] };
  const bodySteps = low.collect(() => lowerBody(low, inside, body));
  low.frame = frame;
  low.leftEarly.delete(enclosing.bodyLabel);
  let last: Value | undefined;
  const continuingSteps = low.collect(() => {
    lowerBody(low, inside, continuing);
    if (breakIf) last = lowerExpression(low, inside, breakIf);
  });
  if ((test && typeof test.known !== 'string') || (last && typeof last.known !== 'string')) {
    loseLoop(low, key);
    return;
  }
  low.push({
    op: 'loop',
    label: enclosing.label,
    header,
    condition: test?.known as string | undefined,
    bodyLabel: enclosing.bodyLabel,
    body: bodySteps,
    continuing: continuingSteps,
    breakIf: last?.known as string | undefined,
  });
}

/** This attempt has taken the loop for one whose trips are known; the next will not. */
function loseLoop(low: Lowering, key: string): void {
  low.unknowns.loops.add(key);
  low.changed = true;
}

/** A loop whose trips depend on data: its first test is certain, an iteration is counted once. */
function lowerUnknownLoop(
  low: Lowering,
  scope: Scope,
  { statement, enclosing }: { statement: Of<'loop'>; enclosing: Enclosing },
): void {
  const { condition, body, continuing, breakIf, line } = statement;
  const testOnce = (): void => {
    if (!condition) return;
    low.sink(lowerExpression(low, scope, condition));
    low.count('loop', 'control-flow');
  };
  low.depth++;
  testOnce();
  const inside = emptyScope(scope);
  const frame = low.frame;
  low.frame = { ...frame, loops: [...frame.loops, { ...enclosing, depth: low.depth }] };
  low.inRegion('loop', line, () => {
    const steps = low.collect(() => {
      lowerBody(low, inside, body);
    });
    low.push({ op: 'block', label: enclosing.label, body: [{ op: 'block', label: enclosing.bodyLabel, body: steps }] });
    lowerBody(low, inside, continuing);
    if (breakIf) low.sink(lowerExpression(low, inside, breakIf));
    testOnce();
  });
  low.frame = frame;
  low.depth--;
  low.leftEarly.delete(enclosing.bodyLabel);
  low.leftEarly.delete(enclosing.label);
}

function lowerSwitch(low: Lowering, scope: Scope, { selector, cases, line }: Of<'switch'>): void {
  const value = lowerExpression(low, scope, selector);
  low.count('switch', 'control-flow');
  const enclosing: Enclosing = {
    kind: 'switch',
    label: low.fresh('w'),
    bodyLabel: '',
    key: low.keyOf(cases),
    depth: low.depth,
  };
  const frame = low.frame;
  low.frame = { ...frame, loops: [...frame.loops, enclosing] };
  if (typeof value.known === 'string') {
    const selected = value.known;
    const chain = (remaining: readonly SwitchCase[]): Step[] => {
      const [first, ...others] = remaining;
      if (!first) return [];
      if (first.isDefault && others.length === 0) return inner(low, scope, first.body);
      const tests: { condition: string; steps: Step[] } = { condition: 'false', steps: [] };
      tests.steps = low.collect(() => {
        const matches = first.selectors.map(each => caseTest(low, scope, { each, selected }));
        tests.condition = low.let(`(${matches.join(' || ') || 'false'})`, matches) as string;
      });
      const whenTrue = inner(low, scope, first.body);
      return [...tests.steps, { op: 'if', condition: tests.condition, whenTrue, otherwise: chain(others) }];
    };
    // The default is taken where nothing else fits, wherever it stands.
    const ordered = [...cases.filter(each => !each.isDefault), ...cases.filter(each => each.isDefault)];
    low.push({ op: 'block', label: enclosing.label, body: low.collect(() => low.steps.push(...chain(ordered))) });
  } else {
    low.sink(value);
    low.depth++;
    for (const each of cases) low.inRegion('branch', line, () => lowerBody(low, emptyScope(scope), each.body));
    low.depth--;
  }
  low.frame = frame;
  low.leftEarly.delete(enclosing.label);
}

function caseTest(low: Lowering, scope: Scope, { each, selected }: { each: Expression; selected: string }): string {
  const { known } = lowerExpression(low, scope, each);
  if (typeof known !== 'string') throw new WgslError('the selector of a case is no constant', each.line);
  return low.let(`(${selected} === ${known})`, [selected, known]) as string;
}

/** `break`, `continue`, `return` and `discard`. */
function lowerExit(low: Lowering, scope: Scope, statement: Of<'break' | 'continue' | 'discard' | 'return'>): void {
  const { frame } = low;
  if (statement.kind === 'return') {
    if (statement.value) giveBack(low, lowerExpression(low, scope, statement.value));
    low.count('return', 'control-flow');
    leaveTo(low, frame.label, { left: frame.loops, depth: low.functionDepth });
    return;
  }
  if (statement.kind === 'discard') {
    low.count('discard', 'control-flow');
    leaveTo(low, 'kernel', { left: frame.loops, depth: 0 });
    return;
  }
  low.count(statement.kind, 'control-flow');
  const wanted = statement.kind === 'continue' ? frame.loops.filter(each => each.kind === 'loop') : frame.loops;
  const target = wanted.at(-1);
  if (!target) throw new WgslError(`\`${statement.kind}\` stands in no loop`, statement.line);
  const from = frame.loops.indexOf(target);
  const left = statement.kind === 'continue' ? frame.loops.slice(from + 1) : frame.loops.slice(from);
  leaveTo(low, statement.kind === 'continue' ? target.bodyLabel : target.label, { left, depth: target.depth });
}

function leaveTo(low: Lowering, label: string, { left, depth }: { left: readonly Enclosing[]; depth: number }): void {
  if (low.depth <= depth) {
    low.push({ op: 'exit', label });
    return;
  }
  // Under a condition on data: the loops that it ends have no trip count, and what follows may not run.
  for (const each of left) if (each.kind === 'loop' && !low.unknowns.loops.has(each.key)) loseLoop(low, each.key);
  low.leftEarly.add(label);
}
