// The order-preserving codes of order.ts, on the device.

/// Whether this pass reads f32 keys as they came.
override encodes: bool = false;
/// Whether this pass writes f32 keys as they are wanted.
override decodes: bool = false;

fn arriving(bits: u32) -> u32 {
  if (!encodes) { return bits; }
  let ordinary = select(bits, 0x7fc00000u, (bits & 0x7fffffffu) > 0x7f800000u);
  return ordinary ^ (bitcast<u32>(bitcast<i32>(ordinary) >> 31u) | 0x80000000u);
}

fn leaving(code: u32) -> u32 {
  if (!decodes) { return code; }
  return code ^ (((code >> 31u) - 1u) | 0x80000000u);
}
