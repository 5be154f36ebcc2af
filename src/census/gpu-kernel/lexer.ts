import { WgslError } from './syntax.ts';

export interface Token {
  readonly kind: 'name' | 'number' | 'punctuation' | 'end';
  readonly text: string;
  readonly line: number;
}

// Longest first, so that `<<=` is not read as `<`.
const punctuation =
  '<<= >>= -> ++ -- && || == != <= >= << >> += -= *= /= %= &= |= ^= ( ) { } [ ] < > = + - * / % & | ^ ! ~ , ; : . @ _'.split(
    ' ',
  );

const blank = /[\s\u200e\u200f\u0085\u2028\u2029]/;
const nameStart = /[\p{XID_Start}_]/u;
const nameToken = /[\p{XID_Start}_][\p{XID_Continue}]*/uy;
// §3.5.2: hexadecimal floats have a binary exponent; suffixes are i u f h.
const numberToken =
  /0[xX](?:[0-9a-fA-F]*\.[0-9a-fA-F]+|[0-9a-fA-F]+\.[0-9a-fA-F]*)(?:[pP][+-]?\d+[fh]?)?|0[xX][0-9a-fA-F]+[pP][+-]?\d+[fh]?|0[xX][0-9a-fA-F]+[iu]?|(?:\d*\.\d+|\d+\.\d*)(?:[eE][+-]?\d+)?[fh]?|\d+[eE][+-]?\d+[fh]?|\d+[iufh]?/y;

/**
 * Splits WGSL into tokens; comments (block comments nest) and blanks are left out.
 *
 * @throws WgslError for a character that begins no token, and for a comment without an end
 */
export function tokenize(code: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  let line = 1;
  const skipTo = (end: number): void => {
    for (; at < end; at++) if (code[at] === '\n') line++;
  };
  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    return pattern.exec(code)?.[0];
  };
  while (at < code.length) {
    const character = String.fromCodePoint(code.codePointAt(at) as number);
    if (blank.test(character)) skipTo(at + 1);
    else if (code.startsWith('//', at)) {
      const end = code.indexOf('\n', at);
      at = end < 0 ? code.length : end;
    } else if (code.startsWith('/*', at)) skipTo(endOfComment(code, at, line));
    else {
      const number = /[0-9]/.test(character) || (character === '.' && /[0-9]/.test(code[at + 1] ?? ''));
      const text = number
        ? match(numberToken)
        : nameStart.test(character)
          ? match(nameToken)
          : punctuation.find(each => code.startsWith(each, at));
      if (text === undefined) throw new WgslError(`\`${character}\` begins nothing that WGSL knows`, line);
      const kind = number ? 'number' : nameStart.test(character) && text !== '_' ? 'name' : 'punctuation';
      tokens.push({ kind, text, line });
      at += text.length;
    }
  }
  tokens.push({ kind: 'end', text: 'the end of the module', line });
  return tokens;
}

function endOfComment(code: string, from: number, line: number): number {
  let depth = 0;
  for (let at = from; at < code.length; at++) {
    if (code.startsWith('/*', at)) {
      depth++;
      at++;
    } else if (code.startsWith('*/', at)) {
      depth--;
      at++;
      if (depth === 0) return at + 1;
    }
  }
  throw new WgslError('the comment that begins here has no end', line);
}
