/**
 * Verdicts of the loops in source order, judged by hand from the rules (DESIGN §3). Where a flag never changes or a test
 * never holds, the verdict is what these inputs show.
 */
export const further: Readonly<Record<string, string>> = {
  gesummv: 'parallel reduction',
  symm: 'doacross parallel reduction',
  twoMm: 'parallel parallel reduction parallel parallel reduction',
  threeMm: 'parallel parallel reduction',
  matmulForOf: 'parallel parallel parallel reduction',
  matmulReduce: 'parallel parallel reduction',
  outer: 'parallel parallel',
  traceOf: 'reduction',
  frobenius: 'reduction reduction',
  power: 'sequential parallel reduction reduction parallel',
  jacobiSolve: 'sequential parallel reduction parallel',
  backSubstitution: 'sequential reduction',
  gaussEliminate: 'sequential parallel parallel',
  rotateMatrix: 'parallel parallel parallel parallel',
  rowSums: 'parallel reduction',
  colSums: 'reduction parallel',
  laplace3d: 'parallel parallel parallel',
  redBlack: 'sequential sequential parallel parallel',
  blurTwice: 'parallel parallel parallel parallel',
  lifeTorus: 'sequential parallel parallel',
  heat1d: 'sequential parallel',
  advect: 'sequential parallel-after-renaming',
  wave1d: 'sequential parallel',
  warNear: 'parallel-after-renaming',
  warLines: 'parallel-after-renaming',
  warRows: 'parallel-after-renaming parallel-after-renaming',
  warOuter: 'parallel-after-renaming parallel',
  warField: 'doacross parallel-after-renaming',
  copyWithin2: 'doacross',
  moveBack3: 'parallel-after-renaming',
  countingSort: 'reduction scan scan',
  radixPass: 'doacross reduction scan scan',
  bucketCount: 'parallel reduction',
  weightedHistogram: 'reduction',
  histogram2d: 'reduction',
  spmvCoo: 'reduction',
  scatterPerm: 'parallel',
  gather: 'parallel',
  arrayList: 'sequential',
  listRank: 'sequential parallel parallel',
  bellmanFord: 'doacross doacross',
  bfsQueue: 'doacross scan',
  dijkstra: 'doacross doacross doacross',
  degreeCount: 'parallel reduction',
  pairwise: 'sequential parallel',
  blelloch: 'sequential parallel sequential parallel',
  kahan: 'sequential',
  dotUnrolled: 'reduction',
  dotFour: 'reduction',
  welford: 'doacross',
  kadane: 'doacross',
  maxPair: 'reduction reduction',
  anyNegative: 'sequential',
  countPairs: 'reduction reduction',
  runLength: 'reduction',
  alternating: 'doacross',
  leibniz: 'reduction',
  lcg: 'sequential',
  xorshift: 'sequential',
  monteCarlo: 'doacross',
  fisherYates: 'doacross',
  adler: 'doacross',
  crcTable: 'parallel sequential',
  crc: 'sequential',
  fibMod: 'sequential',
  powerMod: 'sequential',
  matrixPower: 'sequential',
  hanoi: '',
  sumHalves: '',
  recursivePower: '',
  gcdRec: '',
  dtw: 'doacross doacross',
  needleDiagonal: 'doacross parallel',
  lis: 'doacross reduction',
  coinMin: 'doacross reduction',
  triangle: 'sequential parallel',
  gridPaths: 'parallel doacross sequential',
  catalan: 'sequential reduction',
  oneRow: 'doacross sequential',
  minMaxArrayFn: 'reduction reduction',
  normalise: 'reduction parallel',
  softmax: 'reduction parallel reduction parallel',
  standardise: 'parallel reduction parallel',
  kmeansAssign: 'parallel reduction',
  kmeansUpdate: 'reduction parallel',
  bodiesFlat: 'parallel reduction parallel',
  bodiesThird: 'reduction reduction',
  dft: 'parallel reduction',
  butterfly: 'sequential parallel parallel',
  convolve2d: 'parallel parallel reduction reduction',
  maxPool: 'parallel parallel',
  dense: 'parallel reduction',
  prefix2d: 'scan scan doacross doacross',
  rowScans: 'parallel scan',
  columnScans: 'scan parallel',
  stackClass: 'sequential scan',
  matrixClass: 'parallel parallel reduction reduction',
  counterObject: 'reduction',
  rollingHash: 'sequential',
  hornerClosure: 'sequential',
  swapAll: 'parallel',
  rotatePairs: 'parallel',
  interleave: 'parallel',
  deinterleave: 'parallel',
  everyOther: 'parallel',
  compact: 'scan',
  dedupe: 'doacross',
  twoScalars: 'sequential',
  lagTwo: 'doacross',
  lagThreeNested: 'doacross parallel',
  nestedBreak: 'doacross sequential',
  globalMax: 'reduction reduction',
  collatzAll: 'parallel sequential',
  sieveCount: 'doacross parallel',
  euler: 'doacross',
  doubleBuffer: 'sequential parallel',
  luRows: 'doacross doacross reduction parallel reduction',
  gridRows: 'doacross sequential',
  countOrZero: 'reduction',
};

interface ClosedForm {
  readonly work: (n: number) => number;
  readonly span: (n: number) => number;
}

const form = (work: ClosedForm['work'], span: ClosedForm['span']): ClosedForm => ({ work, span });
const log2 = (n: number): number => Math.ceil(Math.log2(n));
/** Σ f(k) for k from 0 to below n. */
const sum = (n: number, f: (k: number) => number): number => {
  let total = 0;
  for (let k = 0; k < n; k++) total += f(k);
  return total;
};

/** Worked out on paper from the sources: operations on data, and the longest chain of them in source order. */
export const closedForms: Readonly<Record<string, ClosedForm>> = {
  gesummv: form(
    n => 4 * n * n + 3 * n,
    n => n + 3,
  ),
  // Column j of C: row k gets its own value at max(4, k + 3), then n − 1 − k additions.
  symm: form(
    n => n * ((5 * n * (n - 1)) / 2 + 6 * n),
    n => n + 3,
  ),
  twoMm: form(
    n => 5 * n ** 3 + n * n,
    n => 2 * n + 3,
  ),
  threeMm: form(
    n => 6 * n ** 3,
    n => 2 * n + 2,
  ),
  matmulForOf: form(
    n => 2 * n ** 3,
    n => n + 1,
  ),
  matmulReduce: form(
    n => 2 * n ** 3,
    n => n + 1,
  ),
  outer: form(
    n => n * n,
    _ => 1,
  ),
  traceOf: form(
    n => n,
    n => n,
  ),
  frobenius: form(
    n => 2 * n * n + 1,
    n => n * n + 2,
  ),
  power: form(
    n => 3 * (2 * n * n + 3 * n + 1),
    n => 3 * (2 * n + 4),
  ),
  jacobiSolve: form(
    n => 6 * n * n,
    n => 3 * (n + 2),
  ),
  backSubstitution: form(
    n => n * n,
    n => 1 + (n * (n - 1)) / 2 + 2 * (n - 1),
  ),
  gaussEliminate: form(
    n => sum(n, k => (n - 1 - k) * (1 + 2 * (n - k))),
    n => 3 * (n - 1),
  ),
  rowSums: form(
    n => n * n,
    n => n,
  ),
  colSums: form(
    n => n * n,
    n => n,
  ),
  laplace3d: form(
    n => 7 * (n - 2) ** 3,
    _ => 6,
  ),
  redBlack: form(
    n => 8 * (2 * n - 2) ** 2,
    _ => 16,
  ),
  blurTwice: form(
    n => 3 * n * (n - 2) + 3 * (n - 2) ** 2,
    _ => 6,
  ),
  lifeTorus: form(
    n => 12 * n * n,
    _ => 12,
  ),
  heat1d: form(
    n => 20 * (n - 2),
    _ => 20,
  ),
  advect: form(
    n => 9 * (n - 1),
    _ => 9,
  ),
  wave1d: form(
    n => 21 * (n - 2),
    _ => 15,
  ),
  warNear: form(
    n => n,
    _ => 1,
  ),
  warLines: form(
    n => 2 * n,
    _ => 2,
  ),
  warRows: form(
    n => 4 * n * n,
    _ => 4,
  ),
  warOuter: form(
    n => (n * (n - 1)) / 2,
    _ => 1,
  ),
  moveBack3: form(
    _ => 0,
    _ => 0,
  ),
  scatterPerm: form(
    n => n,
    _ => 1,
  ),
  gather: form(
    n => n,
    _ => 1,
  ),
  arrayList: form(
    n => n,
    n => n,
  ),
  listRank: form(
    n => n * log2(n),
    n => log2(n),
  ),
  pairwise: form(
    _ => 15,
    _ => 4,
  ),
  blelloch: form(
    _ => 14,
    _ => 5,
  ),
  kahan: form(
    n => 4 * n,
    n => 4 * n,
  ),
  dotUnrolled: form(
    n => 8 * n,
    n => n + 4,
  ),
  dotFour: form(
    n => 8 * n + 3,
    n => n + 3,
  ),
  welford: form(
    n => 7 * n,
    n => 3 * n + 3,
  ),
  kadane: form(
    n => 3 * (n - 1),
    n => 2 * (n - 1) + 1,
  ),
  maxPair: form(
    n => (3 * n * (n - 1)) / 2,
    n => (n * (n - 1)) / 2 + 2,
  ),
  anyNegative: form(
    n => n,
    n => n,
  ),
  alternating: form(
    n => 3 * n,
    n => n + 1,
  ),
  leibniz: form(
    n => 4 * n + 1,
    n => n + 4,
  ),
  lcg: form(
    n => 3 * n,
    n => 3 * n,
  ),
  xorshift: form(
    n => 6 * n,
    n => 6 * n,
  ),
  adler: form(
    n => 4 * n + 2,
    n => 2 * n + 4,
  ),
  crc: form(
    n => 2 * n + 1,
    n => 2 * n + 1,
  ),
  fibMod: form(
    n => 2 * n,
    n => 2 * n,
  ),
  powerMod: form(
    n => 2 * n,
    n => 2 * n,
  ),
  matrixPower: form(
    n => 2 * n,
    n => n,
  ),
  hanoi: form(
    n => 4 * n + 1,
    n => 4 * n + 1,
  ),
  sumHalves: form(
    _ => 7,
    _ => 3,
  ),
  dtw: form(
    n => 4 * n * n,
    n => 4 * n - 1,
  ),
  needleDiagonal: form(
    n => 5 * n * n,
    n => 4 * n - 1,
  ),
  triangle: form(
    n => n * (n - 1),
    n => 2 * (n - 1),
  ),
  gridRows: form(
    n => (n - 1) ** 2,
    n => 2 * n - 3,
  ),
  gridPaths: form(
    n => (n - 1) ** 2,
    n => 2 * n - 3,
  ),
  catalan: form(
    n => n * (n + 1),
    n => n + (n * (n + 1)) / 2,
  ),
  oneRow: form(
    n => 6 * (n - 1),
    n => 2 * n + 2,
  ),
  normalise: form(
    n => 3 * n + 2,
    n => n + 4,
  ),
  softmax: form(
    n => 5 * n - 2,
    n => 2 * n + 1,
  ),
  standardise: form(
    n => 2 * n * n + n,
    n => n + 2,
  ),
  bodiesFlat: form(
    n => 3 * n * (n - 1) + 4 * n,
    n => n + 5,
  ),
  bodiesThird: form(
    n => (3 * n * (n - 1)) / 2,
    n => n,
  ),
  dft: form(
    n => 10 * n * n,
    n => n + 6,
  ),
  convolve2d: form(
    n => 18 * n * n,
    _ => 10,
  ),
  maxPool: form(
    n => n * n,
    _ => 1,
  ),
  dense: form(
    n => 2 * n * n + n,
    n => n + 2,
  ),
  prefix2d: form(
    n => 2 * (n - 1) + 3 * (n - 1) ** 2,
    n => 5 * n - 6,
  ),
  rowScans: form(
    n => n * (n - 1),
    n => n - 1,
  ),
  columnScans: form(
    n => n * (n - 1),
    n => n - 1,
  ),
  stackClass: form(
    n => 4 * n,
    n => 2 * n + 1,
  ),
  matrixClass: form(
    n => 2 * n * n,
    n => n * n + 1,
  ),
  rollingHash: form(
    n => 3 * n,
    n => 3 * n,
  ),
  hornerClosure: form(
    n => 2 * n,
    n => 2 * n,
  ),
  rotatePairs: form(
    n => 6 * n,
    _ => 2,
  ),
  everyOther: form(
    n => n,
    _ => 1,
  ),
  twoScalars: form(
    n => 2 * n,
    n => 2 * n,
  ),
  lagTwo: form(
    n => 2 * n,
    n => n,
  ),
  lagThreeNested: form(
    n => n * (n + 3),
    n => Math.ceil(n / 3),
  ),
  nestedBreak: form(
    n => n * n + n,
    n => 2 * n - 1,
  ),
  euler: form(
    n => 5 * n,
    n => (5 * n) / 2,
  ),
  doubleBuffer: form(
    n => 6 * (n - 2),
    _ => 6,
  ),
};

/** Carried dependences of each loop, by the lines of its function; from the subscripts. */
export const writeAfterRead: Readonly<Record<string, readonly (readonly string[])[]>> = {
  warNear: [['WAR 0 → 0 at 1']],
  warLines: [['WAR 2 → 5 at 3', 'WAR 3 → 5 at 1', 'WAR 4 → 5 at 2']],
  warRows: [
    ['WAR 4 → 4 at 1', 'WAR 6 → 4 at 1'],
    ['WAR 5 → 4 at 1', 'WAR 6 → 4 at 2'],
  ],
  warOuter: [['WAR 2 → 3 at 1'], []],
  moveBack3: [['WAR 0 → 0 at 3']],
};
