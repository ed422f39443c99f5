import { createHash } from "node:crypto";
import type { InstrumentConfig } from "./instrument.ts";

/**
 * Tells one configuration from another.
 *
 * @param config the instrument
 * @returns first 12 hex digits of SHA-256 over the sorted `field=value` pairs joined by `|`
 */
export function configVersion(config: InstrumentConfig): string {
  const pairs = Object.entries(config).map(([field, value]) => `${field}=${value}`).sort();
  return createHash("sha256").update(pairs.join("|")).digest("hex").slice(0, 12);
}
