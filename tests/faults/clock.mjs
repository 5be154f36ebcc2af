// A wall clock that somebody sets while a run goes on: every 40 to 160 ms it jumps, back and forth by up to ten years.
// Loaded with --import into the conductor and, through NODE_OPTIONS, into the processes that measure.
const Real = Date;
const years = 10 * 365 * 86_400_000;
let offset = 0;
let next = 0;
function now() {
  const real = Real.now();
  if (real >= next) {
    offset = Math.round((2 * Math.random() - 1) * years);
    next = real + 40 + 120 * Math.random();
  }
  return real + offset;
}
globalThis.Date = class extends Real {
  constructor(...args) {
    if (args.length === 0) super(now());
    else super(...args);
  }
  static now() {
    return now();
  }
};
