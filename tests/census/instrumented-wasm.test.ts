import binaryen from 'binaryen';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { executedWasmLayer } from '../../src/census/webassembly/executed.ts';
import { counterExport, instrumentModule } from '../../src/census/webassembly/instrument.ts';

function compile(text: string): Uint8Array {
  const module = binaryen.parseText(text);
  module.setFeatures(binaryen.Features.All);
  expect(module.validate()).toBe(1);
  return module.emitBinary();
}

/** Runs an exported function of an instrumented module, and counts. */
function run(bytes: Uint8Array, call: (exports: WebAssembly.Exports) => unknown, imports: WebAssembly.Imports = {}) {
  const { bytes: instrumented, blocks } = instrumentModule(bytes, { number: 0, file: 'test' });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(instrumented), imports);
  const result = call(exports);
  const counters = new BigUint64Array((exports[`${counterExport}0`] as WebAssembly.Memory).buffer);
  const counts = Float64Array.from(blocks, (_, index) => Number(counters[index]));
  return { result, layer: executedWasmLayer([{ bytes, counts }]) };
}

const nested = `(module (memory 1) (func (export "nest") (param $n i32) (param $m i32) (result f32)
  (local $i i32) (local $j i32) (local $s f32)
  (block $out (loop $outer
    (br_if $out (i32.ge_u (local.get $i) (local.get $n)))
    (local.set $j (i32.const 0))
    (block $done (loop $inner
      (br_if $done (i32.ge_u (local.get $j) (local.get $m)))
      (if (i32.and (local.get $j) (i32.const 1))
        (then (local.set $s (f32.add (local.get $s) (f32.mul (f32.const 2) (f32.const 3)))))
        (else (local.set $s (f32.sub (local.get $s) (f32.const 1)))))
      (local.set $j (i32.add (local.get $j) (i32.const 1)))
      (br $inner)))
    (local.set $i (i32.add (local.get $i) (i32.const 1)))
    (br $outer)))
  (local.get $s)))`;

test('loops, branches and early exits are counted as often as they run, and the result stays', () => {
  const bytes = compile(nested);
  fc.assert(
    fc.property(fc.nat(12), fc.nat(12), (n, m) => {
      const { result, layer } = run(bytes, ({ nest }) => (nest as (n: number, m: number) => number)(n, m));
      const odd = Math.floor(m / 2);
      // 0 · −1 is −0; the kernel begins at +0 and adds.
      expect(result).toBe(n * (6 * odd - (m - odd)) + 0);
      expect(layer.flops).toBe(n * (2 * odd + (m - odd)));
      expect(layer.opcodes['f32.mul'] ?? 0).toBe(n * odd);
      expect(layer.opcodes['f32.sub'] ?? 0).toBe(n * (m - odd));
      expect(layer.opcodes['i32.ge_u']).toBe(n + 1 + n * (m + 1));
      expect(layer.opcodes['i32.add'] ?? 0).toBe(n + n * m);
    }),
    { numRuns: 50 },
  );
});

test('lanes and relaxed fused multiply-adds are in the flops; a module without memory or exports gets its own', () => {
  const bytes = compile(`(module (func $madd (param $n i32) (local $v v128)
    (loop $again
      (local.set $v (f32x4.relaxed_madd (local.get $v) (local.get $v) (local.get $v)))
      (local.set $v (f32x4.add (local.get $v) (local.get $v)))
      (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1))))))
    (func (export "run") (call $madd (i32.const 7)) (call $madd (i32.const 3))))`);
  const { layer } = run(bytes, ({ run: start }) => (start as () => void)());
  expect(layer.flops).toBe(10 * (8 + 4));
  expect(layer.opcodes.call).toBe(2);
});

test('a memory that is imported keeps its number', () => {
  const bytes = compile(`(module (import "env" "memory" (memory 1)) (func (export "put") (param $at i32)
    (i32.store (local.get $at) (i32.const 77))))`);
  const memory = new WebAssembly.Memory({ initial: 1 });
  const { layer } = run(bytes, ({ put }) => (put as (at: number) => void)(16), { env: { memory } });
  expect(new Int32Array(memory.buffer)[4]).toBe(77);
  expect(layer.opcodes['i32.store']).toBe(1);
});

test('br_table, return and unreachable end a block', () => {
  const bytes = compile(`(module (func (export "pick") (param $k i32) (result i32)
    (block $b (block $a (br_table $a $b (local.get $k))) (return (i32.mul (i32.const 2) (i32.const 3))))
    (i32.add (i32.const 1) (i32.const 2))))`);
  const picks = run(bytes, ({ pick }) => [0, 1, 5, 0].map(k => (pick as (k: number) => number)(k)));
  expect(picks.result).toEqual([6, 3, 3, 6]);
  expect(picks.layer.opcodes).toMatchObject({ 'i32.mul': 2, 'i32.add': 2, return: 2, br_table: 4 });
});
