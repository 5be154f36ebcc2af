import { relative } from 'node:path';
import { styleText } from 'node:util';
import type { AnalysedSubject } from '../profile/analysis.ts';
import type { Profile } from '../profile/profile.ts';
import { leastTicks } from '../profile/time-by-place.ts';
import { type Place, type PlaceTime, type ProfiledFunction, places, type TimeByPlace } from '../profile/types.ts';
import { alignColumns, inert } from '../report/align.ts';
import { count, duration, percent, significant } from '../report/format.ts';

const most = { functions: 20, lines: 10, sites: 10, kernels: 12, symbols: 8, parts: 6 };

const placeNames: Readonly<Record<Place, string>> = {
  interpreter: 'interpreter (Ignition)',
  sparkplug: 'baseline (Sparkplug)',
  maglev: 'optimised (Maglev)',
  turbofan: 'optimised (TurboFan)',
  'garbage-collection': 'garbage collection',
  compilation: 'compilation',
  webassembly: 'WebAssembly',
  native: 'native library',
  engine: 'built-ins of V8',
  waiting: 'waiting: device, threads, event loop',
  tool: 'the tool itself',
  unnamed: 'unnamed, or too few ticks to tell',
};

/** What a person reads of one variant of a target. */
export function analysisLines(subject: AnalysedSubject, label: string): string[] {
  const { profile, variant, clinic } = subject;
  const title = [relative('.', label) || label, variant].filter(Boolean).join(' / ');
  const size = subject.spec.size === undefined ? '' : ` at size ${subject.spec.size}`;
  return [
    styleText('bold', `${title}${size}`),
    ...endLines(profile),
    ...(profile.byPlace === null
      ? []
      : [
          '',
          ...functionLines(profile),
          ...placeLines(profile.byPlace),
          ...hotLineLines(profile),
          ...siteLines(profile),
          ...kernelLines(profile),
          ...symbolLines(profile),
          ...clinic.map(({ message }) => message),
          unnamedLine(profile),
          ...profile.problems
            .filter(problem => problem !== profile.message)
            .map(problem => styleText('yellow', problem)),
        ]),
    '',
  ];
}

function endLines({ status, message, refusal }: Profile): string[] {
  if (status === 'ok') return [];
  if (refusal === 'VariantSkipped' || refusal === 'UsageError') return [styleText('yellow', `left out: ${message}`)];
  const how = status === 'does-not-load' ? 'the program does not load' : 'the program did not end by itself';
  return [styleText('red', `${how}: ${message}`)];
}

/** Columns that stand right-aligned but the last, which says what a row is about. */
function table(heading: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const title = heading.length - 1;
  return alignColumns(
    [heading, ...rows].map(row => row.map(text => ({ text }))),
    { right: new Set(heading.slice(0, title).keys()), stream: process.stdout, title },
  );
}

const milliseconds = (value: number): string => significant(value, 3);

function functionLines(profile: Profile): string[] {
  const { functions, repetitions, samples, runMilliseconds } = profile;
  const processes = runMilliseconds.length;
  const rows = functions.filter(({ name, total }) => name !== '(root)' && total.milliseconds > 0);
  if (rows.length === 0) return [];
  const shown = rows.slice(0, most.functions);
  const note = `times sampled by V8: ${count(samples)} samples in ${processes} ${plural('process', processes)}, ${count(repetitions)} ${plural('repetition', repetitions)}; ± is the sampling error`;
  return [
    styleText('bold', 'functions, of one repetition'),
    ...table(
      ['calls', 'self ms', '±', 'total ms', 'per call', 'mostly', 'function'],
      shown.map(each => [
        each.calls === null ? '–' : count(each.calls),
        milliseconds(each.self.milliseconds),
        milliseconds(each.self.standardError),
        milliseconds(each.total.milliseconds),
        perCall(each),
        mainTier(each),
        inert(`${each.name}${whereOf(each)}`),
      ]),
    ),
    ...(rows.length > shown.length ? [`and ${rows.length - shown.length} more in profile.csv`] : []),
    styleText('dim', note),
    '',
  ];
}

/** Of a function that few samples hit nothing can be said. */
const perCall = ({ calls, self }: ProfiledFunction): string =>
  calls && self.standardError < self.milliseconds / 2 ? duration((self.milliseconds * 1e6) / calls) : '–';

const plural = (word: string, many: number): string =>
  many === 1 ? word : word.endsWith('s') ? `${word}es` : `${word}s`;

function whereOf({ file, line }: ProfiledFunction): string {
  if (file === '') return '';
  return `  ${/^(node|wasm):/.test(file) ? file : relative('.', file)}${line > 0 ? `:${line}` : ''}`;
}

function mainTier({ tiers }: ProfiledFunction): string {
  const [most] = Object.entries(tiers).sort(([, a], [, b]) => b - a);
  return most ? `${most[0]} ${Math.round(most[1] * 100)} %` : '–';
}

/** What has no name is dark because of the code, or because there was too little to sample. */
export function unnamedLine({ unnamedShare, byPlace }: Pick<Profile, 'unnamedShare' | 'byPlace'>): string {
  const said = `${percent(unnamedShare)} of the time is in code without a name`;
  if (byPlace === null || byPlace.ticks >= leastTicks || unnamedShare === 0) return `${said}.`;
  return `${percent(unnamedShare)} of the time cannot be told apart: ${count(byPlace.ticks)} ${plural('tick', byPlace.ticks)} of V8’s sampler fell into it, and shares of fewer than ${leastTicks} say nothing. A larger --size keeps it busy for longer.`;
}

function placeLines({ times, ticks, runMilliseconds, repetitions, toolShare, workers }: TimeByPlace): string[] {
  const byPlace = Map.groupBy(times, ({ place }) => place);
  const rows = places.flatMap(place => partsOf(place, byPlace.get(place) ?? []));
  return [
    styleText('bold', 'time by where it is spent'),
    ...table(['share', '±', 'ms', 'where'], rows),
    styleText(
      'dim',
      `one process, ${duration(runMilliseconds * 1e6)}, ${count(repetitions)} ${plural('repetition', repetitions)}; ± 0 is by clock around each crossing, the rest by ${count(ticks)} ticks of V8; ${percent(toolShare)} was the tool’s own and is left out`,
    ),
    ...workers.map(({ ticks: its, shares }, index) =>
      its < leastTicks
        ? `worker ${index + 1}: ${count(its)} ${plural('tick', its)}, too few to say where its time goes`
        : `worker ${index + 1}, its whole life (${count(its)} ticks): ${places
            .filter(place => (shares[place] ?? 0) >= 0.005)
            .map(place => `${placeNames[place]} ${percent(shares[place] ?? 0)}`)
            .join(', ')}`,
    ),
    '',
  ];
}

/** A place, and below it its parts down to half a percent. */
function partsOf(place: Place, times: readonly PlaceTime[]): string[][] {
  if (times.length === 0) return [];
  const sum = (pick: (time: PlaceTime) => number): number => times.reduce((total, time) => total + pick(time), 0);
  const error = Math.sqrt(sum(({ standardError }) => standardError ** 2));
  const row = (share: number, its: number, ms: number, what: string): string[] => [
    percent(share),
    its === 0 ? '0' : percent(its),
    milliseconds(ms),
    inert(what),
  ];
  const parts = times.filter(({ name, share }) => name !== '' && share >= 0.005).slice(0, most.parts);
  return [
    row(
      sum(({ share }) => share),
      error,
      sum(time => time.milliseconds),
      placeNames[place],
    ),
    ...parts.map(({ share, standardError, milliseconds: ms, name }) => row(share, standardError, ms, `  ${name}`)),
  ];
}

function hotLineLines({ lines }: Profile): string[] {
  if (lines.length === 0) return [];
  return [
    styleText('bold', 'hot lines'),
    ...table(
      ['ms', '±', 'line'],
      lines
        .slice(0, most.lines)
        .map(({ file, line, self }) => [
          milliseconds(self.milliseconds),
          milliseconds(self.standardError),
          `${relative('.', file)}:${line}`,
        ]),
    ),
    '',
  ];
}

function siteLines({ sites: { deoptimised, caches } }: Profile): string[] {
  const place = ({ file, line, column }: { file: string; line: number; column: number }) =>
    `${relative('.', file)}:${line}:${column}`;
  return [
    ...section(
      'deoptimisations',
      deoptimised.map(site => `${site.times}× ${place(site)}  ${site.reason} (${site.kind})`),
    ),
    ...section(
      'inline caches that have seen several shapes',
      caches.map(site => `${site.state}  ${place(site)}  ${[site.operation, site.property].filter(Boolean).join(' ')}`),
    ),
  ];
}

function section(title: string, lines: readonly string[]): string[] {
  if (lines.length === 0) return [];
  const shown = lines.slice(0, most.sites).map(line => `  ${inert(line)}`);
  const rest = lines.length > shown.length ? [`  and ${lines.length - shown.length} more in sites.csv`] : [];
  return [styleText('bold', title), ...shown, ...rest, ''];
}

function kernelLines({ kernels }: Profile): string[] {
  if (kernels.length === 0) return [];
  return [
    styleText('bold', 'kernels, of one repetition'),
    ...table(
      ['calls', 'ms', 'ran on', 'by', 'kernel'],
      kernels
        .slice(0, most.kernels)
        .map(({ name, shape, calls, milliseconds: ms, ranOn, measuredBy }) => [
          count(calls),
          ms === null ? '–' : milliseconds(ms),
          ranOn,
          measuredBy,
          inert(shape ? `${name}  ${shape}` : name),
        ]),
    ),
    '',
  ];
}

function symbolLines({ symbols }: Profile): string[] {
  if (!symbols || symbols.samples === 0) return [];
  return [
    styleText('bold', 'native symbols, by perf'),
    ...table(
      ['share', 'symbol'],
      symbols.symbols
        .slice(0, most.symbols)
        .map(({ symbol, library, share }) => [percent(share), inert(`${symbol}  (${library})`)]),
    ),
    styleText('dim', `${count(symbols.samples)} samples of all threads, in a run of its own`),
    '',
  ];
}
