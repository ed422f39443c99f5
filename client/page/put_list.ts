import type { Signal } from "@preact/signals";

/**
 * Changes a signal of a list only when something in it is another.
 *
 * @param list the signal
 * @param items what it is to hold
 */
export function putList<Item>(list: Signal<readonly Item[]>, items: readonly Item[]): void {
  const { value } = list;
  if (items.length === value.length && items.every((item, i) => item === value[i])) return;
  list.value = items;
}
