/**
 * Cycles from operand to result on AMD Zen 4, for `--cost machine`. Numbers are taken for doubles, which is what the
 * language says they are, except under bitwise operators; the language has no fused multiply-add.
 *
 * Sources: AMD, *Software Optimization Guide for the Zen 4 Microarchitecture* (publication 57647) §2.12: 4 cycles from the
 * first-level cache to an integer register, 7 to a floating-point one; LLVM's machine model of Zen 4, from that guide and
 * measured with llvm-exegesis (llvm/lib/Target/X86/X86ScheduleZnver4.td): WriteFAdd64 3, WriteFMul64 3, WriteFDiv64 13,
 * WriteFSqrt64 21, WriteFRnd 3, WriteFLogic 1 (sign and absolute value), WriteFCmp64 1 (minimum, maximum, comparison into
 * a register), WriteIMul32Reg 3, WriteALU and WriteShift 1. GCC's znver4.md has the same for add, multiply, divide and
 * loads. A comparison into flags of two doubles is there 4 (not measured) and 1; it is taken as 1, an integer's. What no
 * instruction does (`library`, `remainder`) is of the order that was measured with this Node on a Zen 4 against a chain
 * of additions: 20 to 300 cycles for the functions of `Math`, 60 for `%`.
 */
export const latencies = {
  add: 3,
  multiply: 3,
  divide: 13,
  remainder: 60,
  bitwise: 1,
  compare: 1,
  negate: 1,
  squareRoot: 21,
  round: 3,
  extremum: 1,
  integerMultiply: 3,
  /** Functions of `Math` that are no instruction, `**`, and native calls. */
  library: 50,
  /** From the first-level cache to an integer or an object's reference. */
  load: 4,
  /** From there to a floating-point register: elements of Float64Array and Float32Array. */
  loadFloat: 7,
} as const;

export type LatencyName = keyof typeof latencies;

const ofOperator: Readonly<Record<string, LatencyName>> = {
  '+': 'add',
  '-': 'add',
  '++': 'add',
  '--': 'add',
  '*': 'multiply',
  '/': 'divide',
  '%': 'remainder',
  '**': 'library',
  ...Object.fromEntries(['&', '|', '^', '~', '<<', '>>', '>>>'].map(operator => [operator, 'bitwise' as const])),
  ...Object.fromEntries(
    ['<', '>', '<=', '>=', '==', '!=', '===', '!=='].map(operator => [operator, 'compare' as const]),
  ),
};

const ofMath: Readonly<Record<string, LatencyName>> = {
  sqrt: 'squareRoot',
  abs: 'negate',
  floor: 'round',
  ceil: 'round',
  round: 'round',
  trunc: 'round',
  min: 'extremum',
  max: 'extremum',
  imul: 'integerMultiply',
};

/** Cycles of a binary, update or compound assignment operator; `+=` counts as `+`. */
export const latencyOfOperator = (operator: string): number =>
  latencies[ofOperator[operator] ?? ofOperator[operator.replace(/=$/, '')] ?? 'library'];

/** Cycles of `Math.name(…)`. */
export const latencyOfMath = (name: string): number => latencies[ofMath[name] ?? 'library'];
