// `roll(x; windows)` of docs/analysis.md for many series side by side. How a window's sum is made of a
// head and a tail, and why, says engine/regime/trailing_roll.ts.

import { allocate } from "./room";

/** Bytes of a row of eight series: these are worked on together, their heads in registers. */
const GROUP: usize = 64;

/** Series that are rolled over the same windows. */
@unmanaged
export class Roll {
  /** Groups of eight series. */
  groups: i32;
  windows: i32;
  /** Row after row of every series: what is rolled, and what comes of it. */
  values: usize;
  rolled: usize;
  /** The windows, one after another. */
  first: usize;

  @inline
  window(i: i32): Window {
    return changetype<Window>(this.first + <usize>i * offsetof<Window>());
  }

  /** Bytes of a row. */
  @inline
  stride(): usize {
    return <usize>this.groups * GROUP;
  }
}

/** One window over all series. */
@unmanaged
class Window {
  /** In rows. */
  length: i32;
  /** Place in the current block. */
  place: i32;
  /** Rows seen, until they fill the window. */
  seen: i32;
  weight: f64;
  /** Weight by count, of each row of a push. */
  factors: usize;
  /** Sums of the current block so far, of every series. */
  heads: usize;
  /**
   * Of each group a block: the current block's values so far, then the tails of the block before;
   * after the last a row of zeros, the tail of nothing.
   */
  blocks: usize;
}

/** A roll of so many groups of series and windows that takes up to so many rows at a time. */
export function newRoll(groups: i32, windows: i32, rows: i32): Roll {
  const made = changetype<Roll>(allocate(offsetof<Roll>()));
  made.groups = groups;
  made.windows = windows;
  made.values = allocate(made.stride() * rows);
  made.rolled = allocate(made.stride() * rows);
  made.first = allocate(offsetof<Window>() * windows);
  for (let i = 0; i < windows; i++) made.window(i).factors = allocate(<usize>rows << 3);
  return made;
}

/** Says what a window is; each is told once. */
export function setWindow(series: Roll, i: i32, length: i32, weight: f64): void {
  const window = series.window(i);
  window.length = length;
  window.weight = weight;
  window.heads = allocate(series.stride());
  window.blocks = allocate(<u64>series.stride() * (<u64>length + 1));
}

export function valuesOf(series: Roll): usize {
  return series.values;
}

export function rolledOf(series: Roll): usize {
  return series.rolled;
}

/** Rolls the first rows of the values. */
export function roll(series: Roll, rows: i32): void {
  const windows = series.windows;
  for (let i = 0; i < windows; i++) begin(series.window(i), rows);
  // All windows of a group, while its rows are in the nearest cache.
  for (let group = 0; group < series.groups; group++) {
    for (let i = 0; i < windows; i++) pass(series, series.window(i), group, rows, i == 0);
  }
  for (let i = 0; i < windows; i++) end(series.window(i), rows);
}

function begin(window: Window, rows: i32): void {
  for (let row = 0; row < rows; row++) {
    const count = min(window.length, window.seen + row + 1);
    store<f64>(window.factors + (<usize>row << 3), window.weight / <f64>count);
  }
}

function end(window: Window, rows: i32): void {
  window.place = (window.place + rows) % window.length;
  window.seen = min(window.length, window.seen + rows);
}

/** Adds the weighted means of a window to what is rolled of a group; the first window begins it. */
function pass(series: Roll, window: Window, group: i32, rows: i32, isFirst: bool): void {
  const length = window.length;
  const stride = series.stride();
  const aside = <usize>group * GROUP;
  const block = window.blocks + aside * (length + 1);
  const heads = window.heads + aside;
  let place = window.place;
  for (let row = 0; row < rows;) {
    const some = min(rows - row, length - place);
    const from = block + <usize>place * GROUP;
    const at = aside + <usize>row * stride;
    const values = series.values + at;
    const rolled = series.rolled + at;
    const factors = window.factors + (<usize>row << 3);
    if (isFirst) addMeans(heads, from, values, rolled, stride, factors, some, true);
    else addMeans(heads, from, values, rolled, stride, factors, some, false);
    row += some;
    place += some;
    if (place < length) continue;
    makeTails(block, length);
    memory.fill(heads, 0, GROUP);
    place = 0;
  }
}

// Four heads, or tails, are four sums that need not wait for one another.

@inline
function addMeans(
  heads: usize,
  block: usize,
  values: usize,
  rolled: usize,
  stride: usize,
  factors: usize,
  rows: i32,
  isFirst: bool,
): void {
  const zero = f64x2.splat(0);
  let head0 = v128.load(heads);
  let head1 = v128.load(heads, 16);
  let head2 = v128.load(heads, 32);
  let head3 = v128.load(heads, 48);
  for (const end = factors + (<usize>rows << 3); factors < end; factors += 8) {
    const factor = v128.load64_splat(factors);
    const value0 = v128.load(values);
    const value1 = v128.load(values, 16);
    const value2 = v128.load(values, 32);
    const value3 = v128.load(values, 48);
    v128.store(block, value0);
    v128.store(block, value1, 16);
    v128.store(block, value2, 32);
    v128.store(block, value3, 48);
    head0 = f64x2.add(head0, value0);
    head1 = f64x2.add(head1, value1);
    head2 = f64x2.add(head2, value2);
    head3 = f64x2.add(head3, value3);
    block += GROUP;
    const mean0 = f64x2.mul(factor, f64x2.add(head0, v128.load(block)));
    const mean1 = f64x2.mul(factor, f64x2.add(head1, v128.load(block, 16)));
    const mean2 = f64x2.mul(factor, f64x2.add(head2, v128.load(block, 32)));
    const mean3 = f64x2.mul(factor, f64x2.add(head3, v128.load(block, 48)));
    v128.store(rolled, f64x2.add(isFirst ? zero : v128.load(rolled), mean0));
    v128.store(rolled, f64x2.add(isFirst ? zero : v128.load(rolled, 16), mean1), 16);
    v128.store(rolled, f64x2.add(isFirst ? zero : v128.load(rolled, 32), mean2), 32);
    v128.store(rolled, f64x2.add(isFirst ? zero : v128.load(rolled, 48), mean3), 48);
    values += stride;
    rolled += stride;
  }
  v128.store(heads, head0);
  v128.store(heads, head1, 16);
  v128.store(heads, head2, 32);
  v128.store(heads, head3, 48);
}

/** Adds to each row the one after it, from the last but one back: values become the tails. */
function makeTails(block: usize, length: i32): void {
  let tail0 = f64x2.splat(0);
  let tail1 = tail0;
  let tail2 = tail0;
  let tail3 = tail0;
  for (let at = block + <usize>length * GROUP; at > block;) {
    at -= GROUP;
    tail0 = f64x2.add(v128.load(at), tail0);
    tail1 = f64x2.add(v128.load(at, 16), tail1);
    tail2 = f64x2.add(v128.load(at, 32), tail2);
    tail3 = f64x2.add(v128.load(at, 48), tail3);
    v128.store(at, tail0);
    v128.store(at, tail1, 16);
    v128.store(at, tail2, 32);
    v128.store(at, tail3, 48);
  }
}
