import type { Ownership } from '../../target/index.ts';
import { readBubbleprof } from './bubbleprof.ts';
import { readDoctor } from './doctor.ts';
import { readFlame } from './flame.ts';
import { readHeapprofiler } from './heapprofiler.ts';
import { markFlame, markHeap } from './own-frames.ts';
import type { ClinicFindings, ClinicTool } from './types.ts';

/** What one of clinic's programs needs of us, and where its findings are. */
export interface ToolDescription {
  /** The work is repeated so often at most. */
  readonly mostRepetitions: number;
  /** It asks V8's inspector, which the confinement has to allow. */
  readonly inspector: boolean;
  /** It ends the process itself when it has written its data. */
  readonly endsItself: boolean;
  /** Reads its data (a folder, or heapprofiler's file); absent where the page alone has what it computed. */
  readonly readData?: (data: string, ownership: Ownership) => ClinicFindings | undefined;
  /** Changes the data so that the page shows the user's functions. */
  readonly mark?: (data: string, ownership: Ownership) => void;
  readonly readPage?: (page: string, ownership: Ownership) => ClinicFindings | undefined;
  /** Why it has nothing to say, where it has not. */
  readonly silence: string;
}

const often = Number.MAX_SAFE_INTEGER;

export const toolDescriptions: Readonly<Record<ClinicTool, ToolDescription>> = {
  flame: {
    mostRepetitions: often,
    inspector: false,
    endsItself: false,
    readData: readFlame,
    mark: markFlame,
    silence: 'no sample fell into the program; give it a larger input.',
  },
  doctor: {
    mostRepetitions: often,
    inspector: false,
    endsItself: true,
    readPage: readDoctor,
    silence:
      'it looks at the process whenever the event loop turns, and a program that runs once and never waits does not turn it.',
  },
  bubbleprof: {
    // It writes a stack for every asynchronous operation; a few repetitions show all there is to see.
    mostRepetitions: 5,
    inspector: false,
    endsItself: true,
    readPage: readBubbleprof,
    silence: 'it draws asynchronous operations, and the program has none of its own.',
  },
  heapprofiler: {
    mostRepetitions: often,
    inspector: true,
    endsItself: true,
    readData: readHeapprofiler,
    mark: markHeap,
    silence:
      'no sampled allocation fell into the program; what typed arrays hold lies outside of the heap that it watches.',
  },
};

const doctorSays: Readonly<Record<string, string>> = {
  none: 'no issue with the event loop, the garbage collector or waiting for I/O',
  data: 'too few samples for a verdict; let the program run longer',
  gc: 'a garbage collection issue',
  'event-loop': 'an event loop issue: the program keeps the loop busy, as computations do',
  io: 'an I/O issue: the processor waits',
  unknown: 'something is unusual, but it matches no known pattern',
};

/** The findings in one sentence. */
export function sentenceOf(findings: ClinicFindings): string {
  const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
  switch (findings.tool) {
    case 'flame': {
      const first = findings.functions.find(({ kind }) => kind === 'own') ?? findings.functions[0];
      return `${findings.samples} samples of the whole process; the hottest function is ${first?.name} with ${percent(first?.share ?? 0)}`;
    }
    case 'doctor':
      return doctorSays[findings.category] ?? findings.category;
    case 'bubbleprof': {
      const first = findings.groups[0];
      return `${findings.groups.length} groups of asynchronous operations; most waiting in ${first?.name} (${first?.kind}), ${first?.asyncMilliseconds.toFixed(1)} ms`;
    }
    case 'heapprofiler': {
      const first = findings.functions[0];
      return `about ${(findings.bytes / 2 ** 20).toFixed(1)} MiB allocated; most by ${first?.name} with ${percent(first?.share ?? 0)}`;
    }
  }
}
