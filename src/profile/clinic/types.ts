/** The four programs of clinic. */
export const clinicTools = ['flame', 'doctor', 'bubbleprof', 'heapprofiler'] as const;
export type ClinicTool = (typeof clinicTools)[number];

/** Whose code a frame is: the user's, a package's, Node's, V8's and native, or this tool's own. */
export type ClinicFrameKind = 'own' | 'package' | 'node' | 'engine' | 'tool';

/** Where a function is. `line` and `column` count from 1; 0 for code without a source. */
export interface ClinicFrame {
  readonly name: string;
  readonly kind: ClinicFrameKind;
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** A function among flame's samples, one a millisecond (V8's `--prof`). */
export interface FlameFunction extends ClinicFrame {
  /** Samples in it, or in what V8 itself did for it (builtins, inline caches, the garbage collector). */
  readonly selfSamples: number;
  /** Of `selfSamples`, those that V8 spent outside the function's own code. */
  readonly engineSamples: number;
  /** Samples with it anywhere on the stack; recursion counted once. */
  readonly totalSamples: number;
  /** `selfSamples` of all samples. */
  readonly share: number;
}

export interface FlameFindings {
  readonly tool: 'flame';
  /** All samples, loading and preparing included: flame watches a process from its start. */
  readonly samples: number;
  /** Samples of own functions by the tier of the code that ran. */
  readonly tiers: Readonly<Record<string, number>>;
  /** By falling self samples. */
  readonly functions: readonly FlameFunction[];
}

/** What doctor says of the whole process. */
export interface DoctorFindings {
  readonly tool: 'doctor';
  /** `data` means that there were too few samples to say anything. */
  readonly category: 'none' | 'data' | 'gc' | 'event-loop' | 'io' | 'unknown';
  /** Each thing that it looks at: `none`, `performance` (an issue) or `data`. */
  readonly issues: Readonly<Record<string, string>>;
  /** Samples of the process, every 10 ms while the event loop turns. */
  readonly samples: number;
}

/** Asynchronous operations of one kind that one function of the user's begins. */
export interface AsyncGroup {
  readonly name: string;
  readonly file: string;
  /** Of the first that was seen. */
  readonly line: number;
  /** Node's name of the kind: `Timeout`, `FSREQPROMISE`, `PROMISE`… */
  readonly kind: string;
  readonly operations: number;
  /** Milliseconds between the beginnings of operations and their first callbacks, summed: they may overlap. */
  readonly asyncMilliseconds: number;
  /** Milliseconds in their callbacks. */
  readonly syncMilliseconds: number;
}

export interface BubbleprofFindings {
  readonly tool: 'bubbleprof';
  /** By falling waiting time. */
  readonly groups: readonly AsyncGroup[];
}

/** A function that allocates on V8's heap. Typed arrays' contents lie outside of it. */
export interface Allocator extends ClinicFrame {
  /** Estimated from samples, one in 32 KiB on average; collected objects included. */
  readonly selfBytes: number;
  readonly share: number;
}

export interface HeapFindings {
  readonly tool: 'heapprofiler';
  readonly bytes: number;
  /** By falling bytes. */
  readonly functions: readonly Allocator[];
}

export type ClinicFindings = FlameFindings | DoctorFindings | BubbleprofFindings | HeapFindings;

/** How one of clinic's programs fared. Anything but `ok` is a message, never the end of an analysis. */
export type ClinicResult = {
  readonly tool: ClinicTool;
  /** What was open to the program beyond the confinement that was asked for, and that one's own openings. */
  readonly open: readonly string[];
  /** One sentence for a person. */
  readonly message: string;
} & (
  | {
      readonly status: 'ok';
      /** How often the work was repeated while it was watched; 1 for scripts. */
      readonly repetitions: number;
      /** File name of its page in the folder given. */
      readonly page: string;
      readonly findings: ClinicFindings;
    }
  /** It ran and has nothing to say: most often because the program is synchronous. */
  | { readonly status: 'empty'; readonly repetitions: number; readonly page?: string }
  | { readonly status: 'failed' | 'absent' }
);
