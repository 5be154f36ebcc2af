import { callVariant } from '../../src/backends/js.ts';
import type { VariantName } from '../../src/backends/names.ts';
import type { NumericArray, Output, Prepared, RanOn, Variant } from '../../src/backends/variant.ts';
import { fieldsOf } from '../../src/workload/compare.ts';
import { defineWorkload } from '../../src/workload/define.ts';
import type { AnyWorkload } from '../../src/workload/types.ts';

/** A few elements of each array of the input: enough to know it again, and far too little to have worked on it. */
function sampleOf(input: unknown): string {
  const arrays = Object.values(input as object).filter(ArrayBuffer.isView) as NumericArray[];
  return arrays
    .map(array => [0, 1, 2, 3].map(quarter => array[Math.floor((quarter * (array.length - 1)) / 3)]).join())
    .join(';');
}

function copyOf(output: Output): Output {
  if (ArrayBuffer.isView(output)) return (output as NumericArray).slice();
  return Object.fromEntries(Object.entries(fieldsOf(output)).map(([name, array]) => [name, array.slice()]));
}

/** What a cheat says that it is. */
export interface Claim {
  readonly name: VariantName;
  readonly ranOn: RanOn;
  readonly threads?: number;
}

/** The same variant, elsewhere by its own account: a device of its own has phases, and timestamps. */
const claiming = (cheat: Variant<unknown, Output>, { name, ranOn, threads = 1 }: Claim): Variant<unknown, Output> => ({
  ...cheat,
  name,
  async prepare(device, input) {
    const own = await cheat.prepare(device, input);
    const where = { ranOn: () => ranOn, threads: () => threads };
    if (ranOn === 'cpu') return { ...own, ...where };
    const passTimes = async () => [{ label: 'kernel', ns: 1000n }];
    return { ...own, ...where, passTimes, shape: 'offload', deviceName: () => 'a device of its own' };
  },
});

/**
 * A shipped workload whose `tuned` (or who else is claimed) computes each input once and from then on knows it by a few of
 * its elements. All of its answers are right, also for inputs that were changed in place: only its time can give it away.
 */
export function remembering(
  workload: AnyWorkload,
  claims: readonly Claim[] = [{ name: 'tuned', ranOn: 'cpu' }],
): AnyWorkload {
  const [naive] = workload.variants;
  const honest = workload.variants.find(({ name }) => name === 'tuned');
  if (!naive || !honest) throw new Error(`${workload.name} has no naive and tuned`);
  const answers = new Map<string, Output>();
  const handedOut = new Map<string, Output>();
  /** What was handed out before, or a copy where somebody spoilt that. */
  function handOut(key: string, answer: Output): Output {
    const before = handedOut.get(key);
    if (before && sampleOf(fieldsOf(before)) === sampleOf(fieldsOf(answer))) return before;
    const copy = copyOf(answer);
    handedOut.set(key, copy);
    return copy;
  }
  let real: Prepared<unknown, Output> | undefined;
  async function ask(key: string, input: unknown): Promise<Output> {
    real ??= (await honest?.prepare(undefined as never, input)) as Prepared<unknown, Output>;
    await real.upload(input);
    await real.dispatch();
    const answer = copyOf(await real.readback());
    answers.set(key, answer);
    return handOut(key, answer);
  }
  const cheat = callVariant<unknown, Output>({
    name: 'tuned',
    sameAlgorithm: honest.sameAlgorithm,
    ...(honest.precision ? { precision: honest.precision } : {}),
    compute(input) {
      const key = sampleOf(input);
      const known = answers.get(key);
      return known ? handOut(key, known) : ask(key, input);
    },
  });
  const variants = [naive, ...claims.map(claim => claiming(cheat, claim))];
  return defineWorkload<unknown, Output>({ ...(workload as object), variants } as never);
}
