/** In which folder of the lake a live session is recorded: the one in which it is looked for. */
import { statSync } from "node:fs";
import type { DataSource } from "./data_source.ts";

/** Whose recording it is. */
export interface RecordedInstrument {
  /** Folder of the lake. */
  lake: string;
  productType: string;
  symbol: string;
  /** Product of a future. */
  symbolRoot: string;
}

/**
 * The folder of an instrument's recordings. Of a future it is its product's, unless a longer prefix of the
 * symbol has one, where readers look first, or the symbol does not begin with its product, as that of a
 * user-defined spread: then it is the symbol's.
 *
 * @param source whose data it is
 * @param instrument what is recorded
 * @returns the folder, there or not
 */
export function recordingFolder(source: DataSource, instrument: RecordedInstrument): string {
  const { lake, productType, symbol, symbolRoot } = instrument;
  const folder = (length: number) =>
    `${lake}/raw/source=${source}/product_type=${productType}` +
    `/symbol=${symbol.slice(0, length)}/table=market_by_order_dbn`;
  const hasRoot = productType === "future_mbo" && symbol.startsWith(symbolRoot);
  const shortest = hasRoot ? symbolRoot.length : symbol.length;
  for (let length = symbol.length; length > shortest; length--) {
    if (isFolder(folder(length))) return folder(length);
  }
  return folder(shortest);
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    // A recorder may look at no folder but the one that was there when it was launched.
    return false;
  }
}
