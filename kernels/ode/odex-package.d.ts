/**
 * odex ships its TypeScript sources, which our strict flags reject; this is the part of them that we use.
 * The package is Ernst Hairer's ODEX, an extrapolation method of variable order (Gragg, Bulirsch and Stoer).
 */
declare module 'odex' {
  /** Value of component `component` at `x` within the last step. */
  type DenseOutput = (component: number, x: number) => number;

  export class Solver {
    constructor(dimension: number);
    absoluteTolerance: number;
    relativeTolerance: number;
    maxSteps: number;
    denseOutput: boolean;
    solve(
      derivative: (x: number, y: number[]) => number[],
      x: number,
      start: number[],
      end: number,
      observe?: (step: number, before: number, x: number, y: number[], dense: DenseOutput) => boolean | undefined,
    ): SolverResult;
  }

  interface SolverResult {
    readonly y: number[];
    /** 0 converged, 1 too many steps, 2 ended by the observer. */
    readonly outcome: number;
    readonly nStep: number;
    readonly nAccept: number;
    readonly nReject: number;
    readonly nEval: number;
  }
}
