/**
 * Whether a text can be a symbol: what venues use, and nothing that leads elsewhere in a path.
 *
 * @param text the text
 */
export function isSymbol(text: string): boolean {
  return text.length <= 64 &&
    /^[A-Za-z0-9](?:[A-Za-z0-9 ._:!+=$#*^&-]*[A-Za-z0-9._!+=$#*^&-])?$/.test(text);
}

/**
 * Whether a symbol is the vendor's for all instruments of a product, such as "MNQ.FUT".
 *
 * @param symbol the symbol
 */
export function isParent(symbol: string): boolean {
  return /\.(?:FUT|OPT|SPOT)$/.test(symbol);
}

/** Month and year of a contract, as they follow its root in a symbol: "H6", "Z25". */
const MONTH_AND_YEAR = /^[FGHJKMNQUVXZ]\d{1,2}$/;

/**
 * Whether a symbol is a contract of a futures product: the root, then month and year.
 *
 * @param symbol the symbol, such as "MNQH6"
 * @param root the product, such as "MNQ"
 */
export function isContractOf(symbol: string, root: string): boolean {
  return symbol.startsWith(root) && MONTH_AND_YEAR.test(symbol.slice(root.length));
}

/**
 * The product that a contract's symbol begins with, by its look: "MNQ" of "MNQH6", and "ES" of the spread
 * "ESH6-ESM6".
 *
 * @param symbol the symbol
 * @returns null of a symbol that looks otherwise, as that of a butterfly
 */
export function productIn(symbol: string): string | null {
  return /^([A-Z0-9]+?)[FGHJKMNQUVXZ]\d{1,2}(?:-|$)/.exec(symbol)?.[1] ?? null;
}

/**
 * A symbol as a part of a file's name.
 *
 * @param symbol the symbol
 * @returns it with all but letters, digits and - _ . ! * percent-encoded, as in URLs
 */
export function fileSafe(symbol: string): string {
  return encodeURIComponent(symbol);
}
