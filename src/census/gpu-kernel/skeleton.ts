/**
 * The control skeleton of a kernel: what is left of it when only counting matters. Names are those of the JavaScript
 * that is made of it. `count` adds to the counter of a block as often as it stands there.
 */
export type Step =
  /** A value that is computed once; `js` reads `uses`. */
  | {
      readonly op: 'let';
      readonly name: string;
      readonly js: string;
      readonly uses: readonly string[];
      readonly pattern?: Pattern;
    }
  /** A variable comes into being; it is set before it is read. */
  | { readonly op: 'declare'; readonly slot: string }
  | { readonly op: 'set'; readonly slot: string; readonly js: string; readonly uses: readonly string[] }
  | { readonly op: 'count'; readonly block: number }
  | {
      readonly op: 'if';
      readonly condition: string;
      readonly whenTrue: readonly Step[];
      readonly otherwise: readonly Step[];
    }
  | {
      readonly op: 'loop';
      readonly label: string;
      readonly header: readonly Step[];
      /** Undefined: for ever. */
      readonly condition: string | undefined;
      /** Left early with `bodyLabel`. */
      readonly bodyLabel: string;
      readonly body: readonly Step[];
      readonly continuing: readonly Step[];
      readonly breakIf: string | undefined;
    }
  /** `slot` takes the values from 0 to `count` − 1. */
  | { readonly op: 'range'; readonly slot: string; readonly count: number; readonly body: readonly Step[] }
  | { readonly op: 'block'; readonly label: string; readonly body: readonly Step[] }
  | { readonly op: 'exit'; readonly label: string };

/** What a `let` computes, where a closed form of a trip count may want to know. */
export interface Pattern {
  readonly operator: '<' | '<=' | '+';
  readonly left: string;
  readonly right: string;
}

/** A JavaScript name or literal that stands for a value that is known when the skeleton runs. */
export type Atom = string;

export const isName = (atom: Atom): boolean => /^[a-z]\w*$/.test(atom) && atom !== 'true' && atom !== 'false';

/** The steps directly inside one. */
export function innerSteps(step: Step): readonly (readonly Step[])[] {
  switch (step.op) {
    case 'if':
      return [step.whenTrue, step.otherwise];
    case 'loop':
      return [step.header, step.body, step.continuing];
    case 'range':
    case 'block':
      return [step.body];
    default:
      return [];
  }
}

export function* everyStep(steps: readonly Step[]): Generator<Step> {
  for (const step of steps) {
    yield step;
    for (const inner of innerSteps(step)) yield* everyStep(inner);
  }
}
