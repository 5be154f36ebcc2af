import type { Interval } from './rows.ts';

/** Rounds to `digits` significant digits without an exponent: 0.01234 → "0.0123". */
export function significant(value: number, digits = 3): string {
  if (!Number.isFinite(value)) return value > 0 ? '∞' : value < 0 ? '−∞' : '–';
  if (value === 0) return '0';
  const rounded = Number(value.toPrecision(digits));
  const magnitude = Math.floor(Math.log10(Math.abs(rounded)));
  if (magnitude >= 15 || magnitude < -4) return scientific(value, digits - 1);
  return grouped(rounded.toFixed(Math.max(0, digits - 1 - magnitude)));
}

/** 1.2·10⁻⁷ with real superscripts. */
export function scientific(value: number, decimals = 1): string {
  const [mantissa, exponent] = value.toExponential(decimals).split('e') as [string, string];
  return `${mantissa.replace('-', '−')}·10${superscript(Number(exponent))}`;
}

export const superscript = (exponent: number): string =>
  [...String(exponent)].map(digit => (digit === '-' ? '⁻' : '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)]!)).join('');

/** A narrow space between thousands (ISO 80000-1), from five digits on. */
function grouped(digits: string): string {
  const [whole = '', fraction] = digits.replace('-', '−').split('.');
  const spaced = whole.replace('−', '').length < 5 ? whole : whole.replace(/\B(?=(\d{3})+$)/g, '\u202f');
  return fraction === undefined ? spaced : `${spaced}.${fraction}`;
}

/** An integer with its thousands set apart. */
export const count = (value: number): string => grouped(String(Math.round(value)));

const timeUnits = [
  { ns: 1e9, unit: 's' },
  { ns: 1e6, unit: 'ms' },
  { ns: 1e3, unit: 'µs' },
  { ns: 1, unit: 'ns' },
] as const;

const timeUnit = (ns: number) => timeUnits.find(unit => Math.abs(ns) >= unit.ns) ?? timeUnits[3];

/** 1234567 ns → "1.23 ms". */
export function duration(ns: number): string {
  // 999.9 µs would round to "1000 µs": round first, then choose the unit.
  const rounded = Number(ns.toPrecision(3));
  const { ns: scale, unit } = timeUnit(rounded);
  return `${significant(rounded / scale)} ${unit}`;
}

/** A duration on an axis: "1 ms", not "1.00 ms". */
export function tickDuration(ns: number): string {
  const { ns: scale, unit } = timeUnit(ns);
  return `${Number((ns / scale).toPrecision(3))} ${unit}`;
}

/** "1.20–1.31": the ends of an interval in the unit in which its value is printed. */
export function durationRange({ low, mid, high }: Interval): string {
  const { ns: scale } = timeUnit(Number(mid.toPrecision(3)));
  return `${significant(low / scale)}–${significant(high / scale)}`;
}

/**
 * "61 ± 4", rounded where the uncertainty begins; "61 (50 to 90)" where the interval is so lopsided that one half is
 * more than half as wide again as the other, or wider than half of the value: its ends are then rounded by themselves,
 * because "10 ± 8" would hide that the lower one is above 1. The half-width quoted is the larger one.
 */
export function plusMinus({ low, mid, high }: Interval): string {
  const [below, above] = [mid - low, high - mid];
  const half = Math.max(below, above);
  if (half === 0) return significant(mid);
  if (half > 1.5 * Math.min(below, above) || half > mid / 2)
    return `${significant(mid, 2)} (${significant(low, 2)} to ${significant(high, 2)})`;
  const decimals = uncertaintyDecimals(half);
  return `${fixed(mid, decimals)} ± ${fixed(half, decimals)}`;
}

/** One significant digit of uncertainty, two where it begins with 1: the usual rule (PDG, Review of Particle Physics). */
function uncertaintyDecimals(half: number): number {
  const magnitude = Math.floor(Math.log10(half));
  const leading = half / 10 ** magnitude;
  return leading < 1.95 ? 1 - magnitude : -magnitude;
}

function fixed(value: number, decimals: number): string {
  const scale = 10 ** decimals;
  return grouped((Math.round(value * scale) / scale).toFixed(Math.max(0, decimals)));
}

/** A ratio with its sign: "61×", "0.43×". */
export const times = (ratio: number): string => `${significant(ratio, 2)}×`;

export const percent = (share: number): string => `${significant(share * 100, 2)} %`;

/** An error, which spans many decades; exactly 0 means that not one bit differs. */
export const errorMagnitude = (error: number): string => (error === 0 ? '0' : scientific(error));

/** A power of ten on an axis as such, other ticks with one decimal: "10⁻⁷", "2.0·10⁻⁷". */
export function tickPower(tick: number): string {
  const exponent = Math.round(Math.log10(tick));
  return Math.abs(tick / 10 ** exponent - 1) < 1e-9 ? `10${superscript(exponent)}` : errorMagnitude(tick);
}

/** A size on an axis: whole up to five digits; above, an exact power of two as such, else three digits and a prefix. */
export function sizeLabel(size: number): string {
  if (size < 100_000) return String(size);
  const log2 = Math.log2(size);
  if (Number.isInteger(log2)) return `2${superscript(log2)}`;
  const [scale, unit] = size >= 1e9 ? [1e9, 'G'] : size >= 1e6 ? [1e6, 'M'] : [1e3, 'k'];
  return `${Number((size / scale).toPrecision(3))}${unit}`;
}
