import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import binaryen from 'binaryen';
import { describe, expect, test } from 'vitest';
import { webassemblyLayer } from '../../src/census/webassembly/decode.ts';
import { wasmFlops } from '../../src/census/webassembly/opcodes.ts';

const read = (path: string) => readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)));
const ours = [
  'cnn/assembly/cnn',
  'crypto/assembly/aes',
  'crypto/assembly/sha256',
  'matmul/assembly/matmul',
  'ode/assembly/ode',
  'quicksort/assembly/sort',
].map(name => `kernels/${name}.wasm`);
const xnnpack = 'node_modules/@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm';

/** Binaryen's own decoder, printed: an independent count of instructions. It rewrites control flow and locals. */
function countByBinaryen(bytes: Uint8Array): Record<string, number> {
  const module = binaryen.readBinary(bytes);
  module.setFeatures(binaryen.Features.All);
  const counts: Record<string, number> = {};
  for (const [, name] of module.emitText().matchAll(/\(((?:[if]\d\d(?:x\d+)?|v128|memory)\.[a-z0-9_.]+)/g))
    if (name !== undefined && !name.endsWith('.const')) counts[name] = (counts[name] ?? 0) + 1;
  module.dispose();
  return counts;
}

describe('the static mix of WebAssembly modules', () => {
  test.each(ours)('%s: as many of each operation as Binaryen decodes', path => {
    const bytes = read(path);
    const { opcodes } = webassemblyLayer(bytes, path);
    const operations = Object.fromEntries(
      Object.entries(opcodes).filter(
        ([name]) => /^([if]\d\d(x\d+)?|v128|memory)\./.test(name) && !name.endsWith('.const'),
      ),
    );
    expect(operations).toEqual(countByBinaryen(bytes));
  });

  test.each([...ours, xnnpack])('%s: every block ends, and every function', path => {
    for (const { opcodes, name } of webassemblyLayer(read(path), path).functions) {
      const opened = (opcodes.block ?? 0) + (opcodes.loop ?? 0) + (opcodes.if ?? 0);
      expect(opcodes.end, name).toBe(opened + 1);
    }
  });

  test('flops count lanes, and a fused multiply–add as two', () => {
    const flops = [
      'f32.add',
      'f64x2.mul',
      'f32x4.div',
      'f32x4.relaxed_madd',
      'f64x2.relaxed_nmadd',
      'i32x4.add',
      'f32.neg',
      'f32x4.ceil',
    ].map(wasmFlops);
    expect(flops).toEqual([1, 2, 4, 8, 4, 0, 0, 0]);
  });

  test('what is no module, cut short or unknown is an error that says where', () => {
    expect(() => webassemblyLayer(new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8]), 'x.wasm')).toThrow(
      /x\.wasm is no WebAssembly module/,
    );
    const bytes = read(ours[0] as string);
    expect(() => webassemblyLayer(bytes.subarray(0, bytes.length - 40), 'x.wasm')).toThrow(/ends at byte|known/);
    const unknown = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 10, 5, 1, 3, 0, 0xff, 11]);
    expect(() => webassemblyLayer(unknown, 'x.wasm')).toThrow(/0xff is known \(byte 13\)/);
  });
});
