// Resting orders by id: in a table's value a key of price and side (prices.ts), and the quantity.

import { Table, tableAt, VALUE } from "./table";

const QTY: usize = VALUE + 4;

@inline
export function orders(): Table {
  return tableAt(0);
}

@inline
export function keyAt(slot: usize): i32 {
  return load<i32>(slot, VALUE);
}

@inline
export function qtyAt(slot: usize): u32 {
  return load<u32>(slot, QTY);
}

@inline
export function setOrder(slot: usize, key: i32, qty: u32): void {
  store<u64>(slot, packed(key, qty), VALUE);
}

@inline
export function setQty(slot: usize, qty: u32): void {
  store<u32>(slot, qty, QTY);
}

/** Inserts an order that `orders().find` has just not found. */
@inline
export function insertFound(id: u64, key: i32, qty: u32): void {
  orders().insertFound(id, packed(key, qty));
}

@inline
export function insertOrder(id: u64, key: i32, qty: u32): void {
  orders().insert(id, packed(key, qty));
}

@inline
function packed(key: i32, qty: u32): u64 {
  return (<u64>qty << 32) | <u64><u32>key;
}
