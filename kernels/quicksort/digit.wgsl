/// One digit of a radix sort. In a buffer and not in constants, so that all digits share their pipelines.
struct Digit {
  /// Its lowest bit.
  shift: u32,
  /// 1 where this pass reads f32 keys as they came.
  encodes: u32,
  /// 1 where this pass writes f32 keys as they are wanted.
  decodes: u32,
}
