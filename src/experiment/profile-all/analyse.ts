import { basename } from 'node:path';
import { categories } from '../../census/types.ts';
import { type Place, places } from '../../profile/types.ts';
import { type PanelBar, type PartColour, sideBySide } from '../../report/charts/profile-all.ts';
import { percent } from '../../report/format.ts';
import type { Sentence } from '../../report/sentence.ts';
import type { Chart } from '../../report/standard.ts';
import { formatParameters } from '../../workload/parameters.ts';
import type { Analysis, Results } from '../define.ts';
import { readSubjects } from './conduct.ts';
import { tablesOf } from './tables.ts';
import type { StepOutcome, SubjectResult } from './types.ts';

/** Arithmetic warm, moves grey: the study's question was how much arithmetic there is among all that moving. */
const categoryColours: Readonly<Record<(typeof categories)[number], string>> = {
  arithmetic: '#c1272d',
  bitwise: '#f08a24',
  comparison: '#f2cf4a',
  'register-move': '#c9ccd1',
  memory: '#3b7dc4',
  'control-flow': '#2e8b57',
  call: '#7b4fa3',
  object: '#d98cc0',
  other: '#4a4a4a',
};

/** Code from light to dark as V8 optimises it; what is not the program's own JavaScript in other hues. */
const placeColours: Readonly<Record<Exclude<Place, 'tool'>, string>> = {
  interpreter: '#cfe3f6',
  sparkplug: '#8fbfe8',
  maglev: '#3b7dc4',
  turbofan: '#123f75',
  'garbage-collection': '#01857a',
  compilation: '#9fdcd0',
  webassembly: '#6a3d9a',
  native: '#8c510a',
  engine: '#dfc27d',
  waiting: '#dcdcdc',
  unnamed: '#2b2b2b',
};

/** Tables, the chart over all subjects, and what can be said in a sentence. */
export async function analyseProfileAll({ plan, folder, machine }: Results): Promise<Analysis> {
  if (folder === undefined) throw new Error('profile-all reads its subjects from a run folder, and was given none');
  const subjects = await readSubjects(folder, plan);
  const failed = subjects.flatMap(({ steps }) => steps.filter(isFailure));
  return {
    tables: tablesOf(subjects, basename(folder)),
    charts: subjects.length === 0 ? [] : [chartOf(subjects, machine)],
    sentences: sentencesOf(subjects, failed),
    // What clinic cannot do is said, and ends nothing.
    failures: failed.filter(({ step }) => !step.startsWith('clinic')).length,
  };
}

const isFailure = ({ status }: StepOutcome): boolean => status !== 'ok' && status !== 'skipped';

const labelOf = ({ subject }: SubjectResult): string => {
  // The calibration programs differ in nothing else; of the others the defaults are profiled.
  const [program] = subject.workload === 'calibration' ? Object.values(subject.parameters) : [];
  return program === undefined
    ? `${subject.workload} ${subject.variant}`
    : `${subject.workload} ${String(program).replace(/^example_/, '')}`;
};

function chartOf(subjects: readonly SubjectResult[], machine: string): Chart {
  const title = 'What each program executes, and where it spends its time';
  const colours = (table: Readonly<Record<string, string>>): PartColour[] =>
    Object.entries(table).map(([part, colour]) => ({ part, colour }));
  const shown = subjects.filter(({ steps }) => steps.some(({ status }) => status !== 'skipped'));
  const left = subjects.filter(subject => !shown.includes(subject));
  return {
    name: 'profile-all',
    workload: '',
    title,
    caption: [
      `Left: bytecodes that the workload's own files execute in one call, by category, counted exactly at its smallest size; of variants with threads, on the main thread. Right: time of one process by where it is spent, sampled at the size in profile-all.csv; black is time without a name. ${machine}.`,
      left.length > 0 ? `Could not run here: ${left.map(labelOf).join(', ')}.` : '',
    ]
      .filter(Boolean)
      .join(' '),
    spec: sideBySide({
      title,
      subtitle: 'shares; work that was delegated to WebAssembly or native code shows at the right only',
      panels: [
        { axis: 'executed bytecodes', parts: colours(categoryColours) },
        { axis: 'time by place', parts: colours(placeColours) },
      ],
      rows: shown.map(subject => ({ label: labelOf(subject), bars: [censusBar(subject), timeBar(subject)] })),
    }),
  };
}

function censusBar(subject: SubjectResult): PanelBar {
  const layer = subject.layers.find(each => each.layer === 'executed-bytecode');
  if (!layer) return { missing: missing(subject, 'census') };
  const total = categories.reduce((sum, category) => sum + layer.counts[category], 0);
  if (total === 0) return { missing: 'none in its own files' };
  return { parts: Object.fromEntries(categories.map(category => [category, layer.counts[category] / total])) };
}

function timeBar(subject: SubjectResult): PanelBar {
  const own = subject.places.filter(({ place }) => place !== 'tool');
  const total = own.reduce((sum, { share }) => sum + share, 0);
  if (total === 0) return { missing: missing(subject, 'profile') };
  const shares = Map.groupBy(own, ({ place }) => place);
  return {
    parts: Object.fromEntries(
      places.map(place => [place, (shares.get(place) ?? []).reduce((sum, { share }) => sum + share, 0) / total]),
    ),
  };
}

const missing = ({ steps }: SubjectResult, step: string): string =>
  steps.find(each => each.step === step)?.status ?? 'not done';

function sentencesOf(subjects: readonly SubjectResult[], failed: readonly StepOutcome[]): Sentence[] {
  const all = (text: string): Sentence => ({ workload: '', parameters: '', text });
  const steps = subjects.flatMap(each => each.steps);
  const skipped = steps.filter(({ status }) => status === 'skipped').length;
  return [
    all(
      `${subjects.length} programs were profiled: ${steps.length} steps, of which ${failed.length} failed and ${skipped} were skipped (profile-all.csv says why).`,
    ),
    ...subjects
      .filter(({ subject }) => subject.variant === 'naive' && subject.workload !== 'calibration')
      .flatMap(sentenceOf),
  ];
}

/** What the original study asked of each program. */
function sentenceOf(result: SubjectResult): Sentence[] {
  const census = censusBar(result);
  const time = timeBar(result);
  if ('missing' in census || 'missing' in time) return [];
  const share = (part: string) => census.parts[part] ?? 0;
  const compiled = (time.parts.turbofan ?? 0) + (time.parts.maglev ?? 0) + (time.parts.sparkplug ?? 0);
  const { workload, parameters } = result.subject;
  return [
    {
      workload,
      parameters: formatParameters(parameters),
      text: `${workload} naive: ${percent(share('arithmetic') + share('bitwise'))} of the executed bytecodes are arithmetic, ${percent(share('register-move') + share('memory'))} move or load data; ${percent(compiled)} of the time is in compiled JavaScript, ${percent(time.parts.native ?? 0)} in native libraries, ${percent(time.parts.unnamed ?? 0)} without a name.`,
    },
  ];
}
