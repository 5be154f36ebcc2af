import { type GpujsThread, type GpujsValue, gpujsVariants } from '../../src/backends/gpujs/variant.ts';
import { bitonicSteps, nextPowerOfTwo } from './bitonic.ts';
import type { SortInput } from './inputs.ts';
import { decodeKeys, encodeKeys, type Keys } from './order.ts';

/** Elements are laid out in rows: gpu.js gives an invocation group 8×8 of them and dispatches at most 65,535 groups a side. */
const columns = 1024;

/**
 * One step of a bitonic network: layer 0 holds the upper, layer 1 the lower 16 bits of every code. gpu.js computes in
 * f32, which is exact for integers up to 2²⁴ only, so a code of 32 bits takes two numbers. Divisions are by powers of
 * two and therefore exact.
 */
function step(this: GpujsThread, codes: Float32Array[][], merged: number, distance: number): number {
  const columns = this.constants.columns!;
  const index = this.thread.y * columns + this.thread.x;
  const span = distance * 2;
  const block = Math.floor(index / merged);
  let partner = index - distance;
  let wantsSmaller = 0;
  if (index - Math.floor(index / span) * span < distance) {
    partner = index + distance;
    wantsSmaller = 1;
  }
  if (block - Math.floor(block / 2) * 2 > 0) wantsSmaller = 1 - wantsSmaller;
  const row = Math.floor(partner / columns);
  const column = partner - row * columns;
  const upper = codes[0]![this.thread.y]![this.thread.x]!;
  const lower = codes[1]![this.thread.y]![this.thread.x]!;
  const otherUpper = codes[0]![row]![column]!;
  const otherLower = codes[1]![row]![column]!;
  let smaller = 0;
  if (upper < otherUpper) smaller = 1;
  if (upper === otherUpper) {
    if (lower < otherLower) smaller = 1;
    if (lower === otherLower) smaller = wantsSmaller;
  }
  let keptUpper = otherUpper;
  let keptLower = otherLower;
  if (smaller === wantsSmaller) {
    keptUpper = upper;
    keptLower = lower;
  }
  let value = keptUpper;
  if (this.thread.z > 0) value = keptLower;
  return value;
}

const paddedLength = ({ keys }: SortInput): number => Math.max(2, nextPowerOfTwo(keys.length));

/** Columns, rows and the two layers of codes. */
function shapeOf(input: SortInput): readonly [number, number, number] {
  const length = paddedLength(input);
  const width = Math.min(columns, length);
  return [width, length / width, 2];
}

/** p = ½ log₂ n (log₂ n + 1) calls, each of 32 bytes a key read and 8 written: 210 and 8 GB at 10⁶ keys. */
export const gpujs = gpujsVariants<SortInput, Keys>({
  sameAlgorithm: false,
  summary: 'bitonic network, a call a step, every code as two exact f32 halves',
  unsupported: ({ keys }) =>
    keys.length > 2 ** 24
      ? 'gpu.js computes indices in f32, which is exact up to 2²⁴ only; try a smaller --size'
      : undefined,
  kernels(input) {
    const output = shapeOf(input);
    const plan = { code: step, output, constants: { columns: output[0] } };
    return { even: plan, odd: plan };
  },
  upload(input) {
    const length = paddedLength(input);
    const codes = new Uint32Array(length).fill(0xffffffff);
    encodeKeys(input.keys, codes);
    const data = new Float32Array(2 * length);
    for (let i = 0; i < length; i++) {
      data[i] = codes[i]! >>> 16;
      data[length + i] = codes[i]! & 0xffff;
    }
    return { codes: { data, size: shapeOf(input) } };
  },
  async compute({ even, odd }, { codes }, input) {
    let current = codes as GpujsValue;
    for (const [index, { merged, distance }] of bitonicSteps(paddedLength(input)).entries())
      current = await (index % 2 === 0 ? even! : odd!)(current, merged, distance);
    return { sorted: current };
  },
  readback({ sorted }, input) {
    const length = paddedLength(input);
    const codes = new Uint32Array(input.keys.length);
    for (let i = 0; i < codes.length; i++) codes[i] = sorted![i]! * 65_536 + sorted![length + i]!;
    return decodeKeys(codes, input.keys);
  },
});
