import { UsageError } from '../workload/load.ts';

/** What a value may be; an object's members are all required, but for those under `?`. */
type Shape =
  | 'text'
  | 'number'
  | 'flag'
  | 'any'
  | 'record'
  | readonly [Shape]
  | { readonly or: readonly (Shape | null)[] }
  | { readonly [key: string]: Shape };

const work: Shape = {
  operations: 'number',
  operationUnit: 'text',
  bytesRead: 'number',
  bytesWritten: 'number',
  items: 'number',
  itemUnit: 'text',
};

const group: Shape = {
  target: 'text',
  workload: 'text',
  size: 'number',
  parameters: 'record',
  variants: ['text'],
  sizeMeaning: 'text',
  work,
  targetSha256: { or: ['text', null] },
};

const environment: Shape = {
  machine: {
    cpu: 'text',
    hostnameHash: 'text',
    logicalCores: 'number',
    availableCores: 'number',
    platform: 'text',
    arch: 'text',
  },
  runtime: { node: 'text', v8: 'text', execArgv: ['text'], nodeOptions: 'text', clockResolutionNs: 'number' },
  tool: { version: 'text' },
  packages: 'record',
};

const bandwidth: Shape = [{ footprintBytes: 'number', bytesPerSecond: 'number' }];
const processor: Shape = { cores: 'number', scalarFlops: 'number', simdFlops: 'number', bandwidth };
const adapter: Shape = { name: 'text', software: 'flag', simdFlops: 'number', bandwidth, dispatchNs: 'number' };
const ceilings: Shape = { cpu: { one: processor, all: processor }, adapter: { or: [adapter, null] } };

/** Of a bench or an experiment: what reports, comparisons and resuming take for granted. */
const measured: Shape = {
  runId: 'text',
  experiment: 'text',
  question: 'text',
  arguments: ['text'],
  seed: 'number',
  gpuProfile: 'text',
  protocol: { name: 'text', processes: 'number', callLimitMs: 'number', stepLimitMs: 'number' },
  plan: [group],
  environment,
  ceilings: { or: [ceilings, null] },
  startedAt: 'text',
  sittings: [{ startedAt: 'text' }],
  state: 'text',
};

/**
 * Holds what a manifest says against what it must say: a folder may come from another version, another hand, a bad disk.
 *
 * @throws UsageError that names the file and the member
 */
export function checkManifest(value: unknown, file: string): void {
  check(value, measured, { file, path: '' });
}

interface Place {
  readonly file: string;
  readonly path: string;
}

function check(value: unknown, shape: Shape, place: Place): void {
  if (shape === 'any') return;
  if (shape === 'record') {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) refuse(value, 'an object', place);
  } else if (typeof shape === 'string') {
    const wanted = { text: 'string', number: 'number', flag: 'boolean' }[shape];
    if (typeof value !== wanted) refuse(value, `a ${wanted}`, place);
  } else if (Array.isArray(shape)) {
    if (!Array.isArray(value)) refuse(value, 'a list', place);
    for (const [index, each] of (value as unknown[]).entries())
      check(each, shape[0] as Shape, { ...place, path: `${place.path}[${index}]` });
  } else if (isChoice(shape)) {
    if (value === null && shape.or.includes(null)) return;
    check(value, shape.or.find(each => each !== null) as Shape, place);
  } else {
    check(value, 'record', place);
    for (const [key, inner] of Object.entries(shape))
      check((value as Record<string, unknown>)[key], inner, {
        ...place,
        path: place.path === '' ? key : `${place.path}.${key}`,
      });
  }
}

const isChoice = (shape: Shape): shape is { readonly or: readonly (Shape | null)[] } =>
  typeof shape === 'object' && 'or' in shape;

function refuse(value: unknown, wanted: string, { file, path }: Place): never {
  const what = value === undefined ? 'is missing' : `is ${JSON.stringify(value)?.slice(0, 40)}`;
  throw new UsageError(
    `${file} is not a manifest of this tool: ${path || 'the document'} ${what}; it must be ${wanted}. Start a new run.`,
  );
}
