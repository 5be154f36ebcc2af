import type { Command } from 'commander';

/** A verb: who adds its command, loaded when it is asked for, and the lines that its help shows. */
export interface Verb {
  add(program: Command): Promise<void>;
  /** What to type after `npx pgram`, and what that does. Each is run or parsed by a test. */
  readonly examples: readonly (readonly [command: string, does: string])[];
}

const analyzeBytecode = async (program: Command): Promise<void> =>
  (await import('./analyze-bytecode.ts')).addAnalyzeBytecode(program);

/** In the order of the help. */
export const verbs: Readonly<Record<string, Verb>> = {
  start: {
    add: async program => (await import('./start.ts')).addStart(program),
    examples: [
      ['start --dry-run', 'what would be measured, and for how long'],
      ['start', 'the main job: every workload on every backend, then a report'],
      ['start --opportunities', 'with the whole table of hot loops and what they would gain, however long it takes'],
    ],
  },
  list: {
    add: async program => (await import('./list.ts')).addList(program),
    examples: [['list', 'workloads, sizes, parameters, variants; devices of a forecast']],
  },
  doctor: {
    add: async program => (await import('./doctor.ts')).addDoctor(program),
    examples: [['doctor', 'what is here, what is missing, and the command that mends it']],
  },
  run: {
    add: async program => (await import('./run.ts')).addRun(program),
    examples: [
      ['run all', 'every variant of every workload against its reference'],
      ['run matmul --variant simd,threads --size 100', 'two variants at one size'],
      ['run examples/blur.ts', 'a workload of your own'],
    ],
  },
  bench: {
    add: async program => (await import('./bench.ts')).addBench(program),
    examples: [
      ['bench matmul --size 512 --dry-run', 'the plan and its expected time; nothing is measured'],
      ['bench matmul --size 128,512 --quick', 'two sizes, three processes instead of ten'],
      ['bench crypto --param algorithm=all', 'every value of a parameter'],
      ['bench examples/dot-product.ts --size large', 'a workload of your own'],
    ],
  },
  experiment: {
    add: async program => (await import('./experiment.ts')).addExperiment(program),
    examples: [
      ['experiment list', 'the questions that can be asked'],
      ['experiment run cpu-vs-gpu --dry-run', 'the plan and its expected time'],
      ['experiment run cpu-vs-gpu --workload matmul,ode --quick', 'from which size does offloading pay?'],
      ['experiment run size-scaling --on slurm --gres gpu:1 --dry-run', 'the scripts for a cluster'],
    ],
  },
  report: {
    add: async program => (await import('./report.ts')).addReport(program),
    examples: [
      ['report', 'charts and page of the newest run again'],
      ['report --pdf', 'with every chart as a vector PDF'],
    ],
  },
  bundle: {
    add: async program => (await import('./bundle.ts')).addBundle(program),
    examples: [['bundle', 'one archive for a machine without npm, network or root']],
  },
  tune: {
    add: async program => (await import('./tune.ts')).addTune(program),
    examples: [['tune matmul', 'the fastest shape of its WebGPU kernel on this adapter']],
  },
  compare: {
    add: async program => (await import('./compare.ts')).addCompare(program),
    examples: [['compare results/A results/B', 'what became faster, slower, wrong']],
  },
  trace: {
    add: async program => (await import('./trace.ts')).addTrace(program),
    examples: [
      ['trace matmul --size 8', 'work, span, verdict of every loop'],
      [
        'trace examples/potential.ts#potential --size 64 --explain',
        'a function of your own, each verdict with its line',
      ],
      ['trace matmul --sizes 4,8,16 --extrapolate 1024', 'how work and span grow'],
    ],
  },
  forecast: {
    add: async program => (await import('./forecast.ts')).addForecast(program),
    examples: [
      ['forecast matmul --size 512', 'what each device would give'],
      ['forecast examples/potential.ts#potential --size 100000', 'of a function of your own'],
      ['forecast ode --device all --explain', 'every device of the catalogue, every term'],
    ],
  },
  analyze: {
    add: async program => (await import('./analyze.ts')).addAnalyze(program),
    examples: [
      ['analyze qs', 'function profile, time by tier and native boundary'],
      ['analyze cnn --visualize', 'in the browser'],
    ],
  },
  'analyze-bytecode': {
    add: analyzeBytecode,
    examples: [
      ['analyze-bytecode matmul --size 16', 'instructions by category on every layer'],
      ['analyze-bytecode examples/potential.ts#potential --size 64', 'of a function of your own'],
    ],
  },
  'test-bytecode': {
    add: analyzeBytecode,
    examples: [['dummy test-bytecode example_arithmetic', 'the census of a program whose counts are known']],
  },
};

/** A block for the end of a help page. */
export function examplesText(examples: Verb['examples']): string {
  const width = Math.max(...examples.map(([command]) => command.length));
  return `\nExamples:\n${examples.map(([command, does]) => `  npx pgram ${command.padEnd(width)}  ${does}`).join('\n')}`;
}

/** `pgram qs run` means `pgram run qs`: the verb may stand second, as in the study that this continues. */
export function verbFirst(words: readonly string[]): string[] {
  const [first = '', second = '', ...rest] = words;
  return !(first in verbs) && second in verbs ? [second, first, ...rest] : [...words];
}
