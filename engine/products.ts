import { fileURLToPath } from "node:url";
import { UserError } from "./errors.ts";
import { stepInt } from "./step_int.ts";
import { isContractOf } from "./symbol.ts";
import { parseYamlFile } from "./yaml_file.ts";

/** What is known of a futures product. */
export interface Product {
  /** Dollars per tick. */
  tick: number;
  /** Half-width of its price grid in ticks. */
  grid_max_ticks: number;
  /** Dollars per point and contract. */
  multiplier: number;
}

/**
 * Reads the known futures products.
 *
 * @param path the file; default products.yaml beside deno.json
 * @returns product by root
 * @throws UserError that names the file, the root and the field
 */
export function loadProducts(path?: string): Map<string, Product> {
  const file = path ?? fileURLToPath(new URL("../products.yaml", import.meta.url));
  const products = new Map<string, Product>();
  for (const [root, value] of Object.entries(parseYamlFile(file))) {
    const fields = Object(value) as Record<string, unknown>;
    const number = (field: keyof Product): number => {
      const found = fields[field];
      if (typeof found === "number" && Number.isFinite(found) && found > 0) return found;
      throw new UserError(
        `${file}: ${root}: ${field} is ${JSON.stringify(found)}, but must be a number above 0`,
      );
    };
    const tick = number("tick");
    if (stepInt(tick) === null) {
      throw new UserError(
        `${file}: ${root}: tick is ${tick}, but must be a multiple of 1e-9, the unit of raw prices, ` +
          "up to 9000000",
      );
    }
    products.set(root, {
      tick,
      grid_max_ticks: number("grid_max_ticks"),
      multiplier: number("multiplier"),
    });
  }
  return products;
}

/**
 * Finds the product of a futures symbol. Letters of a root may be months: what has to be left of the
 * symbol, month and year, decides between a root and a longer one that begins with it.
 *
 * @param symbol the symbol, such as "MNQH6"
 * @param products the known products; default those of products.yaml
 * @returns the longest known root of which the symbol is a contract, such as "MNQ"; when it is a
 * contract of none, the longest that it begins with
 * @throws UserError when it begins with none
 */
export function productRoot(symbol: string, products = loadProducts()): string {
  const roots = [...products.keys()].filter((root) => symbol.startsWith(root))
    .sort((a, b) => b.length - a.length);
  const root = roots.find((one) => isContractOf(symbol, one)) ?? roots[0];
  if (root !== undefined) return root;
  throw new UserError(
    `Cannot extract product root from futures symbol ${JSON.stringify(symbol)}: it begins with ` +
      `none of the ${products.size} roots in products.yaml; add its own there`,
  );
}
