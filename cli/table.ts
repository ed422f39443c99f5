/** Tables of text: for a terminal, and as Markdown. */

/** Where cells of columns after the first one stand; those of the first stand left. */
export type Others = "left" | "right";

/**
 * Lays cells out in columns.
 *
 * @param rows all of the same length
 * @param others where columns after the first are aligned
 * @returns a line for each row
 */
export function aligned(rows: readonly (readonly string[])[], others: Others = "right"): string[] {
  return padded(rows, others).map((row) => row.join("  ").trimEnd());
}

/**
 * Writes a table in Markdown.
 *
 * @param rows all of the same length; the first one heads the columns
 * @param others where columns after the first are aligned
 * @returns its lines
 */
export function markdownTable(
  rows: readonly (readonly string[])[],
  others: Others = "right",
): string[] {
  const [heads = [], ...body] = padded(rows, others);
  const rule = heads.map(({ length }, i) =>
    i === 0 || others === "left" ? "-".repeat(length) : `${"-".repeat(length - 1)}:`
  );
  return [heads, rule, ...body].map((row) => `| ${row.join(" | ")} |`);
}

function padded(rows: readonly (readonly string[])[], others: Others): string[][] {
  const widths = rows[0]!.map((_, i) => Math.max(...rows.map((row) => row[i]!.length)));
  return rows.map((row) =>
    row.map((cell, i) =>
      i === 0 || others === "left" ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)
    )
  );
}
