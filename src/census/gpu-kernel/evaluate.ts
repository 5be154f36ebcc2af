import { type Atom, isName } from './skeleton.ts';
import type { ScalarName } from './types.ts';

/** JavaScript for an operator on known scalars of one type, with WGSL's rounding and wrapping (§8.7, §15.7). */
export function binaryJs(operator: string, type: ScalarName, a: Atom, b: Atom): string | undefined {
  if (/^(==|!=|<|>|<=|>=)$/.test(operator)) return `(${a} ${operator} ${b})`;
  if (type === 'bool') return { '&': `(${a} && ${b})`, '|': `(${a} || ${b})` }[operator];
  const plain = (): string | undefined => {
    switch (operator) {
      case '+':
      case '-':
        return `${a} ${operator} ${b.startsWith('-') ? `(${b})` : b}`;
      case '*':
        return type === 'i32' || type === 'u32' ? `Math.imul(${a}, ${b})` : `${a} * ${b}`;
      case '/':
        if (type === 'i32' || type === 'u32') return `(${b} === 0 ? ${a} : Math.trunc(${a} / ${b}))`;
        return type === 'abstract-int' ? `Math.trunc(${a} / ${b})` : `${a} / ${b}`;
      case '%':
        return type === 'i32' || type === 'u32' ? `(${b} === 0 ? 0 : ${a} % ${b})` : `${a} % ${b}`;
      case '&':
      case '|':
      case '^':
        return `${a} ${operator} ${b}`;
      case '<<':
        return type === 'abstract-int' ? `${a} * 2 ** ${b}` : `${a} << ${b}`;
      case '>>':
        return type === 'u32' ? `${a} >>> ${b}` : `${a} >> ${b}`;
      default:
        return undefined;
    }
  };
  const js = plain();
  return js === undefined ? undefined : rounded(js, type);
}

export function unaryJs(operator: string, type: ScalarName, a: Atom): string | undefined {
  if (operator === '!') return `(!${a})`;
  if (operator === '-') return rounded(`-(${a})`, type);
  return operator === '~' ? rounded(`~${a}`, type) : undefined;
}

/** JavaScript for a conversion. */
export function convertJs(to: ScalarName, a: Atom): string {
  if (to === 'bool') return `Boolean(${a})`;
  // Floats are truncated and clamped to the range of the integer (§15.7.6); the bounds matter to no control flow here.
  if (to === 'i32' || to === 'u32') return rounded(`Math.trunc(Number(${a}))`, to);
  return rounded(`Number(${a})`, to);
}

const rounded = (js: string, type: ScalarName): string => {
  if (type === 'i32') return `((${js}) | 0)`;
  if (type === 'u32') return `((${js}) >>> 0)`;
  return type === 'f32' ? `Math.fround(${js})` : `(${js})`;
};

/** Built-in functions of known scalars that control flow is made of. */
export function builtinJs(name: string, type: ScalarName, args: readonly Atom[]): string | undefined {
  const [a = '', b = '', c = ''] = args;
  switch (name) {
    case 'min':
    case 'max':
      return `Math.${name}(${a}, ${b})`;
    case 'clamp':
      return `Math.min(Math.max(${a}, ${b}), ${c})`;
    case 'abs':
    case 'floor':
    case 'ceil':
    case 'trunc':
    case 'sign':
      return `Math.${name}(${a})`;
    case 'sqrt':
    case 'exp':
    case 'log':
      return rounded(`Math.${name}(${a})`, type);
    case 'exp2':
      return rounded(`2 ** ${a}`, type);
    case 'log2':
      return rounded(`Math.log2(${a})`, type);
    case 'pow':
      return rounded(`${a} ** ${b}`, type);
    case 'select':
      return `(${c} ? ${b} : ${a})`;
    case 'fma':
      return rounded(`${a} * ${b} + ${c}`, type);
    case 'countLeadingZeros':
      return `Math.clz32(${a})`;
    case 'firstLeadingBit':
      return type === 'u32' ? `((31 - Math.clz32(${a})) >>> 0)` : undefined;
    case 'countTrailingZeros':
      return `(${a} === 0 ? 32 : 31 - Math.clz32(${a} & -${a}))`;
    default:
      return undefined;
  }
}

/** The value of JavaScript without names in it, as a literal. */
export function foldJs(js: string): Atom {
  const value: unknown = new Function(`return ${js}`)();
  return Object.is(value, -0) ? '-0' : String(value);
}

export const isLiteral = (atom: Atom): boolean => !isName(atom);
