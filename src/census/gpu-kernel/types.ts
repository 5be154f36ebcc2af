import { type Expression, type NameExpression, WgslError } from './syntax.ts';

export type ScalarName = 'bool' | 'abstract-int' | 'abstract-float' | 'i32' | 'u32' | 'f32' | 'f16';

/** A type of WGSL (§6). */
export type Type =
  | { readonly kind: 'scalar'; readonly name: ScalarName }
  | { readonly kind: 'vec'; readonly size: number; readonly of: Type }
  | { readonly kind: 'mat'; readonly columns: number; readonly rows: number; readonly of: Type }
  | { readonly kind: 'array'; readonly of: Type /** null: as long as its buffer. */; readonly count: number | null }
  | { readonly kind: 'struct'; readonly name: string; readonly members: readonly Member[] }
  | { readonly kind: 'atomic'; readonly of: Type }
  | { readonly kind: 'pointer'; readonly space: string; readonly of: Type }
  | { readonly kind: 'subgroup-matrix'; readonly of: Type; readonly columns: number; readonly rows: number }
  | { readonly kind: 'opaque'; readonly name: string }
  | { readonly kind: 'void' };

export interface Member {
  readonly name: string;
  readonly type: Type;
  /** Bytes from the beginning of the struct. */
  readonly offset: number;
}

export const scalar = (name: ScalarName): Type => ({ kind: 'scalar', name });
export const voidType: Type = { kind: 'void' };
export const vec = (size: number, of: Type): Type => ({ kind: 'vec', size, of });

/** The scalars that a type is made of; undefined for what is no number. */
export function scalarOf(type: Type): ScalarName | undefined {
  if (type.kind === 'scalar') return type.name;
  return 'of' in type && type.kind !== 'pointer' && type.kind !== 'array' ? scalarOf(type.of) : undefined;
}

export const isFloat = (type: Type): boolean => /^(f32|f16|abstract-float)$/.test(scalarOf(type) ?? '');

/** Scalars in a scalar, vector or matrix. */
export function lanesOf(type: Type): number {
  if (type.kind === 'vec') return type.size;
  return type.kind === 'mat' || type.kind === 'subgroup-matrix' ? type.columns * type.rows : 1;
}

/** As WGSL writes it, in short: `f32`, `vec4f`, `mat4x4f`. */
export function nameOf(type: Type): string {
  const suffix = (of: Type): string =>
    ({ f32: 'f', f16: 'h', i32: 'i', u32: 'u' })[scalarOf(of) as string] ?? `<${scalarOf(of)}>`;
  switch (type.kind) {
    case 'scalar':
      return type.name;
    case 'vec':
      return `vec${type.size}${suffix(type.of)}`;
    case 'mat':
      return `mat${type.columns}x${type.rows}${suffix(type.of)}`;
    case 'array':
      return `array<${nameOf(type.of)}>`;
    case 'struct':
    case 'opaque':
      return type.name;
    case 'subgroup-matrix':
      return `subgroup_matrix<${nameOf(type.of)}>`;
    case 'atomic':
      return `atomic<${nameOf(type.of)}>`;
    default:
      return type.kind;
  }
}

const roundUp = (value: number, to: number): number => Math.ceil(value / to) * to;

/** Alignment in bytes (§14.4.1). */
export function alignOf(type: Type): number {
  switch (type.kind) {
    case 'scalar':
      return type.name === 'f16' ? 2 : 4;
    case 'atomic':
      return 4;
    case 'vec':
      return alignOf(type.of) * (type.size === 2 ? 2 : 4);
    case 'mat':
      return alignOf(vec(type.rows, type.of));
    case 'array':
      return alignOf(type.of);
    case 'struct':
      return Math.max(1, ...type.members.map(member => alignOf(member.type)));
    default:
      return 4;
  }
}

/** Size in bytes; of an array that is as long as its buffer, that of one element. */
export function sizeOf(type: Type): number {
  switch (type.kind) {
    case 'scalar':
      return type.name === 'f16' ? 2 : 4;
    case 'vec':
      return type.size * sizeOf(type.of);
    case 'mat':
      return type.columns * roundUp(sizeOf(vec(type.rows, type.of)), alignOf(type));
    case 'array':
      return strideOf(type.of) * (type.count ?? 1);
    case 'struct': {
      const last = type.members.at(-1);
      return last ? roundUp(last.offset + sizeOf(last.type), alignOf(type)) : 0;
    }
    default:
      return 4;
  }
}

/** Bytes from one element of an array to the next. */
export const strideOf = (element: Type): number => roundUp(sizeOf(element), alignOf(element));

export function layOut(members: readonly { name: string; type: Type; align?: number; size?: number }[]): Member[] {
  let at = 0;
  return members.map(({ name, type, align, size }) => {
    const offset = roundUp(at, align ?? alignOf(type));
    at = offset + (size ?? sizeOf(type));
    return { name, type, offset };
  });
}

/** Names of types that a module declares, and the value of what may stand in a template list. */
export interface TypeScope {
  named(name: string): Type | undefined;
  constant(expression: Expression): number | undefined;
}

const scalars = new Set<string>(['bool', 'i32', 'u32', 'f32', 'f16']);
const suffixes: Readonly<Record<string, ScalarName>> = { f: 'f32', h: 'f16', i: 'i32', u: 'u32' };

/**
 * The type that a name means, or undefined where it names none. `vec3` without a template list takes its element from
 * what it is made of; it is returned with the element `abstract-int`.
 */
export function findType({ name, template, line }: NameExpression, scope: TypeScope): Type | undefined {
  const own = scope.named(name);
  if (own) return own;
  if (scalars.has(name)) return scalar(name as ScalarName);
  const element = (): Type => {
    const [first] = template;
    return first?.kind === 'name' ? typeOf(first, scope) : scalar('abstract-int');
  };
  const short = /^(?:vec([234])|mat([234])x([234]))([fhiu])?$/.exec(name);
  if (short) {
    const of = short[4] ? scalar(suffixes[short[4]] as ScalarName) : element();
    return short[1]
      ? vec(Number(short[1]), of)
      : { kind: 'mat', columns: Number(short[2]), rows: Number(short[3]), of };
  }
  if (name === 'array' && template.length > 0) {
    const length = template[1];
    if (!length) return { kind: 'array', of: element(), count: null };
    const count = scope.constant(length);
    if (count === undefined) throw new WgslError('the length of an array is no constant', line);
    return { kind: 'array', of: element(), count };
  }
  if (name === 'atomic') return { kind: 'atomic', of: element() };
  if (name === 'ptr') {
    const [space, of] = template;
    if (space?.kind === 'name' && of?.kind === 'name')
      return { kind: 'pointer', space: space.name, of: typeOf(of, scope) };
  }
  if (/^subgroup_matrix_/.test(name)) {
    const [, columns, rows] = template.map(each => (each.kind === 'name' ? undefined : scope.constant(each)));
    return { kind: 'subgroup-matrix', of: element(), columns: columns ?? 0, rows: rows ?? 0 };
  }
  return /^(texture|sampler)/.test(name) ? { kind: 'opaque', name } : undefined;
}

/** @throws WgslError where the name means no type */
export function typeOf(name: NameExpression, scope: TypeScope): Type {
  const type = findType(name, scope);
  if (!type) throw new WgslError(`\`${name.name}\` is no type`, name.line);
  return type;
}
