import type { VariantName } from './names.ts';
import type { Output, Precision, Prepared, Variant } from './variant.ts';

/** A variant that is one function of the host: plain TypeScript, or a native library behind a call. */
export interface CallVariant<I, O extends Output> {
  readonly name: VariantName;
  readonly sameAlgorithm: boolean;
  readonly summary?: string;
  readonly precision?: Precision;
  unsupported?(input: I): string | undefined;
  /** Must not change its input. May be asynchronous. */
  compute(input: I): O | Promise<O>;
}

/**
 * Makes a variant of a plain function. Its only phase is `compute`: there is nothing to upload, and what the
 * function allocates for its result is part of its time, as it is for whoever calls it.
 */
export function callVariant<I, O extends Output>(definition: CallVariant<I, O>): Variant<I, O> {
  const { compute, ...rest } = definition;
  return {
    ...rest,
    async prepare(): Promise<Prepared<I, O>> {
      let input: I | undefined;
      let output: O | undefined;
      return {
        shape: 'call',
        async upload(next) {
          input = next;
          output = undefined;
        },
        async dispatch() {
          const result = compute(input as I);
          output = result instanceof Promise ? await result : result;
        },
        peek: () => output,
        async readback() {
          if (output === undefined) throw new Error(`${definition.name} returned nothing`);
          return output;
        },
        ranOn: () => 'cpu',
        async [Symbol.asyncDispose]() {
          input = output = undefined;
        },
      };
    },
  };
}
