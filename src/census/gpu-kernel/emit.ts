import { everyStep, isName, type Step } from './skeleton.ts';

type Loop = Extract<Step, { op: 'loop' }>;

/**
 * Makes JavaScript of a control skeleton: a function that fills the counters `c`. Only what conditions depend on is
 * computed. A loop in whose body nothing that matters differs between its iterations is not run through: what it holds
 * is counted once, times its trip count.
 *
 * @returns the body of a function of `c` (the counters), `check` (called now and then), and whatever else the names
 * in the skeleton mean
 */
export function emitSkeleton(steps: readonly Step[]): string {
  const needed = namesNeeded(steps);
  const names = new Set<string>();
  for (const step of everyStep(steps))
    if ((step.op === 'let' && needed.has(step.name)) || (step.op === 'declare' && needed.has(step.slot)))
      names.add(step.op === 'let' ? step.name : step.slot);
  const emitter = new Emitter(needed);
  const body = emitter.emit(steps, '1');
  const declared = [...names, ...emitter.temporaries];
  return `'use strict';\n${declared.length > 0 ? `let ${declared.map(name => `${name} = 0`).join(', ')};\n` : ''}${body}`;
}

/** What conditions read, and what that is computed from. */
function namesNeeded(steps: readonly Step[]): Set<string> {
  const sources = new Map<string, string[]>();
  const needed = new Set<string>();
  const queue: string[] = [];
  const need = (name: string | undefined): void => {
    if (name === undefined || !isName(name) || needed.has(name)) return;
    needed.add(name);
    queue.push(name);
  };
  for (const step of everyStep(steps)) {
    if (step.op === 'let') sources.set(step.name, [...(sources.get(step.name) ?? []), ...step.uses]);
    else if (step.op === 'set') sources.set(step.slot, [...(sources.get(step.slot) ?? []), ...step.uses]);
    else if (step.op === 'if') need(step.condition);
    else if (step.op === 'loop') {
      need(step.condition);
      need(step.breakIf);
    }
  }
  for (let name = queue.pop(); name !== undefined; name = queue.pop())
    for (const use of sources.get(name) ?? []) need(use);
  return needed;
}

class Emitter {
  readonly temporaries: string[] = [];
  readonly #needed: ReadonlySet<string>;

  constructor(needed: ReadonlySet<string>) {
    this.#needed = needed;
  }

  emit(steps: readonly Step[], times: string): string {
    return steps.map(step => this.#one(step, times)).join('');
  }

  #temporary(): string {
    const name = `q${this.temporaries.length}`;
    this.temporaries.push(name);
    return name;
  }

  #one(step: Step, times: string): string {
    switch (step.op) {
      case 'let':
        return this.#needed.has(step.name) ? `${step.name} = ${step.js};\n` : '';
      case 'declare':
        return '';
      case 'set':
        return this.#needed.has(step.slot) ? `${step.slot} = ${step.js};\n` : '';
      case 'count':
        return `c[${step.block}] += ${times};\n`;
      case 'if': {
        const otherwise = this.emit(step.otherwise, times);
        return `if (${step.condition}) {\n${this.emit(step.whenTrue, times)}}${otherwise ? ` else {\n${otherwise}}` : ''}\n`;
      }
      case 'block':
        return `${step.label}: {\n${this.emit(step.body, times)}}\n`;
      case 'exit':
        return `break ${step.label};\n`;
      case 'range': {
        if (!readsSlot(step.body, step.slot, this.#needed)) {
          const product = this.#temporary();
          return `${product} = ${times} * ${step.count};\n${this.emit(step.body, product)}`;
        }
        if (!this.temporaries.includes(step.slot)) this.temporaries.push(step.slot);
        return `for (${step.slot} = 0; ${step.slot} < ${step.count}; ${step.slot}++) {\ncheck();\n${this.emit(step.body, times)}}\n`;
      }
      case 'loop':
        return this.#canMultiply(step) ? this.#multiplied(step, times) : this.#enumerated(step, times);
    }
  }

  #enumerated(loop: Loop, times: string): string {
    const test = loop.condition === undefined ? '' : `if (!(${loop.condition})) break;\n`;
    const last = loop.breakIf === undefined ? '' : `if (${loop.breakIf}) break;\n`;
    return `${loop.label}: for (;;) {\ncheck();\n${this.emit(loop.header, times)}${test}${loop.bodyLabel}: {\n${this.emit(loop.body, times)}}\n${this.emit(loop.continuing, times)}${last}}\n`;
  }

  #multiplied(loop: Loop, times: string): string {
    const [trips, product] = [this.#temporary(), this.#temporary()];
    const counts = (steps: readonly Step[]): Step[] => steps.filter(({ op }) => op === 'count');
    const rest = (steps: readonly Step[]): Step[] => steps.filter(({ op }) => op !== 'count');
    const walked =
      this.#closedForm(loop, trips) ??
      `${trips} = 0;\nfor (;;) {\n${this.emit(rest(loop.header), times)}if (!(${loop.condition})) break;\n${trips}++;\n${this.emit(rest(loop.continuing), times)}}\n`;
    const tests = this.emit(counts(loop.header), `${times} * (${trips} + 1)`);
    return `${walked}${tests}if (${trips} > 0) {\n${product} = ${times} * ${trips};\n${loop.bodyLabel}: {\n${this.emit(loop.body, product)}}\n${this.emit(counts(loop.continuing), product)}}\n`;
  }

  /** `for (; i < bound; i += step)` with a bound that the loop leaves alone and a positive step. */
  #closedForm(loop: Loop, trips: string): string | undefined {
    const matters = (step: Step): boolean =>
      (step.op === 'let' && this.#needed.has(step.name) && !isName(step.js)) ||
      (step.op === 'set' && this.#needed.has(step.slot));
    const header = loop.header.filter(matters);
    const update = loop.continuing.filter(matters);
    const [test] = header;
    const [sum, set] = update;
    if (header.length !== 1 || update.length !== 2 || test?.op !== 'let' || sum?.op !== 'let' || set?.op !== 'set')
      return undefined;
    const { pattern } = test;
    if (test.name !== loop.condition || !pattern || pattern.operator === '+' || sum.pattern?.operator !== '+')
      return undefined;
    const step = Number(sum.pattern.right);
    const slot = set.slot;
    if (
      pattern.left !== slot ||
      pattern.right === slot ||
      sum.pattern.left !== slot ||
      set.js !== sum.name ||
      !(step > 0)
    )
      return undefined;
    const distance = `${pattern.right} - ${slot}${pattern.operator === '<=' ? ' + 1' : ''}`;
    return `${trips} = Math.max(0, Math.ceil((${distance}) / ${step}));\n${slot} += ${trips} * ${step};\n`;
  }

  #canMultiply(loop: Loop): boolean {
    if (loop.condition === undefined || loop.breakIf !== undefined) return false;
    const control = new Set<Step['op']>(['let', 'set', 'count', 'declare']);
    if (![...loop.header, ...loop.continuing].every(({ op }) => control.has(op))) return false;
    const own = new Set<string>([loop.bodyLabel]);
    const declared = new Set<string>();
    const within = [...everyStep(loop.body)];
    for (const step of within) {
      if (step.op === 'block') own.add(step.label);
      else if (step.op === 'loop') own.add(step.label).add(step.bodyLabel);
      else if (step.op === 'declare') declared.add(step.slot);
    }
    const variant = new Set<string>();
    for (const step of [...everyStep(loop.header), ...within, ...everyStep(loop.continuing)])
      if (step.op === 'set' && this.#needed.has(step.slot) && !declared.has(step.slot)) variant.add(step.slot);
    for (const step of within) {
      if (step.op === 'exit' && !own.has(step.label)) return false;
      if (step.op === 'set' && this.#needed.has(step.slot) && !declared.has(step.slot)) return false;
    }
    for (let grown = true; grown; ) {
      grown = false;
      for (const step of [...everyStep(loop.header), ...within]) {
        const name = step.op === 'let' ? step.name : step.op === 'set' ? step.slot : undefined;
        if (name === undefined || variant.has(name) || (step.op !== 'let' && step.op !== 'set')) continue;
        if (step.uses.some(use => variant.has(use))) {
          variant.add(name);
          grown = true;
        }
      }
    }
    return !within.some(
      step =>
        (step.op === 'if' && variant.has(step.condition)) ||
        (step.op === 'loop' && (variant.has(step.condition ?? '') || variant.has(step.breakIf ?? ''))),
    );
  }
}

function readsSlot(steps: readonly Step[], slot: string, needed: ReadonlySet<string>): boolean {
  for (const step of everyStep(steps)) {
    if (step.op === 'let' && needed.has(step.name) && step.uses.includes(slot)) return true;
    if (step.op === 'set' && needed.has(step.slot) && step.uses.includes(slot)) return true;
    if (step.op === 'if' && step.condition === slot) return true;
  }
  return false;
}
