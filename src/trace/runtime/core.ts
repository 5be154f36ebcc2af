/*
 * Where things lie in the memory of functions on numbers (`slot-space.ts`), in bytes. Read by TypeScript and AssemblyScript
 * alike, so that both mean the same places. Pages that nothing reaches are never touched: the room is reserved, not used.
 */

/** Later than every date: those are numbers of 32 bits. */
export const never = 2 ** 31 - 1;

/** All of it: one page below the sign of an address. */
export const spaceBytes = 2 ** 31 - 65536;
/** Slots and frames from 0; then what the run keeps of itself, times of elements, those of long arrays, and dates. */
export const coreFrom = 3 * 2 ** 26;
export const rowsFrom = 2 ** 28 + 48 * 64;
export const longFrom = 2 ** 29 + 52 * 64;
/** Clock at the start of each iteration of each active loop. */
export const startsFrom = 2 ** 30 + 56 * 64;
export const mostStarts = 2 ** 26 - 4096;
/** Dates of elements, and lists of reads. */
export const datesFrom = 2 ** 30 + 2 ** 28 + 60 * 64;

// What stands alone, a word each.
export const clockAt = coreFrom;
export const iterationsAt = coreFrom + 4;
export const pathAt = coreFrom + 8;
export const pathEventsAt = coreFrom + 12;
/** Lanes in use. */
export const lanesAt = coreFrom + 16;
export const workAt = coreFrom + 20;
export const updatesAt = coreFrom + 24;
export const idsAt = coreFrom + 28;
/** How many active regions charge loads and stores. */
export const chargingAt = coreFrom + 32;
/** When the outermost active loop was entered, and when the current iteration of the innermost began. */
export const outermostAt = coreFrom + 36;
export const iterationStartAt = coreFrom + 40;
/** Addresses of the latest activation, and of the innermost loop's; 0 for none. */
export const topAt = coreFrom + 44;
export const loopAt = coreFrom + 48;
/** How many starts of iterations there are. */
export const startedAt = coreFrom + 52;
/** An element was read. */
export const loadedAt = coreFrom + 56;
/** A store to what is no element waits for the end of its piece of code. */
export const oddAt = coreFrom + 60;
/** Slots up to which frames have reached, and may. */
export const usedAt = coreFrom + 64;
export const endAt = coreFrom + 68;
/** Lanes that were laid out, and the distances of families `r` and `m` from `s`; below 0 for none. */
export const mostLanesAt = coreFrom + 72;
export const familyRAt = coreFrom + 76;
export const familyMAt = coreFrom + 80;
/** Address of the slot of the control in force. */
export const controlAt = coreFrom + 84;
/** The first free place for dates. */
export const datesAt = coreFrom + 88;
/** Reads of arrays that are only read are dated as well. */
export const datesAllAt = coreFrom + 92;
/** The first free list of reads of each size, from 8 pairs up. */
export const freeListsAt = coreFrom + 128;
export const listSizes = 24;

/** Four vectors that select one lane each. */
export const masksFrom = coreFrom + 1024;

// By lane.
export const mostLanes = 320;
export const highsFrom = coreFrom + 4096 + 4 * 64;
export const basesFrom = coreFrom + 8192 + 8 * 64;
/** Updates of chains when what the lane stands for began. */
export const lanesUpdatesFrom = coreFrom + 12288 + 12 * 64;

/** Elements: the first one's time and how far apart they are, their dates (0 for none yet), the earliest accesses. */
export const elementsFrom = coreFrom + 2 ** 15 + 16 * 64;
export const elementsBytes = 32;
export const eBase = 0;
export const eStride = 4;
export const eDates = 8;
export const eRead = 12;
export const eWrite = 16;
export const eNestRead = 20;
export const eNestWrite = 24;
export const eNest = 28;
/** Arrays: their elements, the first one, how many, and whether their name is known. */
export const handlesFrom = coreFrom + 2 ** 19 + 20 * 64;
export const handleBytes = 16;
export const hElements = 0;
export const hFirst = 4;
export const hLength = 8;
export const hNamed = 12;
export const mostHandles = 2 ** 13;

/** Pairs of sites whose next occurrence most likely changes nothing but a count. */
export const edgesFrom = coreFrom + 2 ** 21;
export const mostEdges = 4096;
export const edgeBytes = 32;
export const gRecord = 0;
export const gFrom = 4;
export const gCode = 8;
export const gDistance = 12;
export const gSilent = 16;
export const gCount = 20;

/** Sums of regions since they were last asked for, and their groups of paths. */
export const recordsFrom = coreFrom + 2 ** 22 + 24 * 64;
export const recordBytes = 192;
export const mostRecords = 2 ** 16;
export const rActive = 0;
export const rIsLoop = 4;
export const rIdle = 8;
export const rEntries = 12;
export const rIterations = 16;
export const rWork = 20;
export const rSpans = 24;
export const rParts = 36;
export const rPaths = 48;
/** Chains, the first 30 as bits, whose partial results were read by something else. */
export const rPartials = 188;
/** Of a group of paths: how many, how many agreed and in all so far, then the paths. */
export const pFilled = 0;
export const pAgreeing = 4;
export const pTotal = 8;
export const pGroup = 12;

/** Sites: chain, place, the chain that they feed. */
export const sitesFrom = coreFrom + 2 ** 24 + 2 ** 22 + 32 * 64;
export const siteBytes = 16;
export const mostSites = 2 ** 20;
export const sChain = 0;
export const sPlace = 4;
export const sFeeds = 8;

/** Active regions, the outermost first. */
export const activationsFrom = sitesFrom + siteBytes * mostSites + 8 * 64;
export const activationBytes = 128;
export const activationsEnd = rowsFrom;
export const aRecord = 0;
export const aLane = 4;
export const aOwnsLane = 8;
export const aWork = 12;
export const aChildWork = 16;
export const aBases = 20;
export const aIterationBases = 32;
export const aChildSpans = 44;
export const aEntered = 56;
export const aIterationStart = 60;
export const aFirstStart = 64;
export const aBegun = 68;
export const aFinished = 72;
/** How many conditions on data later iterations wait for, and their sites from `aHolds` on. */
export const aPending = 76;
export const aPathStart = 80;
export const aPathCount = 84;
export const aPartials = 88;
export const aLoopBelow = 92;
export const aLanedBelow = 96;
export const aHolds = 100;
export const mostHolds = 7;

/** Dates of a cell: clock and site of the last write; of the last read, or below 0 the list of reads. */
export const cellBytes = 16;
export const cWritten = 0;
export const cWriter = 4;
export const cRead = 8;
export const cReader = 12;
/** A list of reads: room and length in words, then pairs of clock and site. */
export const lRoom = 0;
export const lLength = 4;
export const lReads = 8;
