import type { ReadonlySignal } from "@preact/signals";
import { DIRECTION_SIGNS, OUTCOMES, type RegimeReading } from "../../client/regime/reading.ts";
import { NOTHING } from "../../client/format.ts";

/** What the charts say at the cursor. It keeps its height when the cursor is nowhere. */
export function RegimeReadout(
  { reading, lanes }: {
    reading: ReadonlySignal<RegimeReading | null>;
    /** Names of the sides of the bands. */
    lanes: readonly string[];
  },
) {
  const at = reading.value;
  const direction = at?.direction ?? null;
  const counts = (sign: string, byOutcome: readonly number[] | undefined) =>
    `${sign} ${
      OUTCOMES.map((outcome, i) => `${byOutcome?.[i] ?? NOTHING}${outcome.sign}`).join(" ")
    }`;
  return (
    <dl class="regime-readout" data-testid="regime-readout">
      <Figure name="time" value={at?.time} wide />
      <Figure name="mid" value={at?.mid} wide />
      <Figure name="edge" value={at?.edge} wide />
      <Figure
        name="direction"
        value={direction === null ? undefined : `${DIRECTION_SIGNS[direction]} ${direction}`}
      />
      <Figure name="posture" value={at?.posture} wide />
      <Figure
        name="events here"
        value={at === null ? undefined : `${counts("▲", at.up)}  ${counts("▼", at.down)}`}
        wide
      />
      {lanes.map((name, i) => <Figure key={name} name={name} value={at?.lanes[i]} />)}
    </dl>
  );
}

function Figure(
  { name, value, wide }: { name: string; value: string | undefined; wide?: boolean },
) {
  return (
    <div class={wide ? "wide" : undefined}>
      <dt>{name}</dt>
      <dd>{value ?? NOTHING}</dd>
    </div>
  );
}
