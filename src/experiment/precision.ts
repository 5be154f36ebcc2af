import { convergence } from '../report/charts/convergence.ts';
import { percent, scientific, sizeLabel } from '../report/format.ts';
import { distinctSizes, type MeasuredPoint, measuredIn, type Subject, subjectsOf } from '../report/rows.ts';
import type { Sentence } from '../report/sentence.ts';
import type { Analysis, Results } from './define.ts';

/** Error of an integrator at one step length. */
export interface StepError {
  readonly method: string;
  readonly steps: number;
  readonly step: number;
  readonly maxAbsError: number;
  readonly evaluations: number;
}

const columns = [
  { name: 'workload', kind: 'text', meaning: 'what is computed' },
  { name: 'parameters', kind: 'text', meaning: 'other axes' },
  { name: 'size', kind: 'integer', meaning: 'size' },
  { name: 'variant', kind: 'text', meaning: 'which implementation' },
  { name: 'device', kind: 'text', meaning: 'where it ran' },
  { name: 'ran_on', kind: 'text', meaning: 'cpu, software-adapter or gpu' },
  { name: 'max_abs_error', kind: 'number', meaning: 'largest |got − reference|' },
  { name: 'max_rel_error', kind: 'number', meaning: 'largest |got − reference| / |reference|' },
  { name: 'max_ulp', kind: 'number', meaning: 'largest error in units in the last place of the output type' },
  { name: 'tolerance', kind: 'number', meaning: 'allowed |got − reference| at the worst element' },
  { name: 'tolerance_share', kind: 'number', meaning: 'largest |got − reference| / allowed' },
] as const;

const convergenceColumns = [
  { name: 'method', kind: 'text', meaning: 'integrator' },
  { name: 'steps', kind: 'integer', meaning: 'steps over the interval' },
  { name: 'step', kind: 'number', meaning: 'length of a step' },
  { name: 'max_abs_error', kind: 'number', meaning: 'largest error of a component against the closed form' },
  { name: 'evaluations', kind: 'integer', meaning: 'evaluations of the right-hand side' },
] as const;

/** Errors of every variant against size, and of the integrators against step. */
export function analysePrecision({ summary, machine }: Results, steps: readonly StepError[]): Analysis {
  const subjects = subjectsOf(summary);
  return {
    tables: [
      { name: 'precision.csv', columns, rows: subjects.flatMap(rowsOf) },
      {
        name: 'convergence.csv',
        columns: convergenceColumns,
        rows: steps.map(({ method, steps: count, step, maxAbsError, evaluations }) => ({
          method,
          steps: count,
          step,
          max_abs_error: maxAbsError,
          evaluations,
        })),
      },
    ],
    charts: [
      {
        name: 'ode-convergence',
        workload: 'ode',
        title: 'order of convergence of the integrators',
        caption: `Error of the integrators in f64 against their step, on a problem with a closed form (Hairer, Nørsett, Wanner, eq. II.1.25). Machine: ${machine}.`,
        spec: convergence(
          'integrators',
          steps.map(({ method, step, maxAbsError }) => ({ method, step, error: maxAbsError })),
          // Coarser steps lie outside the asymptotic range, finer ones near the rounding of f64.
          { fitted: ({ step, error }) => step <= 1.5 / 64 && error > 1e-12 },
        ),
      },
    ],
    sentences: subjects.flatMap(sentenceOf),
  };
}

const rowsOf = (subject: Subject) =>
  measuredIn(subject.points, 'end_to_end').map(point => ({
    workload: subject.workload,
    parameters: subject.parameters,
    size: point.size,
    variant: point.variant,
    device: point.device,
    ran_on: point.ranOn,
    max_abs_error: point.maxAbsError,
    max_rel_error: point.maxRelError,
    max_ulp: point.maxUlp,
    tolerance: point.tolerance,
    tolerance_share: point.toleranceShare,
  }));

function sentenceOf(subject: Subject): Sentence[] {
  const points = measuredIn(subject.points, 'end_to_end');
  const largest = distinctSizes(points).at(-1);
  const there = points
    .filter(({ size, maxAbsError }) => size === largest && maxAbsError !== undefined)
    .sort((a, b) => (a.maxAbsError ?? 0) - (b.maxAbsError ?? 0));
  const [best, worst] = [there[0], there.at(-1)];
  if (!best || !worst || largest === undefined) return [];
  const closest = there.reduce<MeasuredPoint | undefined>(
    (found, point) => ((point.toleranceShare ?? -1) > (found?.toleranceShare ?? -1) ? point : found),
    undefined,
  );
  const share =
    closest?.toleranceShare === undefined
      ? ''
      : `; ${closest.variant} uses most of its tolerance, ${percent(closest.toleranceShare)}`;
  const text = `${subject.label} ${sizeLabel(largest)}: errors lie between ${scientific(best.maxAbsError ?? 0)} (${best.variant}) and ${scientific(worst.maxAbsError ?? 0)} (${worst.variant})${share}.`;
  return [{ workload: subject.workload, parameters: subject.parameters, text }];
}
