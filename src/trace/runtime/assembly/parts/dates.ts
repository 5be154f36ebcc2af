import {
  clockAt,
  cReader,
  cRead,
  cWriter,
  cWritten,
  iterationStartAt,
  lLength,
  lReads,
  never,
  outermostAt,
} from '../../core';
import { carrierOf, chainOf, flow, pair, WAR, WAW } from './edges';
import { addRead, freeList, pairOf, placeOf, prune } from './reads';

/** A read of a cell, while a loop is active: RAW against its last write; and it is kept. */
export function dateRead(cell: i32, site: i32, handle: i32, key: i32): void {
  const start = load<i32>(iterationStartAt);
  const outermost = load<i32>(outermostAt);
  const written = load<i32>(cell, cWritten);
  if (written >= outermost) {
    const writer = load<i32>(cell, cWriter);
    if (written < start || chainOf(abs(writer)) != chainOf(site)) flow(written, writer, site, handle, key);
  }
  const last = load<i32>(cell, cRead);
  const reader = load<i32>(cell, cReader);
  // Of reads at one place in one iteration one is enough.
  if (last >= start && reader == site) return;
  const clock = load<i32>(clockAt);
  if (reader < 0) store<i32>(cell, -addRead(-reader, site), cReader);
  else if (last < outermost || (last >= start && placeOf(reader) == placeOf(site))) store<i32>(cell, site, cReader);
  else store<i32>(cell, -pairOf(last, reader, clock, site), cReader);
  store<i32>(cell, clock, cRead);
}

/** A write: WAR against the reads since the last one, WAW against that. @param site below 0 where the value stays as it is */
export function dateWrite(cell: i32, site: i32, handle: i32, key: i32): void {
  const outermost = load<i32>(outermostAt);
  const start = load<i32>(iterationStartAt);
  const reader = load<i32>(cell, cReader);
  const read = load<i32>(cell, cRead);
  if (reader < 0) {
    if (read >= outermost && outermost != never) againstReads(-reader, site, handle, key);
    freeList(-reader);
  } else if (read >= outermost && read < start) {
    const loop = carrierOf(read);
    if (loop != 0) pair(loop, WAR, read, reader, site, handle, key);
  }
  const written = load<i32>(cell, cWritten);
  if (written >= outermost && written < start) {
    const loop = carrierOf(written);
    if (loop != 0) pair(loop, WAW, written, load<i32>(cell, cWriter), site, handle, key);
  }
  store<i32>(cell, load<i32>(clockAt), cWritten);
  store<i32>(cell, site, cWriter);
  store<i64>(cell, 0, cRead);
}

function againstReads(list: i32, site: i32, handle: i32, key: i32): void {
  if (load<i32>(list, lLength) > 2) prune(list);
  const outermost = load<i32>(outermostAt);
  const start = load<i32>(iterationStartAt);
  const first = list + lReads;
  const end = first + (load<i32>(list, lLength) << 2);
  for (let at = first; at < end; at += 8) {
    const clock = load<i32>(at);
    if (clock >= start) return;
    if (clock < outermost) continue;
    const loop = carrierOf(clock);
    if (loop != 0) pair(loop, WAR, clock, load<i32>(at, 4), site, handle, key);
  }
}

/** A variable is read, or written. */
export function readCell(cell: i32, site: i32): void {
  if (load<i32>(outermostAt) != never) dateRead(cell, site, 0, 0);
}

export function writeCell(cell: i32, site: i32): void {
  dateWrite(cell, site, 0, 0);
}

/** A variable is made. */
export function makeCell(cell: i32): void {
  const reader = load<i32>(cell, cReader);
  if (reader < 0) freeList(-reader);
  store<i64>(cell, 0);
  store<i64>(cell, 0, cRead);
}
