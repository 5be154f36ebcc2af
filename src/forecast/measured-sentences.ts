import type { Sentence } from '../report/sentence.ts';
import type { CsvRow } from '../results/schema.ts';

/** One sentence for each forecast of one program that was measured: both figures, and how far they are apart. */
export const measuredSentences = (rows: readonly CsvRow[]): Sentence[] =>
  rows.map(row => ({ workload: '', parameters: '', text: sentenceOf(row) }));

function sentenceOf(row: CsvRow): string {
  const { workload, size, forecast_device: device, variant, measured_speedup: measured } = row;
  const [low, said, high] = [row.speedup_low, row.speedup_forecast, row.speedup_high].map(Number) as [
    number,
    number,
    number,
  ];
  const forecast = `${workload} ${size} on ${device} (${variant}): forecast ${times(said)} (${times(low)} to ${times(high)})`;
  if (measured === undefined) return `${forecast}, not measured: summary.csv says why.`;
  const isInside = Number(measured) >= low && Number(measured) <= high;
  const apart = isTrue(row.same_algorithm)
    ? ''
    : ' The variant runs another algorithm than naive, so it is not scored.';
  return `${forecast}, measured ${times(Number(measured))}: the forecast is ${distance(said / Number(measured))}, ${isInside ? 'inside' : 'outside'} the interval.${apart}`;
}

const isTrue = (value: unknown): boolean => value === true || value === 'true';
const times = (value: number): string => `${Number(value.toPrecision(2))}×`;

/** In percent up to a factor of two, as a factor beyond it. */
function distance(ratio: number): string {
  const percent = Math.round(Math.abs(ratio - 1) * 100);
  if (percent === 0) return 'as measured';
  if (ratio > 2) return `${Number(ratio.toPrecision(2))} times too high`;
  if (ratio < 0.5) return `${Number((1 / ratio).toPrecision(2))} times too low`;
  return `${percent} % too ${ratio > 1 ? 'high' : 'low'}`;
}
