import { maximum, minimum } from '../../workload/extreme.ts';
/** A log scale that holds all values, with ticks that can be labelled. */
export interface LogScale {
  readonly domain: readonly [number, number];
  readonly ticks: readonly number[];
}

/**
 * A log scale around the positive values given, with a margin of a thirtieth of its length at both ends; `headroom` is
 * the share of the plot's height to leave free above the largest value, for notes. Ticks are powers of ten, with 2 and
 * 5 between where the scale spans less than two decades.
 */
export function logScale(values: readonly number[], headroom = 0): LogScale {
  const positive = values.filter(value => value > 0 && Number.isFinite(value));
  const [low, high] = positive.length === 0 ? [1, 10] : [minimum(positive), maximum(positive)];
  const decades = Math.max(Math.log10(high / low), 0.3);
  const margin = 10 ** (decades / 30);
  const above = 10 ** ((decades * headroom) / (1 - headroom));
  const domain = [low / margin, high * margin * above] as const;
  return { domain, ticks: logTicks(domain) };
}

/** Powers of ten inside a domain, thinned to at most seven; multiples by 2 and 5 too where there are under two decades. */
export function logTicks([low, high]: readonly [number, number]): number[] {
  const first = Math.floor(Math.log10(low));
  const last = Math.ceil(Math.log10(high));
  const exponents = Array.from({ length: last - first + 1 }, (_, i) => first + i);
  const inside = (tick: number) => tick >= low && tick <= high;
  const powers = exponents.map(exponent => Number(`1e${exponent}`)).filter(inside);
  if (Math.log10(high / low) < 2)
    return exponents.flatMap(exponent => [1, 2, 5].map(digit => Number(`${digit}e${exponent}`))).filter(inside);
  const step = Math.ceil(powers.length / 7);
  return powers.filter((_, i) => i % step === 0);
}

/** A Vega expression that labels given ticks with given texts. */
export function labelExpression(ticks: readonly number[], label: (tick: number) => string): string {
  const cases = ticks.map(tick => `datum.value === ${tick} ? ${JSON.stringify(label(tick))} : `);
  return `${cases.join('')}''`;
}

/**
 * Ticks for measured sizes: all of them where there is room, else every second, third…; always the largest. `room` is
 * how many labels fit.
 */
export function sizeTicks(sizes: readonly number[], room = 8): number[] {
  const step = Math.max(1, Math.ceil(sizes.length / room));
  return sizes.filter((_, i) => (sizes.length - 1 - i) % step === 0);
}

/** Thins ticks so that their labels stay `gap` pixels apart on an axis of `length` pixels; `keep` always stays. */
export function thinTicks(
  { domain: [low, high], ticks }: LogScale,
  { keep, length, gap }: { readonly keep: number; readonly length: number; readonly gap: number },
): number[] {
  const at = (tick: number) => (length * Math.log(tick / low)) / Math.log(high / low);
  const kept = [keep];
  // Powers of ten before the digits between them.
  const byRank = [...ticks].sort((a, b) => Number(isPowerOfTen(b)) - Number(isPowerOfTen(a)));
  for (const tick of byRank)
    if (kept.every(other => other !== tick && Math.abs(at(other) - at(tick)) >= gap)) kept.push(tick);
  return kept.sort((a, b) => a - b);
}

const isPowerOfTen = (tick: number) => Math.abs(Math.log10(tick) - Math.round(Math.log10(tick))) < 1e-9;
