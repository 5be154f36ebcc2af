/** A is m×k, B is k×n, both row-major without gaps. */
export interface MatmulInput {
  readonly a: Float32Array;
  readonly b: Float32Array;
  readonly m: number;
  readonly k: number;
  readonly n: number;
}

/** m×n, row-major: f32 from every variant, f64 from the reference. */
export type Product = Float32Array | Float64Array;
