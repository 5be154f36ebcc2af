// What is rare, or needs names: done by JavaScript (`slot-host.ts`).

/** A thousand iterations and calls have passed. */
@external('host', 'tick')
export declare function tick(): void;
/** The run is void, and starts again without these functions. */
@external('host', 'stop')
export declare function stop(): void;
/** More regions are nested than there are lanes. */
@external('host', 'exhausted')
export declare function exhausted(): void;
/** A pair of accesses that a loop carries: one that is new, nearer, or less silent than it was known. */
@external('host', 'pair')
export declare function newPair(kind: i32, stamp: i32, from: i32, to: i32, handle: i32, key: i32, edge: i32): void;
/** A read of what was written before, where it may show that a partial result is used. */
@external('host', 'flow')
export declare function newFlow(written: i32, writer: i32, site: i32, handle: i32, key: i32): void;
/** A loop that goes on because of a condition on data, at an iteration. */
@external('host', 'carry')
export declare function newControl(record: i32, site: i32, iteration: i32, edge: i32): void;
/** A dependence leads to an access that was not dated. */
@external('host', 'undated')
export declare function undated(nest: i32): void;
/** An array is reached by a name. */
@external('host', 'named')
export declare function named(handle: i32, site: i32): void;
/** Room for elements' dates, and for their times. */
@external('host', 'openDates')
export declare function openDates(elements: i32): void;
@external('host', 'openTimes')
export declare function openTimes(elements: i32): void;
/** An access to what is no element. */
@external('host', 'oddLoad')
export declare function oddLoad(handle: i32, key: f64, site: i32): i32;
@external('host', 'oddStore')
export declare function oddStore(handle: i32, key: f64, site: i32): i32;
@external('host', 'oddUpdate')
export declare function oddUpdate(handle: i32, key: f64, site: i32): i32;
