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
 * A symbol as a part of a file's name.
 *
 * @param symbol the symbol
 * @returns it with all but letters, digits and - _ . ! * percent-encoded, as in URLs
 */
export function fileSafe(symbol: string): string {
  return encodeURIComponent(symbol);
}
