import { parseCall, parseExpression, parseName, parseUnary } from './parse-expression.ts';
import type { ConstantDeclaration, Expression, Statement, SwitchCase, VariableDeclaration } from './syntax.ts';
import type { TokenStream } from './token-stream.ts';

export function parseBlock(tokens: TokenStream): Statement[] {
  skipAttributes(tokens);
  tokens.expect('{', 'at the beginning of a block');
  const body: Statement[] = [];
  while (!tokens.is('}')) {
    if (tokens.accept(';')) continue;
    body.push(parseStatement(tokens));
  }
  tokens.expect('}', 'at the end of a block');
  return body;
}

/** Statements may carry `@diagnostic(…)`, which changes no count. */
function skipAttributes(tokens: TokenStream): void {
  while (tokens.accept('@')) parseAttributeAfterAt(tokens);
}

export function parseAttributeAfterAt(tokens: TokenStream): { name: string; args: readonly Expression[] } {
  const name = tokens.name('the name of an attribute');
  if (!tokens.is('(')) return { name, args: [] };
  return { name, args: parseCall(tokens, { kind: 'name', name, template: [], line: tokens.line }).args };
}

function parseStatement(tokens: TokenStream): Statement {
  skipAttributes(tokens);
  const { line, next } = tokens;
  switch (next.text) {
    case '{':
      return { kind: 'block', body: parseBlock(tokens), line };
    case 'if':
      return parseIf(tokens);
    case 'for':
      return parseFor(tokens);
    case 'while': {
      tokens.take();
      const condition = parseExpression(tokens);
      return {
        kind: 'loop',
        init: undefined,
        condition,
        body: parseBlock(tokens),
        continuing: [],
        breakIf: undefined,
        line,
      };
    }
    case 'loop':
      return parseLoop(tokens);
    case 'switch':
      return parseSwitch(tokens);
    case 'break':
    case 'continue':
    case 'discard':
      tokens.take();
      tokens.expect(';', `after ${next.text}`);
      return { kind: next.text, line };
    case 'return': {
      tokens.take();
      const value = tokens.is(';') ? undefined : parseExpression(tokens);
      tokens.expect(';', 'after return');
      return { kind: 'return', value, line };
    }
    case 'const_assert': {
      tokens.take();
      parseExpression(tokens);
      tokens.expect(';', 'after const_assert');
      return { kind: 'block', body: [], line };
    }
    default: {
      const statement = parseSimple(tokens);
      tokens.expect(';', 'at the end of a statement');
      return statement;
    }
  }
}

/** What may stand in the head of a `for`, too: declarations, assignments, calls. */
function parseSimple(tokens: TokenStream): Statement {
  const { line, next } = tokens;
  if (next.text === 'var') return parseVariable(tokens, []);
  if (next.text === 'let' || next.text === 'const') return parseConstant(tokens, []);
  if (tokens.accept('_')) {
    tokens.expect('=', 'after `_`');
    return { kind: 'assign', target: undefined, operator: undefined, value: parseExpression(tokens), line };
  }
  const target = parseUnary(tokens);
  if (tokens.is('++', '--')) {
    const one: Expression = { kind: 'literal', type: 'abstract-int', value: 1, line };
    return { kind: 'assign', target, operator: tokens.take().text === '++' ? '+' : '-', value: one, line };
  }
  if (tokens.accept('=')) return { kind: 'assign', target, operator: undefined, value: parseExpression(tokens), line };
  const compound = /^(\+|-|\*|\/|%|&|\||\^|<<|>>)=$/.exec(tokens.next.text)?.[1];
  if (compound) {
    tokens.take();
    return { kind: 'assign', target, operator: compound, value: parseExpression(tokens), line };
  }
  if (target.kind === 'call') return { kind: 'call', call: target, line };
  throw tokens.unexpected('`=` or another assignment');
}

export function parseVariable(tokens: TokenStream, attributes: VariableDeclaration['attributes']): VariableDeclaration {
  const { line } = tokens.take();
  let space = 'function';
  if (tokens.accept('<')) {
    space = tokens.name('an address space');
    while (tokens.accept(',')) tokens.name('an access mode');
    tokens.closeTemplate();
  }
  const name = tokens.name('the name of a variable');
  const type = tokens.accept(':') ? parseName(tokens) : undefined;
  const value = tokens.accept('=') ? parseExpression(tokens) : undefined;
  return { kind: 'var', name, line, space, type, value, attributes };
}

export function parseConstant(tokens: TokenStream, attributes: ConstantDeclaration['attributes']): ConstantDeclaration {
  const { line, text } = tokens.take();
  const name = tokens.name(`the name of a ${text}`);
  const type = tokens.accept(':') ? parseName(tokens) : undefined;
  const value = tokens.accept('=') ? parseExpression(tokens) : undefined;
  return { kind: text as ConstantDeclaration['kind'], name, line, type, value, attributes };
}

function parseIf(tokens: TokenStream): Statement {
  const { line } = tokens.take();
  const condition = parseExpression(tokens);
  const whenTrue = parseBlock(tokens);
  let otherwise: Statement[] | undefined;
  if (tokens.accept('else')) otherwise = tokens.is('if') ? [parseIf(tokens)] : parseBlock(tokens);
  return { kind: 'if', condition, whenTrue, otherwise, line };
}

function parseFor(tokens: TokenStream): Statement {
  const { line } = tokens.take();
  tokens.expect('(', 'after for');
  const init = tokens.is(';') ? undefined : parseSimple(tokens);
  tokens.expect(';', 'after the initialisation of a for');
  const condition = tokens.is(';') ? undefined : parseExpression(tokens);
  tokens.expect(';', 'after the condition of a for');
  const update = tokens.is(')') ? [] : [parseSimple(tokens)];
  tokens.expect(')', 'after the head of a for');
  return { kind: 'loop', init, condition, body: parseBlock(tokens), continuing: update, breakIf: undefined, line };
}

function parseLoop(tokens: TokenStream): Statement {
  const { line } = tokens.take();
  skipAttributes(tokens);
  tokens.expect('{', 'after loop');
  const body: Statement[] = [];
  const continuing: Statement[] = [];
  let breakIf: Expression | undefined;
  while (!tokens.is('}')) {
    if (tokens.accept(';')) continue;
    if (!tokens.accept('continuing')) {
      body.push(parseStatement(tokens));
      continue;
    }
    tokens.expect('{', 'after continuing');
    while (!tokens.is('}')) {
      if (tokens.is('break') && tokens.second.text === 'if') {
        tokens.take();
        tokens.take();
        breakIf = parseExpression(tokens);
        tokens.expect(';', 'after break if');
      } else if (!tokens.accept(';')) continuing.push(parseStatement(tokens));
    }
    tokens.expect('}', 'at the end of continuing');
  }
  tokens.expect('}', 'at the end of a loop');
  return { kind: 'loop', init: undefined, condition: undefined, body, continuing, breakIf, line };
}

function parseSwitch(tokens: TokenStream): Statement {
  const { line } = tokens.take();
  const selector = parseExpression(tokens);
  tokens.expect('{', 'after the selector of a switch');
  const cases: SwitchCase[] = [];
  while (!tokens.is('}')) {
    const selectors: Expression[] = [];
    let isDefault = tokens.accept('default');
    if (!isDefault) {
      if (!tokens.accept('case')) throw tokens.unexpected('`case` or `default`');
      while (!tokens.is(':', '{')) {
        if (tokens.accept('default')) isDefault = true;
        else selectors.push(parseExpression(tokens));
        if (!tokens.accept(',')) break;
      }
    }
    tokens.accept(':');
    cases.push({ selectors, isDefault, body: parseBlock(tokens) });
  }
  tokens.expect('}', 'at the end of a switch');
  return { kind: 'switch', selector, cases, line };
}
