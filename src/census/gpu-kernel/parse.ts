import { parseExpression, parseName } from './parse-expression.ts';
import { parseAttributeAfterAt, parseBlock, parseConstant, parseVariable } from './parse-statement.ts';
import type { Attribute, FunctionDeclaration, Module, Parameter } from './syntax.ts';
import { TokenStream } from './token-stream.ts';

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] extends readonly (infer Item)[] ? Item[] : T[Key] };

/**
 * Parses a WGSL module to its syntax tree.
 *
 * @throws WgslError with the line and what was expected there
 */
export function parseWgsl(code: string): Module {
  const tokens = new TokenStream(code);
  const module: Mutable<Module> = { structs: [], functions: [], variables: [], constants: [], aliases: [] };
  while (tokens.next.kind !== 'end') {
    if (tokens.accept(';')) continue;
    const attributes: Attribute[] = [];
    while (tokens.accept('@')) attributes.push(parseAttributeAfterAt(tokens));
    parseDeclaration(tokens, attributes, module);
  }
  return module;
}

function parseDeclaration(tokens: TokenStream, attributes: readonly Attribute[], module: Mutable<Module>): void {
  const { text } = tokens.next;
  switch (text) {
    case 'fn':
      module.functions.push(parseFunction(tokens, attributes));
      return;
    case 'struct': {
      tokens.take();
      const name = tokens.name('the name of a struct');
      tokens.expect('{', 'after the name of a struct');
      module.structs.push({ name, members: parseParameters(tokens, '}') });
      return;
    }
    case 'var':
      module.variables.push(parseVariable(tokens, attributes));
      tokens.expect(';', 'after a variable');
      return;
    case 'const':
    case 'override':
      module.constants.push(parseConstant(tokens, attributes));
      tokens.expect(';', `after ${text}`);
      return;
    case 'alias': {
      tokens.take();
      const name = tokens.name('the name of an alias');
      tokens.expect('=', 'in an alias');
      module.aliases.push({ name, type: parseName(tokens) });
      tokens.expect(';', 'after an alias');
      return;
    }
    case 'enable':
    case 'requires':
    case 'diagnostic':
      while (tokens.next.kind !== 'end' && !tokens.is(';')) tokens.take();
      tokens.expect(';', `after ${text}`);
      return;
    case 'const_assert':
      tokens.take();
      parseExpression(tokens);
      tokens.expect(';', 'after const_assert');
      return;
    default:
      throw tokens.unexpected('a declaration (fn, struct, var, const, override, alias, enable)');
  }
}

function parseFunction(tokens: TokenStream, attributes: readonly Attribute[]): FunctionDeclaration {
  const { line } = tokens.take();
  const name = tokens.name('the name of a function');
  tokens.expect('(', 'after the name of a function');
  const parameters = parseParameters(tokens, ')');
  let result: FunctionDeclaration['result'];
  if (tokens.accept('->')) {
    while (tokens.accept('@')) parseAttributeAfterAt(tokens);
    result = parseName(tokens);
  }
  return { name, line, attributes, parameters, result, body: parseBlock(tokens) };
}

/** Parameters of a function, or members of a struct, with what closes them. */
function parseParameters(tokens: TokenStream, close: string): Parameter[] {
  const found: Parameter[] = [];
  while (!tokens.is(close)) {
    const attributes: Attribute[] = [];
    while (tokens.accept('@')) attributes.push(parseAttributeAfterAt(tokens));
    const name = tokens.name('a name');
    tokens.expect(':', `after \`${name}\``);
    found.push({ name, type: parseName(tokens), attributes });
    if (!tokens.accept(',')) break;
  }
  tokens.expect(close, 'after the last one');
  return found;
}
