import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { gpuKernelLayer } from '../../src/census/gpu-kernel/gpu-kernel.ts';
import type { Dispatch } from '../../src/census/gpu-kernel/record.ts';

interface Given {
  readonly workgroups?: readonly [number, number, number];
  readonly constants?: Readonly<Record<string, number>>;
  readonly uniforms?: ReadonlyMap<string, Uint8Array>;
  readonly sizes?: ReadonlyMap<string, number>;
}

const dispatch = (code: string, given: Given = {}): Dispatch => ({
  label: 'test',
  code,
  entry: undefined,
  inputs: {
    workgroups: given.workgroups ?? [1, 1, 1],
    constants: given.constants ?? {},
    uniforms: given.uniforms ?? new Map(),
    sizes: given.sizes ?? new Map(),
  },
  times: 1,
});

const count = (code: string, given?: Given) => gpuKernelLayer([dispatch(code, given)]);

const kernel = (body: string, { before = '', size = '1' } = {}): string => `
@group(0) @binding(0) var<storage, read> a: array<f32>;
@group(0) @binding(1) var<storage, read_write> out: array<f32>;
${before}
@compute @workgroup_size(${size})
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(local_invocation_index) local: u32) {
${body}
}`;

describe('flops', () => {
  test.each([
    ['out[0] = a[0] * a[1] + a[2];', 2],
    ['out[0] = fma(a[0], a[1], a[2]);', 2],
    ['let v = vec4f(a[0]); out[0] = dot(v, v);', 7],
    ['let v = vec4f(a[0]); let w = fma(v, v, v); out[0] = w.x;', 8],
    ['let m = mat4x4f(); let v = m * vec4f(a[0]); out[0] = v.x;', 28],
    ['let m = mat3x2f(); let n = mat2x3f(); let p = m * n; out[0] = p[0].x;', 2 * 2 * 5],
    ['out[0] = sqrt(a[0]) + exp(a[1]);', 3],
    ['out[0] = clamp(a[0], 0.0, 1.0);', 2],
    ['let v = vec3f(a[0]); out[0] = length(v);', 6],
    ['out[0] = -abs(a[0]);', 0],
    ['out[0] = f32(u32(a[0]) * 3u);', 0],
    ['out[0] = a[0] * (2.0 * 3.0);', 1],
  ])('%s are %i', (body, flops) => {
    expect(count(kernel(body)).flops).toBe(flops);
  });

  test('what only becomes an address is not counted, wherever it passes through', () => {
    const body = `
      let column = f32(id.x) * 3.0 + 1.0;
      var row = 0.5 * f32(id.y);
      row = row + 1.0;
      out[u32(column)] = helper(u32(row)) * 2.0;`;
    const before = 'fn helper(at: u32) -> f32 { let place = f32(at) * 4.0; return a[u32(place)] + 1.0; }';
    expect(count(kernel(body, { before })).flops).toBe(2);
  });
});

describe('invocations and trips', () => {
  test('guards on ids, overrides and buffer lengths let through exactly those that they let through', () => {
    const code = kernel('if (id.x >= N || id.y * 2u >= arrayLength(&a)) { return; }\n out[0] = a[0] + 1.0;', {
      before: 'override N: u32;',
      size: '8, 4',
    });
    const given = { workgroups: [3, 2, 1], constants: { N: 19 }, sizes: new Map([['0.0', 4 * 9]]) } as const;
    // id.x < 19, id.y < 4.5
    expect(count(code, given).flops).toBe(19 * 5);
  });

  test('helper calls and nested loops multiply; uniforms are read from their buffer', () => {
    const before = `
      struct Params { scale: f32, counts: vec3<u32>, rows: array<vec4<i32>, 2> }
      @group(1) @binding(2) var<uniform> params: Params;
      fn twice(x: f32) -> f32 { return once(x) + once(x); }
      fn once(x: f32) -> f32 { var s = 0.0; for (var k = 0u; k < params.counts.y; k++) { s += x; } return s; }`;
    const body = `var s = 0.0;
      for (var i = 0; i < params.rows[1].z; i += 2) { for (var j = params.counts.x; j > 0u; j--) { s += twice(a[j]); } }
      out[id.x] = s;`;
    const bytes = new DataView(new ArrayBuffer(64));
    bytes.setUint32(16, 5, true); // counts.x
    bytes.setUint32(20, 3, true); // counts.y
    bytes.setInt32(32 + 16 + 8, 7, true); // rows[1].z
    const uniforms = new Map([['1.2', new Uint8Array(bytes.buffer)]]);
    // i = 0, 2, 4, 6; j = 5…1; each: 2 × 3 in once, 1 in twice, 1 for s.
    expect(count(kernel(body, { before, size: '4' }), { uniforms, workgroups: [2, 1, 1] }).flops).toBe(4 * 5 * 8 * 8);
  });

  test('while, loop with break, continuing, switch and triangular bounds', () => {
    const body = `
      var n = 0u;
      while (n < 10u) { n += 3u; out[n] = a[n] + 1.0; }
      loop { if (n == 0u) { break; } out[n] = a[n] * 2.0; continuing { n = n / 2u; break if n == 1u; } }
      switch (id.x) { case 0u, 2u: { out[0] = a[0] + 1.0; } case 1u: { out[1] = a[1] * a[2] * a[3]; } default: { } }
      for (var i = 0u; i < id.x; i++) { for (var j = i; j < 4u; j++) { if ((i + j) % 2u == 0u) { continue; } out[j] = a[j] - 1.0; } }`;
    // n: 3 6 9 12, so 4; then 12, 6, 3 until n is 1, so 3.
    const odd = (x: number): number => {
      let found = 0;
      for (let i = 0; i < x; i++) for (let j = i; j < 4; j++) if ((i + j) % 2 !== 0) found++;
      return found;
    };
    let expected = 0;
    for (const x of [0, 1, 2, 3]) expected += 4 + 3 + (x === 1 ? 2 : x === 3 ? 0 : 1) + odd(x);
    expect(count(kernel(body), { workgroups: [4, 1, 1] }).flops).toBe(expected);
  });

  test('what depends on data is not in the counts: bounded, per iteration, with its line', () => {
    const layer = count(
      kernel(`
      var x = a[id.x];
      out[1] = x + 1.0;
      while (x > 1.0) {
        x = x * 0.5 + 0.25;
      }
      if (a[0] > 2.0) {
        for (var k = 0; k < 5; k++) { out[k] = a[k] * 2.0; }
      }
      out[id.x] = x;`),
      { workgroups: [6, 1, 1] },
    );
    expect(layer.flops).toBeNull();
    expect(layer.opcodes['add f32']).toBe(6);
    expect(layer.opcodes['mul f32']).toBeUndefined();
    expect(layer.unsolved.map(({ reason }) => reason)).toEqual([
      expect.stringMatching(/^a loop whose trips depend on data: begun at most 6 times, .* 2 flops per iteration$/),
      expect.stringMatching(/^a branch that data decide: taken at most 6 times, .* 5 flops each time$/),
    ]);
  });

  test('behind a return that data decide nothing is certain', () => {
    const layer = count(kernel('if (a[0] > 0.0) { return; }\n out[0] = a[1] + 1.0;'), { workgroups: [3, 1, 1] });
    expect(layer.flops).toBeNull();
    expect(layer.opcodes['add f32']).toBeUndefined();
    expect(layer.unsolved.at(-1)?.reason).toMatch(/at most 3 times.*1 flops/);
  });

  test('a kernel that does not parse or has no such entry is a gap with its line, not the end', () => {
    const layer = gpuKernelLayer([dispatch('fn x('), dispatch(kernel('out[0] = a[0] + 1.0;'))]);
    expect(layer.opcodes['add f32']).toBe(1);
    expect(layer.unsolved).toMatchObject([{ reason: expect.stringContaining('WGSL, line 1') }]);
  });
});

// A random nest of loops and guards, written as WGSL and walked through here in plain JavaScript.
type Nest =
  | { readonly kind: 'work'; readonly flops: number }
  | {
      readonly kind: 'loop';
      readonly from: Bound;
      readonly to: Bound;
      readonly step: number;
      readonly body: readonly Nest[];
      readonly stop: number | undefined;
    }
  | {
      readonly kind: 'guard';
      readonly modulus: number;
      readonly of: Bound;
      readonly body: readonly Nest[];
      readonly leave: boolean;
    };
/** A constant, an id, an override, or the variable of a loop around. */
type Bound = { readonly base: 'none' | 'x' | 'y' | 'N' | 'outer'; readonly plus: number };

const bound = fc.record({ base: fc.constantFrom<Bound['base']>('none', 'x', 'y', 'N', 'outer'), plus: fc.nat(4) });
const { nests } = fc.letrec<{ nest: Nest; nests: Nest[] }>(tie => ({
  nests: fc.array(tie('nest'), { minLength: 1, maxLength: 3 }),
  nest: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.record({ kind: fc.constant('work' as const), flops: fc.integer({ min: 1, max: 3 }) }),
    fc.record({
      kind: fc.constant('loop' as const),
      from: bound,
      to: bound,
      step: fc.integer({ min: 1, max: 3 }),
      body: tie('nests'),
      stop: fc.option(fc.nat(5), { nil: undefined }),
    }),
    fc.record({
      kind: fc.constant('guard' as const),
      modulus: fc.integer({ min: 2, max: 3 }),
      of: bound,
      body: tie('nests'),
      leave: fc.boolean(),
    }),
  ),
}));

let names = 0;
function write(list: readonly Nest[], outer: string): string {
  const show = ({ base, plus }: Bound): string =>
    `(${{ none: '0u', x: 'id.x', y: 'id.y', N: 'N', outer }[base]} + ${plus}u)`;
  return list
    .map(each => {
      if (each.kind === 'work')
        return `out[0] = ${Array(each.flops + 1)
          .fill('a[0]')
          .join(' * ')};`;
      if (each.kind === 'guard')
        return `if (${show(each.of)} % ${each.modulus}u == 0u) { ${write(each.body, outer)} ${each.leave ? 'return;' : ''} }`;
      const name = `i${names++}`;
      const stop = each.stop === undefined ? '' : `if (${name} == ${each.stop}u) { break; }`;
      return `for (var ${name} = ${show(each.from)}; ${name} < ${show(each.to)}; ${name} += ${each.step}u) { ${stop} ${write(each.body, name)} }`;
    })
    .join('\n');
}

class Left extends Error {}
function walk(list: readonly Nest[], at: { x: number; y: number; N: number; outer: number }): number {
  let flops = 0;
  const value = ({ base, plus }: Bound): number => (base === 'none' ? 0 : at[base]) + plus;
  const add = (more: readonly Nest[], outer: number): void => {
    try {
      flops += walk(more, { ...at, outer });
    } catch (error) {
      if (error instanceof Left) error.message = String(Number(error.message) + flops);
      throw error;
    }
  };
  for (const each of list) {
    if (each.kind === 'work') flops += each.flops;
    else if (each.kind === 'guard') {
      if (value(each.of) % each.modulus !== 0) continue;
      add(each.body, at.outer);
      if (each.leave) throw new Left(String(flops));
    } else
      for (let i = value(each.from); i < value(each.to); i += each.step) {
        if (i === each.stop) break;
        add(each.body, i);
      }
  }
  return flops;
}

test('random nests of loops, breaks, guards and returns: as many flops as a walk through them finds', () => {
  fc.assert(
    fc.property(nests, fc.nat(6), (program, N) => {
      const code = kernel(write(program, '1u'), { before: 'override N: u32;', size: '2, 1' });
      let expected = 0;
      for (let x = 0; x < 4; x++)
        for (let y = 0; y < 3; y++)
          try {
            expected += walk(program, { x, y, N, outer: 1 });
          } catch (error) {
            if (!(error instanceof Left)) throw error;
            expected += Number(error.message);
          }
      expect(count(code, { constants: { N }, workgroups: [2, 3, 1] }).flops).toBe(expected);
    }),
    { numRuns: 300 },
  );
});
