import type { Category } from '../types.ts';
import { isFloat, lanesOf, type ScalarName, scalar, scalarOf, type Type, vec, voidType } from './types.ts';

/** What one call of a built-in function is worth. */
export interface Builtin {
  readonly category: Category;
  readonly result: Type;
  /** Floating-point operations, lanes and fused multiply-adds (as two) included. */
  readonly flops: number;
  /** Its result is data whatever its arguments are: it reads memory or asks other invocations. */
  readonly opaque?: true;
}

const none = { flops: 0 };

/** One operation a lane where the lanes are floats. Sign changes and rounding are none, as in WebAssembly's layer. */
const perLane =
  /^(sqrt|inverseSqrt|exp2?|log2?|sin|cos|tan|asin|acos|atan|sinh|cosh|tanh|asinh|acosh|atanh|atan2|pow|min|max|ldexp|degrees|radians|step|modf|frexp|quantizeToF16)$/;
const free = /^(abs|sign|floor|ceil|round|trunc|saturate)$/;

/**
 * The built-in functions of WGSL (§17); undefined for a name that is none.
 *
 * Floating-point operations of the compound ones, by their definition on n lanes: `fma` 2n; `dot` 2n − 1; `length` as
 * `dot` and a root; `distance` a difference more; `normalize` as `length` and n divisions; `cross` 9; `mix` 4n;
 * `clamp` 2n; `smoothstep` 9n; `faceForward` as `dot`; `reflect` and `refract` as written in §17.5; `determinant`
 * and matrix products by cofactors.
 */
export function builtin(name: string, args: readonly Type[], template: readonly Type[]): Builtin | undefined {
  const [first = voidType, second = voidType] = args;
  const wide = [...args].sort((a, b) => rank(b) - rank(a))[0] ?? voidType;
  const lanes = Math.max(1, ...args.map(lanesOf));
  const float = args.some(isFloat);
  const arithmetic = (flops: number, result: Type = wide): Builtin => ({
    category: 'arithmetic',
    result,
    flops: float ? flops : 0,
  });
  if (perLane.test(name)) return arithmetic(lanes, name === 'ldexp' ? first : wide);
  if (free.test(name)) return arithmetic(0);
  const element = first.kind === 'vec' || first.kind === 'mat' ? first.of : first;
  const dot = 2 * lanes - 1;
  switch (name) {
    case 'fma':
      return arithmetic(2 * lanes);
    case 'clamp':
      return arithmetic(2 * lanes);
    case 'fract':
      return arithmetic(lanes);
    case 'mix':
      return arithmetic(4 * lanes, first);
    case 'smoothstep':
      return arithmetic(9 * lanes);
    case 'dot':
      return arithmetic(dot, element);
    case 'length':
      return arithmetic(dot + 1, element);
    case 'distance':
      return arithmetic(lanes + dot + 1, element);
    case 'normalize':
      return arithmetic(dot + 1 + lanes, first);
    case 'cross':
      return arithmetic(9, first);
    case 'faceForward':
      return arithmetic(dot, first);
    case 'reflect':
      return arithmetic(dot + 1 + 2 * lanes, first);
    case 'refract':
      return arithmetic(dot + 8 + 3 * lanes, first);
    case 'determinant':
      return arithmetic(first.kind === 'mat' ? ({ 2: 3, 3: 14, 4: 63 }[first.rows] ?? 0) : 0, element);
    case 'transpose':
      return {
        category: 'register-move',
        result: first.kind === 'mat' ? { ...first, columns: first.rows, rows: first.columns } : first,
        ...none,
      };
    case 'dot4U8Packed':
      return { category: 'arithmetic', result: scalar('u32'), ...none };
    case 'dot4I8Packed':
      return { category: 'arithmetic', result: scalar('i32'), ...none };
    case 'all':
    case 'any':
      return { category: 'comparison', result: scalar('bool'), ...none };
    case 'select':
      return { category: 'comparison', result: rank(second) > rank(first) ? second : first, ...none };
    case 'bitcast':
      return { category: 'register-move', result: template[0] ?? first, ...none };
    case 'arrayLength':
      return { category: 'memory', result: scalar('u32'), ...none };
  }
  if (
    /^(countLeadingZeros|countOneBits|countTrailingZeros|extractBits|firstLeadingBit|firstTrailingBit|insertBits|reverseBits)$/.test(
      name,
    )
  )
    return { category: 'bitwise', result: first, ...none };
  const packed = /^(un)?pack(4x8|2x16|4x[iI]8|4x[uU]8|4xI8Clamp|4xU8Clamp|4xU8|4xI8)?(snorm|unorm|float|Clamp)?$/.exec(
    name,
  );
  if (packed)
    return {
      category: 'register-move',
      result: packed[1]
        ? vec(/^2x/.test(packed[2] ?? '') ? 2 : 4, scalar(/U8/.test(name) ? 'u32' : /I8/.test(name) ? 'i32' : 'f32'))
        : scalar('u32'),
      ...none,
    };
  if (/^(dpdx|dpdy|fwidth)/.test(name)) return { ...arithmetic(lanes, first), opaque: true };
  return memoryAndControl(name, args);
}

function memoryAndControl(name: string, [first = voidType]: readonly Type[]): Builtin | undefined {
  const pointee = first.kind === 'pointer' ? first.of : first;
  if (name === 'atomicStore') return { category: 'memory', result: voidType, ...none };
  if (name === 'atomicCompareExchangeWeak') {
    const of = pointee.kind === 'atomic' ? pointee.of : pointee;
    const members = [
      { name: 'old_value', type: of, offset: 0 },
      { name: 'exchanged', type: scalar('bool'), offset: 4 },
    ];
    return {
      category: 'memory',
      result: { kind: 'struct', name: '__atomic_compare_exchange_result', members },
      ...none,
      opaque: true,
    };
  }
  if (/^atomic[A-Z]/.test(name))
    return { category: 'memory', result: pointee.kind === 'atomic' ? pointee.of : pointee, ...none, opaque: true };
  if (/^(workgroup|storage|texture|subgroup)Barrier$/.test(name))
    return { category: 'other', result: voidType, ...none };
  if (name === 'workgroupUniformLoad')
    return { category: 'memory', result: pointee.kind === 'atomic' ? pointee.of : pointee, ...none, opaque: true };
  if (name === 'subgroupMatrixStore') return { category: 'memory', result: voidType, ...none };
  // Of a whole subgroup at once, whose size the device decides.
  if (/^subgroupMatrix(Load|Multiply)/.test(name)) return undefined;
  if (/^(subgroup|quad)[A-Z]/.test(name)) {
    // A reduction over n invocations is n − 1 operations: one for each of them here, and one too many a subgroup.
    const reduces = /(Add|Mul|Min|Max)$/.test(name);
    const result = /(All|Any|Elect)$/.test(name)
      ? scalar('bool')
      : /Ballot$/.test(name)
        ? vec(4, scalar('u32'))
        : first;
    return {
      category: reduces ? 'arithmetic' : 'register-move',
      result,
      flops: reduces && isFloat(first) ? lanesOf(first) : 0,
      opaque: true,
    };
  }
  if (/^textureDimensions$|^textureNum/.test(name))
    return { category: 'memory', result: scalar('u32'), ...none, opaque: true };
  if (name === 'textureStore') return { category: 'memory', result: voidType, ...none };
  if (/^texture[A-Z]/.test(name)) return { category: 'memory', result: vec(4, scalar('f32')), ...none, opaque: true };
  return undefined;
}

/** Which of two operand types the other is converted to. */
export function rank(type: Type): number {
  const order: readonly (ScalarName | undefined)[] = ['abstract-int', 'abstract-float'];
  const element = order.indexOf(scalarOf(type));
  return lanesOf(type) * 10 + (element < 0 ? 5 : element);
}
