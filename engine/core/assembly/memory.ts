// Gives memory out in blocks of powers of two, and takes them back for others, their size or smaller.

import { FREE_BLOCKS, HEAP } from "../layout";

const LEAST: i32 = 8; // 256 bytes
const SIZES: i32 = 31;
/** Pages of 64 KiB: 1 MiB. */
const MOST_RESERVE: i32 = 16;

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
  for (let from = size; from < SIZES; from++) {
    const block = <usize>load<u32>(listOf(from));
    if (block == 0) continue;
    store<u32>(listOf(from), load<u32>(block));
    // What is left of a larger block: halves of halves.
    for (let half = from - 1; half >= size; half--) put(half, block + (<usize>1 << <usize>half));
    return block;
  }
  const block = end;
  end += <usize>1 << <usize>size;
  const have = <usize>memory.size() << 16;
  // An eighth more, since each time the host renews its views, but no more than that is worth.
  if (end > have || end < block) {
    const more = <i32>((end - have + 0xffff) >> 16);
    const ample = min(<i32>(memory.size() >> 3), MOST_RESERVE);
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
  put(sizeOf(bytes), block);
}

/** Where the first free block of a size is told. */
@inline
function listOf(size: i32): usize {
  return FREE_BLOCKS + (<usize>size << 2);
}

@inline
function put(size: i32, block: usize): void {
  store<u32>(block, load<u32>(listOf(size)));
  store<u32>(listOf(size), <u32>block);
}
