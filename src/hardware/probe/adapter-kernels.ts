/** A kernel that only computes, and what an invocation of it does in a round. */
export interface Computing {
  readonly code: (rounds: number) => string;
  readonly operations: number;
}

/** One way to keep an adapter's multipliers busy: independent chains of one type, with one of the two spellings. */
interface ArithmeticShape {
  readonly type: 'f32' | 'vec2f' | 'vec4f';
  readonly lanes: number;
  readonly chains: number;
  readonly fused: boolean;
}

/**
 * Which shape runs fastest depends on the compiler behind the adapter: registers spill in one and latency shows in the
 * other (SwiftShader: 2 to 23 GFLOP/s). The ceiling is the best of them all.
 */
const shapes: readonly ArithmeticShape[] = (
  [
    ['f32', 1, 4],
    ['f32', 1, 8],
    ['vec2f', 2, 4],
    ['vec4f', 4, 2],
    ['vec4f', 4, 8],
  ] as const
).flatMap(([type, lanes, chains]) => [true, false].map(fused => ({ type, lanes, chains, fused })));

const unrolled = 8;

/** `unrolled` steps of every chain in a round: 2·lanes·chains·unrolled flops a round and invocation. */
function arithmeticCode({ type, chains, fused }: ArithmeticShape, rounds: number): string {
  const names = Array.from({ length: chains }, (_, chain) => `c${chain}`);
  const step = names.map(name => (fused ? `${name} = fma(${name}, x, y);` : `${name} = ${name} * x + y;`)).join(' ');
  return `
@group(0) @binding(0) var<storage, read_write> out: array<f32>;
@compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) {
  let x = ${type}(0.999999 + f32(id.x) * 1e-9);
  let y = ${type}(0.000001);
  ${names.map((name, chain) => `var ${name} = ${type}(${chain + 1});`).join(' ')}
  for (var round = 0u; round < ${rounds}u; round++) {
    ${Array.from({ length: unrolled }, () => step).join('\n    ')}
  }
  let sum = ${names.join(' + ')};
  out[id.x] = ${type === 'f32' ? 'sum' : 'sum.x + sum.y'};
}`;
}

/** Type, lanes, and one step of a chain: two operations a lane. */
interface IntegerShape {
  readonly type: 'u32' | 'vec4u';
  readonly lanes: number;
  readonly step: (chain: string) => string;
}

/** Forms that hardware may fuse into one instruction: logic of three inputs, a sum of three, logic and a sum. */
const integerShapes: readonly IntegerShape[] = (
  [
    ['u32', 1],
    ['vec4u', 4],
  ] as const
).flatMap(([type, lanes]) =>
  [(c: string) => `(${c} & x) ^ y`, (c: string) => `${c} + x + y`, (c: string) => `(${c} ^ x) + y`].map(step => ({
    type,
    lanes,
    step,
  })),
);

const integerChains = ['a', 'b', 'c', 'd'] as const;

/** Steps of every chain in a round, each a value with a name of its own: some compilers keep variables in memory. */
const integerSteps = 16;

/** x and y change from round to round, or a compiler might see that a chain repeats itself. */
function integerCode({ type, step }: IntegerShape, rounds: number): string {
  const lines = Array.from({ length: integerSteps }, (_, index) =>
    integerChains.map(name => `let ${name}${index + 1} = ${step(index === 0 ? name : name + index)};`).join(' '),
  );
  return `
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) {
  var x = ${type}(id.x * 2654435761u);
  var y = ${type}(id.x + 12345u);
  ${integerChains.map((name, chain) => `var ${name} = ${type}(${chain + 1}u);`).join(' ')}
  for (var round = 0u; round < ${rounds}u; round++) {
    ${lines.join('\n    ')}
    ${integerChains.map(name => `${name} = ${name}${integerSteps};`).join(' ')}
    x += y; y ^= x;
  }
  let all = a ^ b ^ c ^ d;
  out[id.x] = ${type === 'u32' ? 'all' : 'all.x ^ all.y ^ all.z ^ all.w'};
}`;
}

/** Flops: a multiply–add is two a lane. */
export const flopKernels: readonly Computing[] = shapes.map(shape => ({
  code: rounds => arithmeticCode(shape, rounds),
  operations: unrolled * 2 * shape.lanes * shape.chains,
}));

/** Operations on 32-bit integers. */
export const integerKernels: readonly Computing[] = integerShapes.map(shape => ({
  code: rounds => integerCode(shape, rounds),
  operations: integerSteps * 2 * shape.lanes * integerChains.length,
}));

/** A kernel that copies each element of one buffer to another, and how many groups of 64 it takes for so many bytes. */
export interface Copying {
  readonly code: string;
  readonly workgroups: (bytes: number) => readonly [number, number];
}

/** One way to copy: the type that is moved at once, and how many of it by each invocation. */
const copyShapes = [
  { type: 'u32', bytes: 4, each: 1 },
  { type: 'u32', bytes: 4, each: 8 },
  { type: 'vec4u', bytes: 16, each: 1 },
  { type: 'vec4u', bytes: 16, each: 4 },
] as const;

/** Neighbouring invocations copy neighbouring elements, whatever the stride between the elements of one. */
const copyCode = ({ type, each }: (typeof copyShapes)[number]): string => `
@group(0) @binding(0) var<storage, read> source: array<${type}>;
@group(0) @binding(1) var<storage, read_write> sink: array<${type}>;
@compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let first = id.y * groups.x * 64u + id.x;
  let stride = groups.x * groups.y * 64u;
  ${Array.from({ length: each }, (_, k) => `sink[first + ${k}u * stride] = source[first + ${k}u * stride];`).join('\n  ')}
}`;

/** Every way to copy a power of two of bytes from 4,096 up; the ceiling is the fastest of them. */
export const copyKernels: readonly Copying[] = copyShapes.map(shape => ({
  code: copyCode(shape),
  workgroups(bytes) {
    const groups = bytes / shape.bytes / shape.each / 64;
    // An adapter takes 65,535 groups in one direction.
    const wide = Math.min(groups, 32768);
    return [wide, groups / wide];
  },
}));
