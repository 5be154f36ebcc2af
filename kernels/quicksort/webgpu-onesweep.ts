import type { GpuPlan, PassPlan } from '../../src/backends/webgpu/plan.ts';
import { digitPart, ends, type Shape } from './webgpu-digits.ts';
import { alignment, grid, wgsl } from './wgsl.ts';

const tileKeys = 4096;
const digits = 4;
const buckets = 256;

/** Looks at another tile's count before an invocation counts by itself: some microseconds of a GPU. */
const patience = 1 << 12;

/** States keep amounts in 30 bits. */
export const mostForOnesweep = 2 ** 30 - 1;

/**
 * For GPUs: 4 digits of 8 bits, each in one sweep over the keys (move.wgsl), all counted in one pass before.
 *
 * Traffic: 4 bytes a key to count, 8 to move in each digit: 36n, and for each tile and digit 1 KiB of states, cleared,
 * written twice and read: n/16 · 4 · 4 = n. 10⁹ keys a second need 37 GB/s, where separate counting (planTiles) needs
 * 48.5; an H100's 3.35 TB/s would allow 9·10¹⁰.
 */
export function planOnesweep({ length, floats }: Shape): GpuPlan {
  const tiles = Math.max(1, Math.ceil(length / tileKeys));
  const stateBytes = tiles * buckets * 4;
  const common = { length, tiles };
  const files = ['tiles/common.wgsl'];
  const clear = (buffer: string, bytes: number): PassPlan => ({
    label: `clear ${buffer}`,
    code: wgsl('onesweep/clear.wgsl'),
    bindings: [buffer],
    workgroups: grid(Math.ceil(bytes / 4 / buckets)),
  });
  const bytes = { starts: digits * buckets * 4, tickets: digits * alignment, states: digits * stateBytes };
  return {
    buffers: {
      ...ends(length),
      ping: { bytes: Math.max(4, length * 4), role: 'scratch' },
      pong: { bytes: Math.max(4, length * 4), role: 'scratch' },
      starts: { bytes: bytes.starts, role: 'scratch' },
      tickets: { bytes: bytes.tickets, role: 'scratch' },
      states: { bytes: bytes.states, role: 'scratch' },
    },
    passes: [
      clear('starts', bytes.starts),
      clear('tickets', bytes.tickets),
      clear('states', bytes.states),
      {
        label: 'count',
        code: wgsl(...files, 'onesweep/count.wgsl'),
        constants: { ...common, floats: Number(floats) },
        bindings: ['input', 'starts'],
        workgroups: grid(tiles),
      },
      {
        label: 'sum',
        code: wgsl('tiles/scan.wgsl', 'onesweep/sum.wgsl'),
        bindings: ['starts'],
        workgroups: [digits],
      },
      ...Array.from({ length: digits }, (_, digit): PassPlan => {
        const from = digit === 0 ? 'input' : digit % 2 === 1 ? 'ping' : 'pong';
        const to = digit === digits - 1 ? 'sorted' : digit % 2 === 0 ? 'ping' : 'pong';
        return {
          label: `move digit ${digit}`,
          code: wgsl('digit.wgsl', ...files, 'onesweep/move.wgsl'),
          constants: { ...common, looks: patience },
          bindings: [
            from,
            `starts@${digit * buckets * 4}:${buckets * 4}`,
            `states@${digit * stateBytes}:${stateBytes}`,
            `tickets@${digit * alignment}:4`,
            digitPart(8, digit),
            to,
          ],
          workgroups: grid(tiles),
        };
      }),
    ],
  };
}
