// Gives memory out in blocks of powers of two, and takes them back for others of their size.

import { FREE_BLOCKS, HEAP } from "../layout";

const LEAST: i32 = 8; // 256 bytes
const SIZES: i32 = 31;

let end: usize = HEAP;

/** The bytes of a block that holds so many. */
export function blockBytes(bytes: usize): usize {
  return <usize>1 << <usize>sizeOf(bytes);
}

@inline
function sizeOf(bytes: usize): i32 {
  return bytes <= 1 << LEAST ? LEAST : 32 - <i32>clz<u32>(<u32>bytes - 1);
}

/** A block of at least so many bytes, with anything in it. Traps when there is no memory left. */
export function allocate(bytes: usize): usize {
  const size = sizeOf(bytes);
  assert(size < SIZES);
  const list = FREE_BLOCKS + (<usize>size << 2);
  const free = <usize>load<u32>(list);
  if (free != 0) {
    store<u32>(list, load<u32>(free));
    return free;
  }
  const block = end;
  end += <usize>1 << <usize>size;
  const have = <usize>memory.size() << 16;
  // An eighth more, since each time the host renews its views.
  if (end > have || end < block) {
    const more = <i32>((end - have + 0xffff) >> 16);
    const ample = <i32>(memory.size() >> 3);
    if (end < block || (memory.grow(max(more, ample)) < 0 && memory.grow(more) < 0)) unreachable();
  }
  return block;
}

/** A block of at least so many bytes, all of them 0. */
export function allocateZeros(bytes: usize): usize {
  const fresh = end;
  const block = allocate(bytes);
  // What was never given out is 0.
  if (block < fresh) memory.fill(block, 0, bytes);
  return block;
}

/** Takes back a block of `allocate(bytes)`. */
export function release(block: usize, bytes: usize): void {
  assert(block >= <usize>HEAP && block < end);
  const list = FREE_BLOCKS + (<usize>sizeOf(bytes) << 2);
  store<u32>(block, load<u32>(list));
  store<u32>(list, <u32>block);
}
