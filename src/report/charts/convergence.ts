import type { TopLevelSpec } from 'vega-lite';
import { scientific, significant, tickPower } from '../format.ts';
import { categorySeries } from '../series.ts';
import { lineChart } from './lines.ts';
import type { ChartOptions } from './parts.ts';

/** The error of a method at one step size. */
export interface ConvergencePoint {
  readonly method: string;
  readonly step: number;
  readonly error: number;
}

/** Least squares of log error on log step: the observed order of convergence, and the line through the points. */
export function observedOrder(points: readonly { readonly step: number; readonly error: number }[]) {
  const logs = points
    .filter(({ error }) => error > 0)
    .map(({ step, error }) => [Math.log(step), Math.log(error)] as const);
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [x, y] = [mean(logs.map(([a]) => a)), mean(logs.map(([, b]) => b))];
  const order =
    logs.reduce((sum, [a, b]) => sum + (a - x) * (b - y), 0) / logs.reduce((sum, [a]) => sum + (a - x) ** 2, 0);
  return { order, errorAt: (step: number) => Math.exp(y + order * (Math.log(step) - x)) };
}

/**
 * Error against step, log–log, with the line of the observed order through it. `fitted` says which points belong to the
 * asymptotic range: rounding spoils the smallest steps, higher terms the largest.
 */
export function convergence(
  label: string,
  points: readonly ConvergencePoint[],
  { fitted = () => true, ...options }: ChartOptions & { readonly fitted?: (point: ConvergencePoint) => boolean } = {},
): TopLevelSpec {
  const series = categorySeries(points.map(({ method }) => ({ name: method, software: false })));
  const lines = [...series].map(([method, look]) => {
    const own = points.filter(point => point.method === method && point.error > 0);
    const inRange = own.filter(fitted);
    const { order, errorAt } = observedOrder(inRange);
    const known = inRange.length >= 2;
    return {
      series: { ...look, label: known ? `${method}: observed order ${significant(order)}` : method },
      points: own.map(({ step, error }) => ({ x: step, y: { low: error, mid: error, high: error } })),
      curve: known ? inRange.map(({ step }) => ({ x: step, y: errorAt(step) })) : [],
    };
  });
  return lineChart(
    {
      title: `${label}: error against step`,
      subtitle: 'dotted: least-squares line through the points in the asymptotic range',
      lines,
      x: { title: 'step', label: tick => (tick >= 0.001 ? String(tick) : scientific(tick, 0)) },
      y: { title: 'error at the end', label: tickPower },
    },
    options,
  );
}
