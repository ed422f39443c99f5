/** What the server says while it analyses for the page /regime: JSON, one message after another. */
import type { RegimeView } from "./regime_view.ts";

/** A message about an analysis; `result` and `error` are the last of theirs. */
export type RegimeMessage =
  /** @property share of the file that is read, 0 to 1 */
  | { type: "progress"; share: number }
  | { type: "warning"; message: string }
  /** @property json where the JSON output is, a path on this server */
  | { type: "result"; json: string; view: RegimeView }
  /** @property fields what is wrong with each field that is, by its name in a query */
  | { type: "error"; message: string; fields?: Readonly<Record<string, string>> };

/** A field of the form of the page /regime. */
export interface RegimeField {
  /** Its name in a query: "tp_ticks". */
  name: string;
  /** The flag of `deno task analyze` that it stands for. */
  flag: string;
  /** What it is, in a few words. */
  description: string;
  /** What the analysis takes when it is left out. */
  value: string;
}
