// How far `analyze` is from a program's own section timers, in percentage points.
//   node bin/pgram.mjs exec tests/profile/section-shares.ts        ten runs, the worst of each section
import { fileURLToPath } from 'node:url';
import { readTicks, timeByPlace } from '../../src/profile/time-by-place.ts';
import type { PlaceTime } from '../../src/profile/types.ts';
import { watchTarget, withLog } from '../../src/profile/watch.ts';
import { ownFolder, resolveTarget } from '../../src/target/index.ts';

const file = fileURLToPath(new URL('../fixtures/profile/sections.ts', import.meta.url));

/** What belongs to each of the program's sections. */
const sections: Readonly<Record<string, (time: PlaceTime) => boolean>> = {
  js: ({ place }) => ['interpreter', 'sparkplug', 'maglev', 'turbofan', 'compilation'].includes(place),
  'wasm.spin': ({ place, name }) => place === 'webassembly' && name === 'wasm.spin',
  crypto: ({ name }) => name.startsWith('crypto.'),
  'zlib.deflateSync': ({ name }) => name.startsWith('zlib.'),
  'TypedArray.prototype.sort': ({ name }) => name === 'TypedArray.prototype.sort',
};

/** Share by the tool and by the program itself, of one run. */
export async function sectionShares(scale: number): Promise<Record<string, { tool: number; program: number }>> {
  const spec = { target: resolveTarget(`${file}#sections`), size: scale };
  const ownership = { root: ownFolder(file), include: [] };
  const { outcome, result } = await withLog(
    ['--prof', '--prof-sampling-interval=500'],
    v8Flags => watchTarget(spec, { mode: 'boundaries', v8Flags }, {}),
    logs => logs.map(log => readTicks(log, ownership)),
  );
  if (outcome.status !== 'ok') throw new Error(outcome.message);
  const { total, spent } = JSON.parse(outcome.stdout.text) as { total: number; spent: Record<string, number> };
  const { times } = timeByPlace(outcome.result, result);
  return Object.fromEntries(
    Object.entries(sections).map(([name, belongs]) => [
      name,
      {
        tool: times.filter(belongs).reduce((sum, { share }) => sum + share, 0),
        program: (spent[name] as number) / total,
      },
    ]),
  );
}

if (import.meta.main) {
  const worst: Record<string, number> = {};
  for (let run = 1; run <= 10; run++) {
    const shares = await sectionShares(4);
    const line = Object.entries(shares).map(([name, { tool, program }]) => {
      worst[name] = Math.max(worst[name] ?? 0, Math.abs(tool - program));
      return `${name} ${(program * 100).toFixed(1)} → ${(tool * 100).toFixed(1)}`;
    });
    console.log(`run ${run}: ${line.join(', ')}`);
  }
  for (const [name, error] of Object.entries(worst))
    console.log(`worst of ten, ${name}: ${(error * 100).toFixed(2)} points`);
}
