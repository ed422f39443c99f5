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
 * @param leftOut grids that are none, because they have no mid or no valid book
 * @throws UserError when there are too few
 */
export function assertEnough(
  snapshots: number,
  evaluated: number,
  window: RegimeWindow,
  leftOut: number,
): void {
  if (snapshots >= LEAST_SNAPSHOTS && evaluated >= LEAST_EVALUATED) return;
  throw new UserError(
    `${snapshots} snapshot${snapshots === 1 ? "" : "s"}, of which ${evaluated} from ` +
      `${window.evalStart} to ${window.evalEnd}: ` +
      `an analysis takes at least ${LEAST_SNAPSHOTS} and ${LEAST_EVALUATED}` +
      (leftOut === 0
        ? "; choose a longer or busier time of the day"
        : `, and at ${leftOut} grid${
          leftOut === 1 ? "" : "s"
        } more the book lacked a side or was ` +
          "being rebuilt; choose a longer time of the day, or one with a whole book"),
  );
}
