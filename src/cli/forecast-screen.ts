import { relative } from 'node:path';
import { styleText } from 'node:util';
import type { DeviceForecast } from '../forecast/forecast.ts';
import { boundLabel } from '../forecast/model.ts';
import type { ProgramForecast } from '../forecast/program.ts';
import { roomOf } from '../report/align.ts';
import { count, percent, significant } from '../report/format.ts';

type Row = ProgramForecast['forecasts'][number];

/** The answer on one screen: offload or keep, then each device with its interval, what binds it and what would move it. */
export function forecastScreen(
  { shape, plain, forecasts }: ProgramForecast,
  { explain }: { explain: boolean },
): string {
  const what = `${relative('.', shape.target) || shape.target}${shape.size === null ? '' : ` at size ${shape.size}`}`;
  const parallel =
    shape.regions.length > 0
      ? `${percent(1 - shape.serialShare)} of its ${shape.uncountedShare > 0 ? 'time' : 'work'} in loops that can be divided`
      : 'no loop that can be divided';
  const wide = Math.max(...forecasts.map(({ label }) => label.length), 'device'.length) + 1;
  return [
    styleText(
      'bold',
      `${what}: ${duration(plain.seconds)} a call as it is (${plain.extrapolatedFrom.length > 0 ? `extrapolated from sizes ${plain.extrapolatedFrom.join(' and ')}` : plain.calls === 1 ? 'measured, its one run, with loading' : 'measured, warm'}); ${parallel}`,
    ),
    ...(shape.uncountedShare > 0
      ? [
          `${shape.uncountedShare > 0.99 ? 'more than 99 %' : percent(shape.uncountedShare)} of the time is in no operation that could be counted (${shape.size === null ? 'starting up, printing, native calls' : 'native calls'}): it stays as it is`,
        ]
      : []),
    ...(shape.extrapolated
      ? [
          `extrapolated: operations were counted at sizes ${shape.countedAt.join(', ')} and follow their growth laws (error there ${percent(shape.growthError)})`,
        ]
      : []),
    styleText('bold', decision({ shape, plain, forecasts })),
    '',
    ...(shape.regions.length > 0
      ? [
          ...header(wide),
          ...forecasts.flatMap(row => deviceLines(row, { explain, wide, uncounted: shape.uncountedShare })),
        ]
      : []),
    ...keptLines({ shape, plain, forecasts }),
    ...(explain ? ['', ...forecasts.flatMap(explanation)] : []),
  ]
    .filter((line, index, lines) => line !== '' || (index > 0 && lines[index - 1] !== ''))
    .join('\n');
}

const times = (value: number): string => `${significant(value, value < 10 ? 2 : 3)}×`;

function duration(seconds: number): string {
  if (seconds < 1e-3) return `${significant(seconds * 1e6)} µs`;
  return seconds < 1 ? `${significant(seconds * 1e3)} ms` : `${significant(seconds)} s`;
}

/** By the best of the devices that were asked about, whether they are here or in the catalogue. */
function decision({ shape, plain, forecasts }: ProgramForecast): string {
  if (shape.regions.length === 0) {
    const [first] = shape.kept;
    if (!first)
      return 'KEEP it as it is: there is nothing to gain, for with this input no loop of it runs often enough to be divided.';
    return `KEEP it as it is: ${obstacle(first)}`;
  }
  const best = [...forecasts].sort((a, b) => b.speedup.mid - a.speedup.mid)[0];
  if (!best) return 'no device was asked about';
  const { low, mid, high } = best.speedup;
  if (low > 1) return `OFFLOAD: ${best.label} gives ${times(mid)} (${times(low)} to ${times(high)})`;
  if (mid >= worthTrying)
    return `PERHAPS: ${best.label} may give ${times(mid)}, but the interval reaches down to ${times(low)}: measure first (--measure)`;
  const cost = best.seconds.launch + best.seconds.transfer;
  const why =
    cost > plain.seconds / 2
      ? `one call takes ${duration(plain.seconds)}, and handing it over alone costs ${duration(cost)}`
      : `the best device, ${best.label}, would need ${duration(best.seconds.total)} for what takes ${duration(plain.seconds)} now`;
  return `KEEP it as it is: there is nothing to gain at this size, ${why}.`;
}

/** A forecast that is no further above 1 promises nothing. */
const worthTrying = 1.05;

/** Why nothing can be divided, in the words of the trace: a claim no stronger than what it saw. */
function obstacle({ verdict, line, reason, divisible }: ProgramForecast['shape']['kept'][number]): string {
  const why = `(line ${line}: ${reason})`;
  if (divisible) return `there is nothing to gain ${why}.`;
  if (verdict === 'unknown')
    return `whether its hottest loop can be divided could not be seen ${why}. Take that out of the loop, and ask again.`;
  if (verdict === 'doacross')
    return `iterations of its hottest loop wait for each other ${why}. Lanes, cores and GPUs would wait, too; only another algorithm can gain here.`;
  if (verdict === 'sequential')
    return `every step waits for the one before ${why}. Lanes, cores and GPUs would stand idle; only another algorithm can gain here.`;
  return `there is nothing to gain ${why}.`;
}

/** Where a line of the table is wider than the terminal, what follows the device has a line of its own. */
const isNarrow = (wide: number): boolean => wide + restWidth > roomOf(process.stdout);
const restWidth = 53;

const header = (wide: number): string[] => {
  const rest = `${'speed-up'.padStart(9)}${'interval'.padStart(18)}  ${'bound'.padEnd(9)} pays from`;
  return isNarrow(wide) ? ['device', `  ${rest.trimStart()}`] : [`${'device'.padEnd(wide)}${rest}`];
};

function deviceLines(
  row: Row,
  { explain, wide, uncounted }: { explain: boolean; wide: number; uncounted: number },
): string[] {
  const { label, speedup, bound, breakEvenSize } = row;
  // What starts up or prints cannot be made parallel.
  const advice =
    bound === 'serial' && uncounted > 0.5
      ? 'bound by what could not be counted: a larger input would show more'
      : row.advice;
  const from = breakEvenSize === null ? 'never' : `size ${count(breakEvenSize)}`;
  const range = `${times(speedup.low)} – ${times(speedup.high)}`;
  const lines = isNarrow(wide)
    ? [label, `  ${times(speedup.mid)}  ${range}  ${bound}  ${from}`]
    : [`${label.padEnd(wide)}${times(speedup.mid).padStart(9)}${range.padStart(18)}  ${bound.padEnd(9)} ${from}`];
  return [...lines, ...(explain ? [`    bound by ${boundLabel[bound]}`] : []), styleText('dim', `    ${advice}`)];
}

function keptLines({ shape }: ProgramForecast): string[] {
  if (shape.kept.length === 0 || shape.regions.length === 0) return [];
  return [
    '',
    'stays on one core:',
    ...shape.kept.map(
      ({ function: name, line, reason, share }) =>
        `  ${name || '(module)'}:${line} (${percent(share)} of the work): ${reason}`,
    ),
  ];
}

/** Every term with its number and source. */
function explanation({ label, terms, seconds, speedup }: DeviceForecast): string[] {
  return [
    styleText('bold', `${label}: ${times(speedup.mid)}, ${duration(seconds.total)}`),
    ...terms.flatMap(({ name, seconds: taken, formula, source }) => [
      `  ${name}: ${duration(taken)} = ${formula}`,
      styleText('dim', `      ${source}`),
    ]),
  ];
}
