// Reads and writes the values of the state (layout.ts).

@inline
export function get(at: usize): i64 {
  return load<i64>(at);
}

@inline
export function getTime(at: usize): u64 {
  return load<u64>(at);
}

@inline
export function set(at: usize, value: i64): void {
  store<i64>(at, value);
}

@inline
export function is(at: usize): bool {
  return load<i64>(at) != 0;
}

@inline
export function count(at: usize): void {
  store<i64>(at, load<i64>(at) + 1);
}
