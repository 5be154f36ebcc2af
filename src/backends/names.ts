/** The closed list of variant names (docs/vocabulary.md); peers go by the name of their package. */
export const variantNames = [
  'naive',
  'tuned',
  'radix',
  'threads',
  'simd',
  'simd-threads',
  'webgpu-naive',
  'webgpu-tuned',
  'webgpu-f16',
  'webgpu-subgroup',
  'gpujs',
  'gpujs-webasm',
  'tfjs-wasm',
  'tfjs-webgpu',
  'tfjs-node-gpu',
  'native',
] as const;

export type StandardVariantName = (typeof variantNames)[number];

/** What an npm package or a built-in of the language is called: `@noble/ciphers`, `TypedArray.prototype.sort`. */
export type PeerName = string & {};

export type VariantName = StandardVariantName | PeerName;

const npmName = /^(@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/;
const builtinName = /^[A-Z][A-Za-z]*(\.[a-zA-Z]+)+$/;

export const isStandardVariantName = (name: string): name is StandardVariantName =>
  (variantNames as readonly string[]).includes(name);

/** What an npm package or a Python library is called, and no variant of ours. */
export const isPackageName = (name: string): boolean => !isStandardVariantName(name) && npmName.test(name);

/** A standard name, an npm package's name, or a built-in's dotted name. */
export const isVariantName = (name: string): boolean =>
  isStandardVariantName(name) || npmName.test(name) || builtinName.test(name);
