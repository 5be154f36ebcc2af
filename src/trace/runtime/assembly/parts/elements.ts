import {
  clockAt,
  datesAllAt,
  eBase,
  eDates,
  eNest,
  eNestRead,
  eNestWrite,
  eRead,
  eStride,
  eWrite,
  hElements,
  hFirst,
  hLength,
  hNamed,
  loadedAt,
  never,
  outermostAt,
} from '../../core';
import { dateRead, dateWrite } from './dates';
import { carrierOf } from './edges';
import { named, oddLoad, oddStore, oddUpdate, openDates, openTimes, undated } from './host';

/** Stands for accesses without dates among the numbers of nests that a run must do without. */
const undatedReads = 2 ** 30;

// @ts-ignore: decorator
@inline
function placeOf(handle: i32, key: f64): i32 {
  const at = <i32>key;
  return <f64>at == key && <u32>at < <u32>load<i32>(handle, hLength) ? at : -1;
}

// @ts-ignore: decorator
@inline
function touch(handle: i32, site: i32): i32 {
  if (load<i32>(handle, hNamed) == 0) named(handle, site);
  return load<i32>(handle, hElements);
}

// @ts-ignore: decorator
@inline
function addressOf(handle: i32, elements: i32, at: i32): i32 {
  return load<i32>(elements, eBase) + (load<i32>(handle, hFirst) + at) * load<i32>(elements, eStride);
}

/** Where an element's time goes. */
function targetOf(handle: i32, elements: i32, at: i32): i32 {
  if (load<i32>(elements, eStride) == 0) openTimes(elements);
  return addressOf(handle, elements, at);
}

function cellOf(handle: i32, elements: i32, at: i32): i32 {
  if (load<i32>(elements, eDates) == 0) openDates(elements);
  return load<i32>(elements, eDates) + ((load<i32>(handle, hFirst) + at) << 4);
}

function isCarried(stamp: i32, outermost: i32): bool {
  return stamp >= outermost && carrierOf(stamp) != 0;
}

function datedRead(handle: i32, elements: i32, at: i32, site: i32): void {
  const outermost = load<i32>(outermostAt);
  if (outermost == never) return;
  if (isCarried(load<i32>(elements, eNestWrite), outermost)) undated(load<i32>(elements, eNest));
  if (load<i32>(elements, eRead) < outermost) store<i32>(elements, load<i32>(clockAt), eRead);
  dateRead(cellOf(handle, elements, at), site, handle, at);
}

function datedWrite(handle: i32, elements: i32, at: i32, site: i32): void {
  const outermost = load<i32>(outermostAt);
  if (outermost != never) {
    if (isCarried(load<i32>(elements, eNestWrite), outermost) || isCarried(load<i32>(elements, eNestRead), outermost))
      undated(load<i32>(elements, eNest));
    if (load<i32>(elements, eWrite) < outermost) store<i32>(elements, load<i32>(clockAt), eWrite);
  }
  dateWrite(cellOf(handle, elements, at), site, handle, at);
}

/** An element is read. @returns the address of its time */
export function readElement(handle: i32, key: f64, site: i32): i32 {
  const at = placeOf(handle, key);
  if (at < 0) return oddLoad(handle, key, site);
  const elements = touch(handle, site);
  store<i32>(loadedAt, 1);
  datedRead(handle, elements, at, site);
  return addressOf(handle, elements, at);
}

/**
 * The same for an array that no function on numbers stores to by this name: as long as nothing else does in the outermost
 * loop, its reads decide nothing. If something does the run starts again, with dates.
 */
export function readOnlyElement(handle: i32, key: f64, site: i32): i32 {
  const at = placeOf(handle, key);
  if (at < 0) return oddLoad(handle, key, site);
  const elements = touch(handle, site);
  store<i32>(loadedAt, 1);
  const outermost = load<i32>(outermostAt);
  if (
    load<i32>(datesAllAt) != 0 ||
    load<i32>(elements, eWrite) >= outermost ||
    load<i32>(elements, eNestWrite) >= outermost
  )
    datedRead(handle, elements, at, site);
  else if (outermost != never) {
    if (load<i32>(elements, eRead) < outermost) store<i32>(elements, load<i32>(clockAt), eRead);
    if (load<i32>(elements, eNestRead) < outermost) {
      store<i32>(elements, load<i32>(clockAt), eNestRead);
      store<i32>(elements, undatedReads, eNest);
    }
  }
  return addressOf(handle, elements, at);
}

/** The two where no dates are kept. */
export function findElement(handle: i32, key: f64, site: i32): i32 {
  const at = placeOf(handle, key);
  if (at < 0) return oddLoad(handle, key, site);
  store<i32>(loadedAt, 1);
  return addressOf(handle, touch(handle, site), at);
}

/** An element is written. @returns the address that its time goes to @param site below 0 where the value stays as it is */
export function writeElement(handle: i32, key: f64, site: i32): i32 {
  const at = placeOf(handle, key);
  if (at < 0) return oddStore(handle, key, abs(site));
  const elements = touch(handle, abs(site));
  datedWrite(handle, elements, at, site);
  return targetOf(handle, elements, at);
}

export function findTarget(handle: i32, key: f64, site: i32): i32 {
  const at = placeOf(handle, key);
  if (at < 0) return oddStore(handle, key, abs(site));
  return targetOf(handle, touch(handle, abs(site)), at);
}

/** An element is read and written. */
export function updateElement(handle: i32, key: f64, site: i32): i32 {
  const at = placeOf(handle, key);
  if (at < 0) return oddUpdate(handle, key, site);
  const elements = touch(handle, site);
  store<i32>(loadedAt, 1);
  datedRead(handle, elements, at, site);
  datedWrite(handle, elements, at, site);
  return targetOf(handle, elements, at);
}

export function findUpdate(handle: i32, key: f64, site: i32): i32 {
  const at = placeOf(handle, key);
  if (at < 0) return oddUpdate(handle, key, site);
  store<i32>(loadedAt, 1);
  return targetOf(handle, touch(handle, site), at);
}
