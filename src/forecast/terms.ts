import { gpuOverFloor } from './datasheet.ts';
import { coverage, doubtOf, doubts, type Lesson } from './experience.ts';
import { dividedOf, isTeam, leastLaunchOf, type Parts, totalOf } from './law.ts';
import type { Floor } from './model.ts';
import type { ProgramShape, Term } from './types.ts';

/** What a forecast was put together from. */
export interface Findings {
  readonly shape: ProgramShape;
  /** As it was timed, before what the other programs showed of such timings. */
  readonly plainSeconds: number;
  readonly parts: Parts;
  /** None of a GPU: nothing was measured there. */
  readonly lesson: Lesson | null;
  /** The plain code on a core of the device, in nanoseconds; infinite where that was not timed. */
  readonly nearNs: number;
  /** Half-width of the interval, in natural logarithms. */
  readonly spread: number;
}

const micro = (ns: number): string => `${(ns / 1e3).toPrecision(4)} µs`;

/** The terms of the model, then the correction, then the interval: enough to do the sum again by hand. */
export function termsOf(floor: Floor, findings: Findings): Term[] {
  const { shape, parts, lesson, plainSeconds } = findings;
  const factor = lesson?.experience.plainFactor ?? 1;
  const plainNs = plainSeconds * factor * 1e9;
  const term = (name: string, ns: number, [formula, source]: Account): Term => ({
    name,
    seconds: ns / 1e9,
    formula,
    source,
  });
  return [
    ...floor.terms,
    term('plain code', plainNs, [
      `${micro(plainSeconds * 1e9)} · ${factor.toFixed(3)}`,
      lesson
        ? 'timed in a process of its own, times what the other programs took longer beside their variants (median)'
        : 'timed in a process of its own',
    ]),
    term('kernel, corrected', parts.kernel, kernelAccount(floor, findings)),
    term('launches, corrected', parts.launch, launchAccount(floor, findings)),
    term('transfers, corrected', parts.transfer, transferAccount(floor, findings)),
    term('stays on one core', parts.serial, [
      `${(shape.serialShare * 100).toFixed(2)} % of the plain ${micro(plainNs)}`,
      'share of counted work and accesses outside of parallel loops',
    ]),
    term('total', totalOf(parts), [
      `speed-up = ${micro(plainNs)} / ${micro(totalOf(parts))}, ${widthFormula(findings)}`,
      widthSource(findings),
    ]),
  ];
}

/** A formula with its numbers put in, and where they come from. */
type Account = readonly [formula: string, source: string];

function kernelAccount(floor: Floor, { lesson, nearNs }: Findings): Account {
  if (!lesson)
    return [
      `floor ${micro(floor.kernel * 1e9)} · ${gpuOverFloor}`,
      'no GPU was measured: hand-written kernels reach 30 to 60 % of a datasheet, tuned libraries up to 90 %',
    ];
  const { experience, demanded } = lesson;
  const written = `floor ${micro(floor.kernel * 1e9)} · e^${experience.offset.toFixed(3)}`;
  const from = `learnt on this kind of device from ${experience.programs.length} other programs (${experience.programs.join(', ')}; ${experience.cells} cells)`;
  const divided = dividedOf(demanded, nearNs);
  if (!Number.isFinite(divided)) return [written, from];
  return [
    `the smaller of ${written} and the plain code’s ${micro(divided * demanded.cores)} / ${demanded.cores}`,
    `the first ${from}; the second is its parallel part as it is, divided among the cores`,
  ];
}

function launchAccount({ launch, launches }: Floor, { lesson, parts }: Findings): Account {
  if (!lesson) return [micro(launch * 1e9), 'datasheet'];
  const { experience, demanded } = lesson;
  const wake = micro(experience.wakeNs);
  const isSlow = experience.wakeNs > 0 && demanded.device !== 'webgpu';
  const woken = isSlow ? `${wake} · (1 + ln(1 + kernel ${micro(parts.kernel)} / ${wake}))` : wake;
  const second = isTeam(demanded.device) && launches > 1 ? ` + ${wake}` : '';
  const again = `${launches - 1} × ${micro(experience.againNs)}`;
  return [
    `the larger of ${micro(leastLaunchOf(demanded, experience))} and ${woken}${second} + ${again}`,
    `starting the device from rest, learnt with the kernels of the other programs${second ? '; once more at the first meeting, where one thread sleeps again; further meetings by the probe' : ''}`,
  ];
}

function transferAccount({ toDevice, fromDevice }: Floor, { lesson }: Findings): Account {
  const copied = `(to + from the device: ${micro((toDevice + fromDevice) * 1e9)})`;
  if (!lesson) return [copied, 'datasheet'];
  const { transferFactor, transferExtraNs } = lesson.experience;
  return [
    `${copied} · ${transferFactor.toFixed(3)} + ${micro(transferExtraNs)}${toDevice + fromDevice === 0 ? '; nothing, for there is nothing to copy' : ''}`,
    'medians of large copies over the probe’s and of what small ones cost besides, other programs',
  ];
}

/** The interval's half-width with its numbers put in. */
function widthFormula({ lesson, parts, spread, shape: { regions, extrapolated, growthError } }: Findings): string {
  const width = `interval ×/÷ ${Math.exp(spread).toFixed(2)}`;
  const reach = lesson?.experience.reach ?? null;
  if (reach === null) return width;
  const growth =
    extrapolated && regions.length > 0
      ? `, and ${Math.log(1 + Math.max(0.05, growthError)).toFixed(3)} of growth laws`
      : '';
  return `${width} = e^(${reach.toFixed(3)} · ${doubtOf(parts).toFixed(3)})${growth}`;
}

function widthSource({ lesson, parts, shape }: Findings): string {
  if (!lesson && shape.regions.length === 0) return 'nothing is handed over; two timings differ by so much';
  if (!lesson) return 'a factor of 2.5 either way for a device that was never measured';
  if (lesson.experience.reach === null)
    return 'a factor of three either way: too few other programs were measured there';
  if (shape.regions.length === 0)
    return `nothing is handed over: what is left is the doubt of the plain time, ${doubts.plain}, times the first factor`;
  const kernel = parts.isPlain ? doubts.plainKernel : doubts.kernel;
  return `${Math.round(coverage * 100)} % of the errors on the other programs, each over its own doubt, lie within the first factor; the second is this forecast’s doubt: the root of ${doubts.plain}² + (${kernel} · share of the kernel${parts.isPlain ? ', which is the plain code divided' : ''})² + (${doubts.launch} · of launches)² + (${doubts.transfer} · of transfers)²`;
}
