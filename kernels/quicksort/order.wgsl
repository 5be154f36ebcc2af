// The order-preserving codes of order.ts, on the device.

/// The code of a key as it came; `floats` says whether it is the bits of an f32.
fn arriving(bits: u32, floats: bool) -> u32 {
  let ordinary = select(bits, 0x7fc00000u, (bits & 0x7fffffffu) > 0x7f800000u);
  return select(bits, ordinary ^ (bitcast<u32>(bitcast<i32>(ordinary) >> 31u) | 0x80000000u), floats);
}

/// The key of a code.
fn leaving(code: u32, floats: bool) -> u32 {
  return select(code, code ^ (((code >> 31u) - 1u) | 0x80000000u), floats);
}
