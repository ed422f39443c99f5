// What Fills did within the event under way, by order id. The record that follows a Fill in its event
// states the official change; the executed size makes it land on the quantity that the venue says.

import { Table, tableAt, VALUE } from "./table";

const PRESENT: u64 = 1;
const TAKEN_WHOLE: u64 = 2;
/** Their executed size is above the marks. */
const EXECUTED: usize = VALUE + 4;

@inline
export function fills(): Table {
  return tableAt(1);
}

@inline
export function anyFills(): bool {
  return fills().count > 0;
}

/** Notes a Fill of `qty` contracts; `whole` when it removed the order. */
export function noteFill(id: u64, qty: u32, whole: bool): void {
  const marks = whole ? PRESENT | TAKEN_WHOLE : PRESENT;
  const slot = fills().find(id);
  if (slot == 0) fills().insert(id, (<u64>qty << 32) | marks);
  // Executed sizes wrap at 32 bits, as quantities do.
  else store<u64>(slot, (<u64>(load<u32>(slot, EXECUTED) + qty) << 32) | marks, VALUE);
}

/** Whether a Fill has changed an order in this event, and no Add or Modify has since. */
export function wasFilled(id: u64): bool {
  return fills().find(id) != 0;
}

/** Executed size of an order that no Cancel has used up. */
export function filled(id: u64): u32 {
  const slot = fills().find(id);
  return slot == 0 ? 0 : load<u32>(slot, EXECUTED);
}

/** Whether the last change of an order in this event was a Fill that took it whole. */
export function takenWhole(id: u64): bool {
  const slot = fills().find(id);
  return slot != 0 && (load<u64>(slot, VALUE) & TAKEN_WHOLE) != 0;
}

/** Sets what is left of the executed size. */
export function setFilled(id: u64, qty: u32): void {
  const slot = fills().find(id);
  if (slot != 0) store<u32>(slot, qty, EXECUTED);
}

/** Forgets an order: an Add or Modify has changed it. */
export function forget(id: u64): void {
  const slot = fills().find(id);
  if (slot != 0) fills().remove(slot);
}
