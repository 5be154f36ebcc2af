import { describe, expect, test } from 'vitest';
import { gpuKernelLayer } from '../../src/census/gpu-kernel/gpu-kernel.ts';

/** One invocation of a body in which `v`, `w` are vectors of three, `u` is an integer, all read from memory. */
const count = (body: string) =>
  gpuKernelLayer([
    {
      ...{ label: 'test', entry: undefined, times: 1 },
      code: `
enable subgroups;
@group(0) @binding(0) var<storage, read> a: array<f32>;
@group(0) @binding(1) var<storage, read_write> out: array<f32>;
@group(0) @binding(2) var<storage, read_write> bins: array<atomic<u32>, 4>;
var<workgroup> shared_sum: f32;
@compute @workgroup_size(1)
fn main() {
  let v = vec3f(a[0], a[1], a[2]);
  let w = vec3f(a[3], a[4], a[5]);
  let u = bitcast<u32>(a[6]);
  ${body}
}`,
      inputs: { workgroups: [1, 1, 1], constants: {}, uniforms: new Map(), sizes: new Map() },
    },
  ]);

// Each as WGSL §17.5 writes it; dot(v, w) of three lanes is 3 products and 2 sums.
describe('flops of compound functions are those of their definitions', () => {
  test.each([
    ['fract(a[0])', 1],
    ['distance(v, w)', 3 + 5 + 1],
    ['normalize(v).x', 5 + 1 + 3],
    ['cross(v, w).x', 6 + 3],
    // e1·(1 − e3) + e2·e3
    ['mix(v, w, 0.5).x', 3 * 4],
    // t = clamp((x − low) / (high − low), 0, 1), a difference, a difference, a quotient, min and max; t·t·(3 − 2t)
    ['smoothstep(a[0], a[1], a[2])', 3 + 2 + 4],
    ['faceForward(v, w, v).x', 5],
    // e1 − 2·dot(e2, e1)·e2
    ['reflect(v, w).x', 5 + 1 + 3 + 3],
    // k = 1 − e3·e3·(1 − dot·dot); e3·e1 − (e3·dot + √k)·e2
    ['refract(v, w, a[0]).x', 5 + 5 + 3 + (1 + 1 + 1) + 3 + 3],
    ['determinant(mat2x2f(a[0], a[1], a[2], a[3]))', 2 + 1],
    // Three minors with a factor each, and two sums; so on for four.
    ['determinant(mat3x3f(v, w, v))', 3 * (3 + 1) + 2],
    ['determinant(mat4x4f(vec4f(v, 1), vec4f(w, 1), vec4f(v, 0), vec4f(w, 0)))', 4 * (14 + 1) + 3],
  ])('%s', (expression, flops) => {
    expect(count(`out[0] = ${expression};`).flops).toBe(flops);
  });
});

describe('what a function returns is followed: only operations on floats are flops', () => {
  test.each([
    ['bitcast<f32>(u) * 2.0', 1],
    ['f32(bitcast<u32>(a[0]) * 2u)', 0],
    ['f32(countOneBits(u) + firstLeadingBit(u) + extractBits(u, 1u, 3u))', 0],
    ['unpack2x16float(u).x * 2.0', 1],
    ['unpack4x8unorm(u).w + 1.0', 1],
    ['f32(unpack4xU8(u).x * 3u)', 0],
    ['f32(pack4x8snorm(vec4f(v, 1.0)) * 3u)', 0],
    ['f32(dot4U8Packed(u, u) * 3u) + f32(dot4I8Packed(u, u) * 3i)', 1],
    ['f32(arrayLength(&a) * 3u)', 0],
    // Two columns of three become three columns of two; with a vector of three two rows of 3 products and 2 sums.
    ['(transpose(mat2x3f(v, w)) * v).x', 2 * 5],
    ['f32(atomicAdd(&bins[0], 2u) * 3u)', 0],
    ['f32(atomicCompareExchangeWeak(&bins[0], 1u, 2u).old_value * 3u)', 0],
    ['workgroupUniformLoad(&shared_sum) * 2.0', 1],
    ['select(a[0], a[1], u > 3u) * 2.0', 1],
    ['f32(all(v < w))', 0],
  ])('%s', (expression, flops) => {
    const { flops: counted, unsolved } = count(`out[0] = ${expression};`);
    expect([counted, unsolved]).toEqual([flops, []]);
  });

  test('a reduction over a subgroup is an operation of each invocation, a ballot none', () => {
    expect(count('out[0] = subgroupAdd(a[0]);').flops).toBe(1);
    expect(count('out[0] = subgroupAdd(v).x;').flops).toBe(3);
    expect(count('out[0] = f32(subgroupAdd(u) + subgroupBallot(true).x);').flops).toBe(0);
  });
});

test('categories: bits are bitwise, atomics and lengths memory, all and select comparisons, packing a move', () => {
  const base = count('out[0] = 1.0;').counts;
  const more = (body: string) => {
    const { counts } = count(`${body} out[0] = 1.0;`);
    return Object.fromEntries(
      Object.entries(counts)
        .map(([category, of]) => [category, of - (base as Record<string, number>)[category]!])
        .filter(([, difference]) => difference !== 0),
    );
  };
  expect(more('let x = reverseBits(u);').bitwise).toBe(1);
  expect(more('atomicStore(&bins[1], 3u);').memory).toBeGreaterThanOrEqual(1);
  expect(more('let x = any(v < w);').comparison).toBe(2);
  expect(more('let x = unpack4x8snorm(u);')['register-move']).toBeGreaterThanOrEqual(1);
  expect(more('workgroupBarrier();').other).toBe(1);
});
