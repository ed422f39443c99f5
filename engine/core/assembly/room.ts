// Memory of the figures: what is taken stays taken.

/** Bytes that the processor's caches hold together. */
const LINE: usize = 64;
/** Most bytes of one piece. All memory and one more piece stay below 4 GiB: no address overflows. */
const MOST: u64 = 1 << 29;

/** Zeros, at the begin of a cache line. Traps when there is no memory left. */
export function allocate(bytes: u64): usize {
  if (bytes > MOST) unreachable();
  return (heap.alloc(<usize>bytes + LINE) + LINE - 1) & ~(LINE - 1);
}
