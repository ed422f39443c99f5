import { UserError } from "../errors.ts";
import type { RegimeWindow } from "./params.ts";

/** Fewer snapshots than this are not analysed. */
const LEAST_SNAPSHOTS = 200;
/** Nor fewer than this inside the evaluation window. */
const LEAST_EVALUATED = 50;

/**
 * @param snapshots up to the end of the evaluation
 * @param evaluated how many of them lie inside it
 * @param window when they were captured
 * @throws UserError when there are too few
 */
export function assertEnough(snapshots: number, evaluated: number, window: RegimeWindow): void {
  if (snapshots >= LEAST_SNAPSHOTS && evaluated >= LEAST_EVALUATED) return;
  throw new UserError(
    `${snapshots} snapshots, of which ${evaluated} from ${window.evalStart} to ${window.evalEnd}: ` +
      `an analysis takes at least ${LEAST_SNAPSHOTS} and ${LEAST_EVALUATED}; ` +
      `choose a longer or busier time of the day`,
  );
}
