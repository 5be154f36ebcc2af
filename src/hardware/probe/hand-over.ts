import { startTeam } from '../../backends/threads/run.ts';
import { now } from '../../measure/clock.ts';
import { median } from '../../measure/statistics.ts';
import type { HandOver, TransferPoint } from '../ceilings.ts';

const sizes = [1 << 12, 1 << 16, 1 << 20, 1 << 24] as const;

/** A neighbour on the host slows whatever runs for a while, and the first copies go to pages that are new. */
const rounds = 4;

/**
 * What the variants on threads and in WebAssembly pay besides their kernels, by the same code that they run: each the
 * smallest of some rounds' medians.
 */
export async function probeHandOver(cores: number): Promise<HandOver> {
  const probes: HandOver[] = [];
  for (let round = 0; round < rounds; round++)
    probes.push({
      launchNs: await probeLaunch(cores),
      callNs: await probeLaunch(1),
      transfer: sizes.map(copyBothWays),
    });
  const least = (of: (probe: HandOver) => number): number => Math.min(...probes.map(of));
  return {
    launchNs: least(({ launchNs }) => launchNs),
    callNs: least(({ callNs }) => callNs),
    transfer: sizes.map((bytes, index) => ({
      bytes,
      uploadNs: least(({ transfer }) => transfer[index]!.uploadNs),
      readbackNs: least(({ transfer }) => transfer[index]!.readbackNs),
    })),
  };
}

async function probeLaunch(threads: number): Promise<number> {
  const team = await startTeam<null, Float32Array>(
    {
      name: 'threads',
      threads,
      kernel: new URL('./empty-kernel.ts', import.meta.url),
      data: { shared: {}, scalars: {} },
      upload: () => undefined,
      download: () => new Float32Array(0),
    },
    null,
  );
  const times: number[] = [];
  for (let trial = 0; trial < 200; trial++) {
    const start = now();
    await team.dispatch();
    times.push(Number(now() - start));
  }
  await team[Symbol.asyncDispose]();
  return median(times.slice(50));
}

/**
 * The copy out is another array each time, as it is for whoever takes the result: on pages that the program has given
 * back, once there are some; on new ones a copy of a megabyte takes four times as long.
 */
function copyBothWays(bytes: number): TransferPoint {
  const host = new Float32Array(bytes / 4).fill(7);
  const shared = new Float32Array(new SharedArrayBuffer(bytes)).fill(1);
  const repetitions = Math.max(1, 2 ** 18 / bytes);
  const each = (work: () => void): number => {
    const times: number[] = [];
    for (let trial = 0; trial < 15; trial++) {
      const start = now();
      for (let count = 0; count < repetitions; count++) work();
      times.push(Number(now() - start) / repetitions);
    }
    return median(times);
  };
  let kept = host;
  const uploadNs = each(() => shared.set(host));
  const readbackNs = each(() => {
    kept = shared.slice();
  });
  if (kept.length !== host.length) throw new Error('the copy out has another length');
  return { bytes, uploadNs, readbackNs };
}
