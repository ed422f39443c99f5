import { discover, type DiscoveryContext } from "./discovery.ts";
import { DATASET, type WantedJob, wantedJob } from "./wanted_job.ts";

/** Most symbols that the service takes in one request. */
const MOST_SYMBOLS = 2_000;

/** Schemas that options can be asked for; definitions need no job. */
export const OPTIONS_SCHEMAS = ["definition", "mbo", "statistics"] as const;

/** One of {@link OPTIONS_SCHEMAS}. */
export type OptionsSchema = (typeof OPTIONS_SCHEMAS)[number];

/** What is wanted of each day and root. */
export interface Wanted {
  /** Whether the front month's MBO data is. */
  futures: boolean;
  /** What of its options is. */
  optionsSchemas: readonly OptionsSchema[];
}

/**
 * The jobs of one day and root. The future comes first, and comes even when there is something wrong
 * with the options.
 *
 * @param root root of the future
 * @param date YYYY-MM-DD
 * @param wanted what is wanted
 * @param context client, lake and so on
 * @throws UserError when discovery fails
 */
export async function* jobsOf(
  root: string,
  date: string,
  { futures, optionsSchemas }: Wanted,
  context: DiscoveryContext,
): AsyncGenerator<WantedJob> {
  const day = { dataset: DATASET, root, date };
  if (futures) {
    const { frontMonth } = await discover(root, date, false, context);
    const parts = { ...day, schema: "mbo", product: "future_mbo" } as const;
    yield wantedJob(parts, [frontMonth], "raw_symbol");
  }
  if (optionsSchemas.length === 0) return;
  const { options } = await discover(root, date, true, context);
  const { parent, symbols } = options!;
  const few = symbols.length <= MOST_SYMBOLS;
  for (const schema of optionsSchemas) {
    if (schema === "definition") continue;
    const parts = { ...day, schema, product: "future_option_mbo" } as const;
    yield wantedJob(parts, few ? symbols : [parent], few ? "raw_symbol" : "parent");
  }
}
