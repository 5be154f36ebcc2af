import { type DeviceSpec, type Quantity, type Transfer, transferMicroseconds } from '../hardware/device.ts';
import type { BoundName, ParallelRegion, ProgramShape, Term } from './types.ts';

/** What a device needs at least for a program, in seconds, before anything learnt from measurements enters. */
export interface Floor {
  /** Of all parallel regions, each by the largest of its terms. */
  readonly kernel: number;
  /** Which of the terms that was, by its share of the kernel time. */
  readonly kernelBound: 'compute' | 'memory' | 'latency';
  readonly launches: number;
  readonly launch: number;
  readonly toDevice: number;
  readonly fromDevice: number;
  /** How many times the program's whole data are handed over: once a call. */
  readonly terms: readonly Term[];
}

/** What the model may leave out, to see what it is worth. */
export interface Ablation {
  readonly transfers?: boolean;
  readonly memory?: boolean;
  readonly launches?: boolean;
}

const giga = 1e9;

/** The floor of a program on a device: the sum over its regions of the largest of compute, memory and latency. */
export function floorOf(shape: ProgramShape, device: DeviceSpec, without: Ablation = {}): Floor {
  const regions = shape.regions.map(region => regionFloor(region, device, without));
  const kernel = regions.reduce((sum, { seconds }) => sum + seconds, 0);
  const byBound = Map.groupBy(regions, ({ bound }) => bound);
  const heaviest = [...byBound].map(([bound, those]) => ({
    bound,
    seconds: those.reduce((sum, { seconds }) => sum + seconds, 0),
  }));
  heaviest.sort((a, b) => b.seconds - a.seconds);
  const launches = launchesOf(shape, device);
  const launch = without.launches ? 0 : launches * device.launch_us.value * 1e-6;
  const toDevice = without.transfers ? 0 : transferMicroseconds(shape.bytesToDevice, device.transfer.to_device) * 1e-6;
  const fromDevice = without.transfers
    ? 0
    : transferMicroseconds(shape.bytesFromDevice, device.transfer.from_device) * 1e-6;
  const { to_device: to, from_device: from } = device.transfer;
  return {
    kernel,
    kernelBound: heaviest[0]?.bound ?? 'compute',
    launches,
    launch,
    toDevice,
    fromDevice,
    terms: [
      ...regions.flatMap(({ terms }) => terms),
      {
        name: 'launches',
        seconds: launch,
        formula: `${launches} × ${device.launch_us.value.toPrecision(3)} µs`,
        source: device.launch_us.source,
      },
      {
        name: 'to the device',
        seconds: toDevice,
        formula: transferFormula(shape.bytesToDevice, to),
        source: `${to.bandwidth_gb_per_s.source}; bytes ${shape.bytesSource}`,
      },
      {
        name: 'from the device',
        seconds: fromDevice,
        formula: transferFormula(shape.bytesFromDevice, from),
        source: `${from.bandwidth_gb_per_s.source}; bytes ${shape.bytesSource}`,
      },
    ],
  };
}

/**
 * Every entry of a parallel loop starts the cores or the adapter anew, or makes them meet; one core goes on by itself.
 */
const launchesOf = ({ regions }: ProgramShape, { kind, cores }: DeviceSpec): number =>
  kind === 'cpu' && cores.value === 1
    ? 1
    : Math.max(1, ...regions.filter(({ share }) => share > 0.01).map(({ entries }) => entries));

const transferFormula = (bytes: number, { latency_us, bandwidth_gb_per_s, points }: Transfer): string =>
  points
    ? `${bytes} B between ${points.map(point => `${point.bytes} B: ${point.us.toPrecision(3)} µs`).join(', ')} (log–log)`
    : `${latency_us.value.toPrecision(3)} µs + ${bytes} B / ${bandwidth_gb_per_s.value.toPrecision(3)} GB/s`;

interface RegionFloor {
  readonly seconds: number;
  readonly bound: 'compute' | 'memory' | 'latency';
  readonly terms: readonly Term[];
}

function regionFloor(region: ParallelRegion, device: DeviceSpec, without: Ablation): RegionFloor {
  const where = `${region.function || '(module)'}:${region.line}`;
  const compute = computeTerm(region, device, where);
  const loads = accessTerm(region, device, where);
  const traffic = trafficTerm(region, device, where);
  const latency = latencyTerm(region, device, where);
  const memory = overlaps(device) ? Math.max(loads.seconds, traffic.seconds) : loads.seconds + traffic.seconds;
  const candidates: readonly (readonly [RegionFloor['bound'], number])[] = [
    ['compute', compute.seconds],
    ['memory', without.memory ? 0 : memory],
    ['latency', latency.seconds],
  ];
  const [bound, seconds] = [...candidates].sort((a, b) => b[1] - a[1])[0]!;
  return { seconds, bound, terms: [compute, loads, traffic, latency] };
}

/**
 * Whether lines arrive from further away while others are loaded and stored. On a CPU's core they do not: while a line comes
 * into its first cache, that cache serves nothing else, so both times add up, beside the arithmetic (the execution–cache–memory
 * model: Treibig and Hager, "Introducing a performance model for bandwidth-limited loop kernels", PPAM 2009). A GPU, and the
 * many threads that a software adapter makes of one, hide the one behind the other.
 */
const overlaps = ({ kind }: DeviceSpec): boolean => kind !== 'cpu';

const shown = (value: number): string => value.toPrecision(3);

/**
 * Operations of each class over the rate of that class; lanes that wait for a diverging neighbour do nothing. The divider
 * (and a GPU's unit for special functions) has a port of its own and works beside the others: the longer of the two counts.
 */
function computeTerm(region: ParallelRegion, device: DeviceSpec, where: string): Term {
  const { operations } = region;
  const { rates_gop_per_s: rates } = device;
  const fp32 = rates.fp32!;
  const { transcendental: functions = 0 } = operations;
  const hasUnit = device.kind === 'gpu';
  const wider = lanesOfNarrow(region, device);
  const groups: readonly OperationGroup[] = [
    ['fp', fpSlots(operations), fp32],
    [`fp in functions of ${slotsOfFunction}`, hasUnit ? 0 : functions * slotsOfFunction, fp32],
    ['int32', (operations.int32 + operations.compare) / wider, rates.int32 ?? fp32],
    ['logic', operations.logic / wider, rates.logic ?? fp32],
  ];
  const used = groups.filter(([, count]) => count > 0);
  const specials = operations.special + (hasUnit ? functions : 0);
  const special: readonly OperationGroup[] = specials > 0 ? [['special', specials, rates.special ?? fp32]] : [];
  const lanes = lanesAtWork(region, device.lanes.value);
  const [ordinary, beside] = [secondsOf(used), secondsOf(special)];
  const sums = [used, special].filter(those => those.length > 0).map(sumOf);
  const formula = sums.length === 2 ? `the larger of (${sums.join(') and (')})` : `(${sums[0] ?? '0'})`;
  return {
    name: `${where} compute`,
    seconds: Math.max(ordinary, beside) / lanes,
    formula: `${formula}${lanes < 1 ? ` / ${shown(lanes)} lanes at work` : ''}`,
    source: `operations counted; ${[...new Set([...used, ...special].map(([, , rate]) => rate.source))].join('; ')}`,
  };
}

/**
 * Floating-point operations as a multiply–add's rate, which counts two, lets them pass: one that has no partner takes the place
 * of two. Kernels for other hardware compute in f32 what JavaScript computes in doubles, within the workload's tolerance.
 */
function fpSlots({ fp32, fp64, products }: ParallelRegion['operations']): number {
  const all = fp32 + fp64;
  return products === undefined ? all : 2 * Math.max(products, all - products);
}

/**
 * What an exponential, a logarithm or a sine takes where there is no unit for it: about 20 instructions for reducing the
 * range, a polynomial of degree 5 to 8 and putting it together (Moshier, Cephes, single precision, 1992: expf, logf, sinf), each
 * in the place of a multiply–add.
 */
const slotsOfFunction = 40;

/**
 * Elements of bytes are computed with in vectors of twice as many lanes as there are for 32 bits: what they are added up to
 * takes twice their width.
 */
const lanesOfNarrow = ({ packing = 1 }: ParallelRegion, { kind, lanes }: DeviceSpec): number =>
  kind === 'cpu' && lanes.value > 1 ? Math.min(2, Math.max(1, 1 / (2 * packing))) : 1;

/** A name, how many, and their rate. */
type OperationGroup = readonly [string, number, Quantity];

const secondsOf = (groups: readonly OperationGroup[]): number =>
  groups.reduce((sum, [, count, rate]) => sum + count / (rate.value * giga), 0);

const sumOf = (groups: readonly OperationGroup[]): string =>
  groups.map(([name, count, rate]) => `${shown(count)} ${name} / ${shown(rate.value)} G/s`).join(' + ');

/**
 * The trace's divergence is of groups of 32. Fewer lanes together part less often: by the share of the five halvings
 * from 32 to 1 that are left. No lanes, no divergence. Where they part they wait only for what is on a condition.
 */
const lanesAtWork = ({ divergence, conditional = 1 }: ParallelRegion, lanes: number): number =>
  1 - divergence * conditional * Math.min(1, Math.log2(lanes) / 5);

/**
 * Iterations side by side in registers for whom a repeated load serves: 4 is what the 16 registers of a CPU have room for,
 * 8 (8×8 sums and their operands) what a GPU thread's 255 have.
 */
const tileOf = ({ kind }: DeviceSpec): number => (kind === 'gpu' ? 8 : 4);

/** Loads and stores over the rate of neighbouring ones; an address out of the data is served lane by lane. */
function accessTerm(
  { accesses, indirect, reusable, packing = 1 }: ParallelRegion,
  device: DeviceSpec,
  where: string,
): Term {
  const { access_gop_per_s: rate, lanes } = device;
  const each = device.kind === 'cpu' ? lanes.value : 1;
  const tile = tileOf(device);
  const neighbouring = accesses - indirect - reusable;
  // A vector holds more of narrow elements; one core's loads, and shaders, which know no bytes, take one at a time.
  const room = device.kind === 'cpu' && lanes.value > 1 ? packing : 1;
  const weighed = (neighbouring + reusable / tile) * room + indirect * each;
  return {
    name: `${where} loads and stores`,
    seconds: weighed / (rate.value * giga),
    formula: `(${room < 1 ? '(' : ''}${shown(neighbouring)} neighbouring + ${shown(reusable)} repeated / ${tile}${room < 1 ? `) × ${shown(room)} of 4 bytes` : ''} + ${shown(indirect)} by address × ${each}) / ${shown(rate.value)} G/s`,
    source: `accesses counted, addresses traced; ${rate.source}`,
  };
}

/** What each entry touches, from the level of memory that holds all of it. */
function trafficTerm({ footprintBytes, trafficBytes }: ParallelRegion, device: DeviceSpec, where: string): Term {
  const level = device.memory.find(({ bytes }) => bytes >= footprintBytes) ?? device.memory.at(-1)!;
  return {
    name: `${where} memory`,
    seconds: trafficBytes / (level.bandwidth_gb_per_s * giga),
    formula: `${shown(trafficBytes)} B / ${shown(level.bandwidth_gb_per_s)} GB/s (${level.level}, footprint ${shown(footprintBytes)} B)`,
    source: `footprint traced; ${level.source}`,
  };
}

/** The longest chain of dependent operations, each waiting for the one before. */
function latencyTerm({ span }: ParallelRegion, device: DeviceSpec, where: string): Term {
  const { latency_cycles: cycles, clock_ghz: clock } = device;
  return {
    name: `${where} latency`,
    seconds: (span * cycles.value) / (clock.value * giga),
    formula: `${shown(span)} operations in a chain × ${cycles.value} cycles / ${shown(clock.value)} GHz`,
    source: `span traced, sums reassociated; ${cycles.source}`,
  };
}

export const boundLabel: Readonly<Record<BoundName, string>> = {
  compute: 'arithmetic',
  memory: 'loads, stores and bandwidth',
  latency: 'chains of dependent operations',
  launch: 'starting kernels',
  transfer: 'moving data',
  serial: 'what stays on one core',
};
