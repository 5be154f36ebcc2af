import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One level of the memory that a core works through; the last one is memory itself. */
export interface LevelSize {
  readonly level: string;
  /** What a core may fill of it, by what the kernel says; null for memory. */
  readonly bytes: number | null;
  /** What the probe touches to measure it: half of a cache, or far more than the last cache. */
  readonly footprintBytes: number;
}

const KiB = 1024;
const MiB = 1024 * KiB;

/** Sizes that hold for most machines of the last ten years, where the kernel says nothing. */
const usual = [32 * KiB, 512 * KiB, 8 * MiB];

/** The WebAssembly memory of the probe sets the limit. */
const mostBytes = 128 * MiB;

/**
 * The levels of data that the first core sees, smallest first, from Linux's sysfs; a cache that several cores share
 * counts whole for one core and in parts for all of them at once.
 *
 * @param folder what `/sys/devices/system/cpu/cpu0/cache` holds elsewhere
 * @param cores how many will measure at the same time
 */
export function cacheLevels(cores: number, folder = '/sys/devices/system/cpu/cpu0/cache'): LevelSize[] {
  const found = readCaches(folder);
  const caches = found.length > 0 ? found : usual.map(bytes => ({ bytes, sharedBy: 1 }));
  const levels: LevelSize[] = [];
  for (const [index, { bytes, sharedBy }] of caches.entries()) {
    const share = bytes / Math.min(cores, sharedBy);
    // Half leaves room for what else is there; a multiple of 3 · 128 bytes divides into arrays of whole lines.
    const footprintBytes = wholeLines(Math.min(share / 2, mostBytes / 2));
    if (footprintBytes > 2 * (levels.at(-1)?.footprintBytes ?? 0))
      levels.push({ level: `L${index + 1}`, bytes: share, footprintBytes });
  }
  const last = caches.at(-1)?.bytes ?? 0;
  // Four times the last cache where that fits; a cache of a quarter of a gigabyte still answers for a part.
  const beyond = Math.min(mostBytes, Math.max(64 * MiB, 4 * last));
  return [...levels, { level: 'memory', bytes: null, footprintBytes: wholeLines(beyond) }];
}

const wholeLines = (bytes: number): number => Math.floor(bytes / 768) * 768;

function readCaches(folder: string): { bytes: number; sharedBy: number }[] {
  const levels = new Map<number, { bytes: number; sharedBy: number }>();
  let entries: string[];
  try {
    entries = readdirSync(folder).filter(name => /^index\d+$/.test(name));
  } catch {
    return [];
  }
  for (const entry of entries) {
    const read = (name: string): string => {
      try {
        return readFileSync(join(folder, entry, name), 'utf8').trim();
      } catch {
        return '';
      }
    };
    const level = Number(read('level'));
    const bytes = sizeOf(read('size'));
    if (read('type') !== 'Instruction' && level > 0 && bytes > 0)
      levels.set(level, { bytes, sharedBy: countCpus(read('shared_cpu_list')) });
  }
  return [...levels].sort(([a], [b]) => a - b).map(([, cache]) => cache);
}

/** `32K`, `1024K`, `32M` in bytes; 0 where it is no size. */
function sizeOf(text: string): number {
  const [, digits, unit] = /^(\d+)([KMG]?)$/.exec(text) ?? [];
  const scale = { '': 1, K: KiB, M: MiB, G: 1024 * MiB }[unit ?? ''] ?? 0;
  return Number(digits ?? 0) * scale;
}

/** How many CPUs a list such as `0-3,8` names; at least one. */
function countCpus(list: string): number {
  const parts = list.split(',').map(part => part.split('-').map(Number));
  const count = parts.reduce((sum, [from = 0, to = from]) => sum + (to - from + 1), 0);
  return Number.isSafeInteger(count) && count > 0 ? count : 1;
}
