/** How far a step may be from what is meant, as a share of it: sums of doubles are a few digits off. */
const ROUNDING = 1e-12;

/**
 * @param dollars a step of prices
 * @returns it in units of 1e-9 dollars; null when it is no whole number of them, or too large
 */
export function stepInt(dollars: number): number | null {
  const int = Math.round(dollars * 1e9);
  const isWhole = Math.abs(int / 1e9 - dollars) <= ROUNDING * dollars;
  return int >= 1 && Number.isSafeInteger(int) && isWhole ? int : null;
}

/**
 * @param int a step in units of 1e-9 dollars
 * @returns it in dollars, all digits and no exponent
 */
export function decimalText(int: number): string {
  return (int / 1e9).toFixed(9).replace(/\.?0+$/, "");
}
