/** What an analysis will answer, before the first one has run. */
export function RegimePreview() {
  return (
    <section class="regime-preview" data-testid="regime-preview">
      <div>
        <h2>What an analysis answers</h2>
        <ul>
          <li>
            <strong>When did the flow lean?</strong>{" "}
            Pressure and vacuum by distance from the price, through the day, and the postures that
            they add up to.
          </li>
          <li>
            <strong>What came after?</strong>{" "}
            Every change of direction is an event: was the target reached first, the stop, or
            neither in time?
          </li>
          <li>
            <strong>Did it last?</strong> The same figures hour by hour, and how far they drift.
          </li>
          <li>
            <strong>Did the projection of the forces point the right way?</strong>{" "}
            Its hit rate by horizon, beside a naive one.
          </li>
        </ul>
        <p class="regime-note">
          It describes what happened. Entries are at the mid, without costs: no trading claim.
        </p>
      </div>
      <img
        src="/regime_preview.svg"
        width="560"
        height="300"
        alt="A mid with events up and down, the net edge below it, and the share of time of each posture"
      />
    </section>
  );
}
