import type { WantedJob } from "../../engine/databento/batch/wanted_job.ts";
import { SeveralFiles, UserError } from "../../engine/errors.ts";
import { findRawFile } from "../../engine/source/lake.ts";

/**
 * Finds a file that a lake has of the day of a future, whatever it is called and whichever of the
 * contract's folders it is in: with another beside it the day would be of several files.
 *
 * @param lake folder of the lake
 * @param job a job for that day
 * @returns the file; null when there is none, or one that was simulated or recorded live
 * @throws UserError when several hold it already, or when the disk does not tell
 */
export async function dayInLake(
  lake: string,
  { product, date, request }: WantedJob,
): Promise<string | null> {
  const [symbol] = request.symbols;
  if (product !== "future_mbo") return null;
  const unseen: UserError[] = [];
  const onUnseen = (error: UserError) => void unseen.push(error);
  try {
    const day = { lake, productType: product, symbol: symbol!, dt: date, onUnseen };
    const { path, source, isLive } = await findRawFile(day);
    return source === "databento" && !isLive ? path : null;
  } catch (error) {
    if (!(error instanceof UserError) || error instanceof SeveralFiles) throw error;
    if (unseen.length > 0) throw unseen[0];
    // A file that does not fit is none of that day.
    return null;
  }
}
