// Allocates, computes and waits, so that each of clinic's programs has something to say.
export async function work(n: number): Promise<number> {
  let sum = 0;
  for (let i = 0; i < n; i++) {
    sum += spin(200_000) + allocate(2_000).length;
    await pause();
  }
  return sum;
}

/** Nearly all of the time. */
function spin(n: number): number {
  let sum = 0;
  for (let i = 1; i <= n; i++) sum += Math.sin(i) / i;
  return sum;
}

/** Nearly all of the heap. */
function allocate(n: number): { i: number; text: string }[] {
  return Array.from({ length: n }, (_, i) => ({ i, text: `item ${i}` }));
}

const pause = (): Promise<void> => new Promise(resolve => setTimeout(resolve, 1));

export const inputs = { work: () => [20], sorts: (_size: number, seed: number) => [[3, 1, 2 + seed]] };

/** Changes its argument: were it not made anew, every repetition but the first would throw. */
export function sorts(values: number[]): number {
  if (values[0] !== 3) throw new Error(`was sorted before: ${values.join()}`);
  values.sort((a, b) => a - b);
  return values[0] as number;
}

export async function connects(): Promise<void> {
  await fetch('http://127.0.0.1:9/');
}

export function endless(): void {
  for (;;) Math.random();
}
