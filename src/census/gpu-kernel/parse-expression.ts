import type { CallExpression, Expression, LiteralType, NameExpression } from './syntax.ts';
import type { TokenStream } from './token-stream.ts';

/** Names that take a template list; `<` after any other name is a comparison. */
const templated =
  /^(vec[234]|mat[234]x[234]|array|ptr|atomic|bitcast|texture_\w+|subgroup_matrix_\w+|subgroupMatrix\w+|binding_array)$/;

/** From loosest to tightest (§8.18); all of them associate to the left. */
const levels: readonly (readonly string[])[] = [
  ['||'],
  ['&&'],
  ['|'],
  ['^'],
  ['&'],
  ['==', '!='],
  ['<', '>', '<=', '>='],
  ['<<', '>>'],
  ['+', '-'],
  ['*', '/', '%'],
];
const additive = 8;

export const parseExpression = (tokens: TokenStream): Expression => parseLevel(tokens, 0);

function parseLevel(tokens: TokenStream, level: number): Expression {
  const operators = levels[level];
  if (!operators) return parseUnary(tokens);
  let left = parseLevel(tokens, level + 1);
  while (tokens.is(...operators)) {
    const { text, line } = tokens.take();
    left = { kind: 'binary', operator: text, left, right: parseLevel(tokens, level + 1), line };
  }
  return left;
}

export function parseUnary(tokens: TokenStream): Expression {
  const { line } = tokens;
  // `--x` is no operator in an expression, but two minuses are.
  if (tokens.is('-', '!', '~', '&', '*')) {
    const { text } = tokens.take();
    return { kind: 'unary', operator: text, operand: parseUnary(tokens), line };
  }
  return parsePostfix(tokens, parsePrimary(tokens));
}

function parsePostfix(tokens: TokenStream, start: Expression): Expression {
  let expression = start;
  for (;;) {
    const { line } = tokens;
    if (tokens.accept('[')) {
      const index = parseExpression(tokens);
      tokens.expect(']', 'after a subscript');
      expression = { kind: 'index', object: expression, index, line };
    } else if (tokens.accept('.')) {
      expression = { kind: 'member', object: expression, name: tokens.name('the name of a member'), line };
    } else return expression;
  }
}

function parsePrimary(tokens: TokenStream): Expression {
  const { next, line } = tokens;
  if (tokens.accept('(')) {
    const inner = parseExpression(tokens);
    tokens.expect(')', 'after an expression in parentheses');
    return inner;
  }
  if (next.kind === 'number') return { ...numberOf(tokens.take().text), kind: 'literal', line };
  if (next.kind !== 'name') throw tokens.unexpected('an expression');
  if (next.text === 'true' || next.text === 'false') {
    tokens.take();
    return { kind: 'literal', type: 'bool', value: next.text === 'true', line };
  }
  const name = parseName(tokens);
  return tokens.is('(') ? parseCall(tokens, name) : name;
}

export function parseCall(tokens: TokenStream, callee: NameExpression): CallExpression {
  tokens.expect('(', 'before the arguments');
  const args: Expression[] = [];
  while (!tokens.is(')')) {
    args.push(parseExpression(tokens));
    if (!tokens.accept(',')) break;
  }
  tokens.expect(')', 'after the arguments');
  return { kind: 'call', callee, args, line: callee.line };
}

/** A name with its template list; also every type. */
export function parseName(tokens: TokenStream): NameExpression {
  const { line } = tokens;
  const name = tokens.name('a name');
  const template: Expression[] = [];
  if (templated.test(name) && tokens.accept('<')) {
    while (!tokens.next.text.startsWith('>')) {
      // No comparison or shift without parentheses in a template list: its `>` would end the list.
      template.push(parseLevel(tokens, additive));
      if (!tokens.accept(',')) break;
    }
    tokens.closeTemplate();
  }
  return { kind: 'name', name, template, line };
}

function numberOf(text: string): { type: LiteralType; value: number } {
  const hexadecimal = /^0x/i.test(text);
  const isFloat = hexadecimal ? /[.p]/i.test(text) : /[.e]|[fh]$/i.test(text);
  const suffix = (isFloat || !hexadecimal ? /[iufh]$/ : /[iu]$/).exec(text)?.[0];
  const digits = suffix ? text.slice(0, -1) : text;
  const value = hexadecimal && isFloat ? hexadecimalFloat(digits) : Number(digits);
  const types: Readonly<Record<string, LiteralType>> = { i: 'i32', u: 'u32', f: 'f32', h: 'f16' };
  return {
    type: (suffix === undefined ? undefined : types[suffix]) ?? (isFloat ? 'abstract-float' : 'abstract-int'),
    value,
  };
}

function hexadecimalFloat(text: string): number {
  const [, whole = '', fraction = '', exponent = '0'] =
    /^0x([0-9a-f]*)\.?([0-9a-f]*)(?:p([+-]?\d+))?$/i.exec(text) ?? [];
  return Number.parseInt(`0${whole}${fraction}`, 16) * 2 ** (Number(exponent) - 4 * fraction.length);
}
