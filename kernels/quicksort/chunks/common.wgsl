// Radix sort for adapters that are CPUs: every invocation works through a chunk of its own, one key after the other,
// without barriers, atomics or workgroup memory, as the threads of a CPU would (see threads-kernel.ts).

override length: u32;
override chunks: u32;
override buckets: u32;

fn begin(chunk: u32) -> u32 {
  // As length·chunk/chunks, without overflow.
  return length / chunks * chunk + min(chunk, length % chunks);
}
