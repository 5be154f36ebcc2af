import { type CallVariant, callVariant } from './js.ts';
import type { Output, Variant } from './variant.ts';

/** A variant that is one call of a package, which is loaded when the variant is prepared and not before. */
export interface LibraryVariant<L, I, O extends Output> extends Omit<CallVariant<I, O>, 'compute'> {
  load(): Promise<L>;
  /** Must not change its input. May be asynchronous. */
  compute(library: L, input: I): O | Promise<O>;
}

/** Makes a variant of a package's function: whoever lists workloads, or runs others, does not wait for the package. */
export function libraryVariant<L, I, O extends Output>(definition: LibraryVariant<L, I, O>): Variant<I, O> {
  const { load, compute, ...rest } = definition;
  return {
    ...rest,
    async prepare(device, input) {
      const library = await load();
      return callVariant<I, O>({ ...rest, compute: next => compute(library, next) }).prepare(device, input);
    },
  };
}
