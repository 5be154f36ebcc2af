import type { Category } from '../types.ts';

/** What follows an opcode. `lanes16` is the shuffle's table or a vector constant. */
export type Immediate =
  | 'none'
  | 'index'
  | 'index2'
  | 'memory'
  | 'memory-lane'
  | 'lane'
  | 'block'
  | 'table'
  | 'i32'
  | 'f32'
  | 'f64'
  | 'lanes16'
  | 'types';

export interface Opcode {
  readonly name: string;
  readonly immediate: Immediate;
}

const plain = (names: string, immediate: Immediate = 'none'): Opcode[] =>
  names
    .trim()
    .split(/\s+/)
    .map(name => ({ name, immediate }));

function numbered(
  groups: readonly (readonly [first: number, opcodes: readonly Opcode[]])[],
): ReadonlyMap<number, Opcode> {
  return new Map(
    groups
      .flatMap(([first, opcodes]) => opcodes.map((opcode, offset) => [first + offset, opcode] as const))
      .filter(([, { name }]) => name !== '-'),
  );
}

/** One byte each (§5.4.1–7). A dash keeps a number free. */
export const single = numbered([
  [0x00, plain('unreachable nop')],
  [0x02, plain('block loop if', 'block')],
  [0x05, plain('else')],
  [0x08, plain('throw', 'index')],
  [0x0b, plain('end')],
  [0x0c, plain('br br_if', 'index')],
  [0x0e, plain('br_table', 'table')],
  [0x0f, plain('return')],
  [0x10, plain('call', 'index')],
  [0x11, plain('call_indirect', 'index2')],
  [0x12, plain('return_call', 'index')],
  [0x13, plain('return_call_indirect', 'index2')],
  [0x1a, plain('drop select')],
  [0x1c, plain('select', 'types')],
  [0x20, plain('local.get local.set local.tee global.get global.set table.get table.set', 'index')],
  [
    0x28,
    plain(
      `i32.load i64.load f32.load f64.load i32.load8_s i32.load8_u i32.load16_s i32.load16_u i64.load8_s i64.load8_u
       i64.load16_s i64.load16_u i64.load32_s i64.load32_u i32.store i64.store f32.store f64.store i32.store8 i32.store16
       i64.store8 i64.store16 i64.store32`,
      'memory',
    ),
  ],
  [0x3f, plain('memory.size memory.grow', 'index')],
  [0x41, plain('i32.const i64.const', 'i32')],
  [0x43, plain('f32.const', 'f32')],
  [0x44, plain('f64.const', 'f64')],
  [
    0x45,
    plain(`i32.eqz i32.eq i32.ne i32.lt_s i32.lt_u i32.gt_s i32.gt_u i32.le_s i32.le_u i32.ge_s i32.ge_u
      i64.eqz i64.eq i64.ne i64.lt_s i64.lt_u i64.gt_s i64.gt_u i64.le_s i64.le_u i64.ge_s i64.ge_u
      f32.eq f32.ne f32.lt f32.gt f32.le f32.ge f64.eq f64.ne f64.lt f64.gt f64.le f64.ge
      i32.clz i32.ctz i32.popcnt i32.add i32.sub i32.mul i32.div_s i32.div_u i32.rem_s i32.rem_u i32.and i32.or i32.xor
      i32.shl i32.shr_s i32.shr_u i32.rotl i32.rotr
      i64.clz i64.ctz i64.popcnt i64.add i64.sub i64.mul i64.div_s i64.div_u i64.rem_s i64.rem_u i64.and i64.or i64.xor
      i64.shl i64.shr_s i64.shr_u i64.rotl i64.rotr
      f32.abs f32.neg f32.ceil f32.floor f32.trunc f32.nearest f32.sqrt f32.add f32.sub f32.mul f32.div f32.min f32.max
      f32.copysign f64.abs f64.neg f64.ceil f64.floor f64.trunc f64.nearest f64.sqrt f64.add f64.sub f64.mul f64.div
      f64.min f64.max f64.copysign
      i32.wrap_i64 i32.trunc_f32_s i32.trunc_f32_u i32.trunc_f64_s i32.trunc_f64_u i64.extend_i32_s i64.extend_i32_u
      i64.trunc_f32_s i64.trunc_f32_u i64.trunc_f64_s i64.trunc_f64_u f32.convert_i32_s f32.convert_i32_u
      f32.convert_i64_s f32.convert_i64_u f32.demote_f64 f64.convert_i32_s f64.convert_i32_u f64.convert_i64_s
      f64.convert_i64_u f64.promote_f32 i32.reinterpret_f32 i64.reinterpret_f64 f32.reinterpret_i32 f64.reinterpret_i64
      i32.extend8_s i32.extend16_s i64.extend8_s i64.extend16_s i64.extend32_s`),
  ],
  [0xd0, plain('ref.null', 'i32')],
  [0xd1, plain('ref.is_null')],
  [0xd2, plain('ref.func', 'index')],
]);

/** After 0xFC: saturating conversions and bulk memory. */
export const miscellaneous = numbered([
  [
    0,
    plain(`i32.trunc_sat_f32_s i32.trunc_sat_f32_u i32.trunc_sat_f64_s i32.trunc_sat_f64_u i64.trunc_sat_f32_s
      i64.trunc_sat_f32_u i64.trunc_sat_f64_s i64.trunc_sat_f64_u`),
  ],
  [8, plain('memory.init', 'index2')],
  [9, plain('data.drop', 'index')],
  [10, plain('memory.copy', 'index2')],
  [11, plain('memory.fill', 'index')],
  [12, plain('table.init', 'index2')],
  [13, plain('elem.drop', 'index')],
  [14, plain('table.copy', 'index2')],
  [15, plain('table.grow table.size table.fill', 'index')],
]);

const comparisons = 'eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u';
const shaped = (shape: string, names: string): string =>
  names
    .split(' ')
    .map(name => (name === '-' ? '-' : `${shape}.${name}`))
    .join(' ');

/** After 0xFD: vectors (§5.4.8), relaxed ones from 0x100 on. */
export const vector = numbered([
  [
    0,
    plain(
      `v128.load v128.load8x8_s v128.load8x8_u v128.load16x4_s v128.load16x4_u v128.load32x2_s v128.load32x2_u
       v128.load8_splat v128.load16_splat v128.load32_splat v128.load64_splat v128.store`,
      'memory',
    ),
  ],
  [0x0c, plain('v128.const i8x16.shuffle', 'lanes16')],
  [0x0e, plain('i8x16.swizzle i8x16.splat i16x8.splat i32x4.splat i64x2.splat f32x4.splat f64x2.splat')],
  [
    0x15,
    plain(
      `i8x16.extract_lane_s i8x16.extract_lane_u i8x16.replace_lane i16x8.extract_lane_s i16x8.extract_lane_u
       i16x8.replace_lane i32x4.extract_lane i32x4.replace_lane i64x2.extract_lane i64x2.replace_lane f32x4.extract_lane
       f32x4.replace_lane f64x2.extract_lane f64x2.replace_lane`,
      'lane',
    ),
  ],
  [0x23, plain(shaped('i8x16', comparisons))],
  [0x2d, plain(shaped('i16x8', comparisons))],
  [0x37, plain(shaped('i32x4', comparisons))],
  [0x41, plain(shaped('f32x4', 'eq ne lt gt le ge'))],
  [0x47, plain(shaped('f64x2', 'eq ne lt gt le ge'))],
  [0x4d, plain('v128.not v128.and v128.andnot v128.or v128.xor v128.bitselect v128.any_true')],
  [
    0x54,
    plain(
      `v128.load8_lane v128.load16_lane v128.load32_lane v128.load64_lane v128.store8_lane v128.store16_lane
       v128.store32_lane v128.store64_lane`,
      'memory-lane',
    ),
  ],
  [0x5c, plain('v128.load32_zero v128.load64_zero', 'memory')],
  [0x5e, plain('f32x4.demote_f64x2_zero f64x2.promote_low_f32x4')],
  [
    0x60,
    plain(
      `${shaped('i8x16', 'abs neg popcnt all_true bitmask narrow_i16x8_s narrow_i16x8_u')} ${shaped('f32x4', 'ceil floor trunc nearest')}
       ${shaped('i8x16', 'shl shr_s shr_u add add_sat_s add_sat_u sub sub_sat_s sub_sat_u')} ${shaped('f64x2', 'ceil floor')}
       ${shaped('i8x16', 'min_s min_u max_s max_u')} f64x2.trunc i8x16.avgr_u
       i16x8.extadd_pairwise_i8x16_s i16x8.extadd_pairwise_i8x16_u i32x4.extadd_pairwise_i16x8_s i32x4.extadd_pairwise_i16x8_u
       ${shaped('i16x8', 'abs neg q15mulr_sat_s all_true bitmask narrow_i32x4_s narrow_i32x4_u extend_low_i8x16_s extend_high_i8x16_s extend_low_i8x16_u extend_high_i8x16_u shl shr_s shr_u add add_sat_s add_sat_u sub sub_sat_s sub_sat_u')}
       f64x2.nearest ${shaped('i16x8', 'mul min_s min_u max_s max_u')} - ${shaped('i16x8', 'avgr_u extmul_low_i8x16_s extmul_high_i8x16_s extmul_low_i8x16_u extmul_high_i8x16_u')}
       ${shaped('i32x4', 'abs neg - all_true bitmask - - extend_low_i16x8_s extend_high_i16x8_s extend_low_i16x8_u extend_high_i16x8_u shl shr_s shr_u add - - sub - - - mul min_s min_u max_s max_u dot_i16x8_s - extmul_low_i16x8_s extmul_high_i16x8_s extmul_low_i16x8_u extmul_high_i16x8_u')}
       ${shaped('i64x2', 'abs neg - all_true bitmask - - extend_low_i32x4_s extend_high_i32x4_s extend_low_i32x4_u extend_high_i32x4_u shl shr_s shr_u add - - sub - - - mul eq ne lt_s gt_s le_s ge_s extmul_low_i32x4_s extmul_high_i32x4_s extmul_low_i32x4_u extmul_high_i32x4_u')}
       ${shaped('f32x4', 'abs neg - sqrt add sub mul div min max pmin pmax')}
       ${shaped('f64x2', 'abs neg - sqrt add sub mul div min max pmin pmax')}
       i32x4.trunc_sat_f32x4_s i32x4.trunc_sat_f32x4_u f32x4.convert_i32x4_s f32x4.convert_i32x4_u
       i32x4.trunc_sat_f64x2_s_zero i32x4.trunc_sat_f64x2_u_zero f64x2.convert_low_i32x4_s f64x2.convert_low_i32x4_u`,
    ),
  ],
  [
    0x100,
    plain(`i8x16.relaxed_swizzle i32x4.relaxed_trunc_f32x4_s i32x4.relaxed_trunc_f32x4_u i32x4.relaxed_trunc_f64x2_s_zero
      i32x4.relaxed_trunc_f64x2_u_zero f32x4.relaxed_madd f32x4.relaxed_nmadd f64x2.relaxed_madd f64x2.relaxed_nmadd
      i8x16.relaxed_laneselect i16x8.relaxed_laneselect i32x4.relaxed_laneselect i64x2.relaxed_laneselect f32x4.relaxed_min
      f32x4.relaxed_max f64x2.relaxed_min f64x2.relaxed_max i16x8.relaxed_q15mulr_s i16x8.relaxed_dot_i8x16_i7x16_s
      i32x4.relaxed_dot_i8x16_i7x16_add_s`),
  ],
]);

const readModifyWrite = (name: string): string =>
  `i32.atomic.rmw.${name} i64.atomic.rmw.${name} i32.atomic.rmw8.${name}_u i32.atomic.rmw16.${name}_u i64.atomic.rmw8.${name}_u i64.atomic.rmw16.${name}_u i64.atomic.rmw32.${name}_u`;

/** After 0xFE: atomics (threads proposal). */
export const atomic = numbered([
  [0, plain('memory.atomic.notify memory.atomic.wait32 memory.atomic.wait64', 'memory')],
  [3, plain('atomic.fence', 'lane')],
  [
    0x10,
    plain(
      `i32.atomic.load i64.atomic.load i32.atomic.load8_u i32.atomic.load16_u i64.atomic.load8_u i64.atomic.load16_u
       i64.atomic.load32_u i32.atomic.store i64.atomic.store i32.atomic.store8 i32.atomic.store16 i64.atomic.store8
       i64.atomic.store16 i64.atomic.store32 ${['add', 'sub', 'and', 'or', 'xor', 'xchg', 'cmpxchg'].map(readModifyWrite).join(' ')}`,
      'memory',
    ),
  ],
]);

/** The category of an instruction by its name. */
export function wasmCategory(name: string): Category {
  if (/^(block|loop|if|else|end|br|br_if|br_table|return|unreachable|throw|select)$/.test(name)) return 'control-flow';
  if (/^(return_)?call/.test(name)) return 'call';
  if (/^local\.|\.const$|^drop$|splat$|_lane|lane_|shuffle|swizzle/.test(name))
    return /load|store/.test(name) ? 'memory' : 'register-move';
  if (/load|store|^memory\.|^data\.|^global\.|^table\.|^elem\.|atomic/.test(name)) return 'memory';
  const operation = name.slice(name.indexOf('.') + 1);
  if (/^(eqz?|ne|lt|gt|le|ge)(_[su])?$|^(any|all)_true$/.test(operation)) return 'comparison';
  if (/^(and|or|xor|not|andnot|shl|shr_[su]|rotl|rotr|clz|ctz|popcnt|bitselect|bitmask)$|laneselect/.test(operation))
    return 'bitwise';
  if (
    /^(add|sub|mul|div|rem|neg|abs|sqrt|min|max|pmin|pmax|ceil|floor|trunc$|nearest|copysign|avgr|q15mulr|dot|ext(add|mul)|relaxed_(n?madd|min|max|dot|q15))/.test(
      operation,
    )
  )
    return 'arithmetic';
  return 'other';
}

/** Floating-point operations of one execution: lanes, and a fused multiply–add as two. Sign changes and rounding are none. */
export function wasmFlops(name: string): number {
  const [, lanes, operation] =
    /^f(?:32|64)(?:x(\d))?\.(?:relaxed_)?(add|sub|mul|div|sqrt|min|max|pmin|pmax|n?madd)$/.exec(name) ?? [];
  if (operation === undefined) return 0;
  return Number(lanes ?? 1) * (operation.endsWith('madd') ? 2 : 1);
}
