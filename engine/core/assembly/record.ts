// Fields of a record where it lies (engine/dbn/constants.ts, MBO).

@inline
export function publisherOf(p: usize): u32 {
  return load<u16>(p, 2);
}

@inline
export function instrumentOf(p: usize): u32 {
  return load<u32>(p, 4);
}

@inline
export function eventTimeOf(p: usize): u64 {
  return load<u64>(p, 8);
}

@inline
export function idOf(p: usize): u64 {
  return load<u64>(p, 16);
}

@inline
export function priceOfRecord(p: usize): i64 {
  return load<i64>(p, 24);
}

@inline
export function sizeOfRecord(p: usize): u32 {
  return load<u32>(p, 32);
}

/** Flags, channel, action and side: a byte each, the first one lowest. */
@inline
export function marksOf(p: usize): u32 {
  return load<u32>(p, 36);
}

@inline
export function receiptOf(p: usize): u64 {
  return load<u64>(p, 40);
}
