// Counts work beside that of records themselves, so that a call is short whatever the file.

/** Work done in this call: a bucket beyond the first, a level moved, sixteen slots of a table that grows. */
export let spent: i32 = 0;

@inline
export function pay(units: i32): void {
  spent += units;
}

export function payNothing(): void {
  spent = 0;
}
