import { Gauge, type Registry } from "prom-client";
import { FEED_STATES } from "../../engine/wire/messages.ts";
import type { FeedNews } from "./feed.ts";

/** Figures of the feed that a server follows. */
export class FeedMetrics {
  #gauges: Gauges | null = null;

  /** @param registry takes them once there is a feed */
  constructor(readonly registry: Registry) {}

  /**
   * Takes what is known now.
   *
   * @param news what is known of the feed
   * @param nowMs UTC milliseconds since the epoch
   */
  note({ state, recorder }: FeedNews, nowMs: number): void {
    const gauges = this.#gauges ??= gaugesIn(this.registry);
    for (const known of FEED_STATES) gauges.state.set({ state: known }, known === state ? 1 : 0);
    if (recorder === null) return;
    const { lastRecvNs, latencyMs, reconnections, gaps } = recorder;
    if (lastRecvNs !== null) gauges.age.set(nowMs / 1e3 - Number(lastRecvNs) / 1e9);
    if (latencyMs !== null) gauges.latency.set(latencyMs / 1e3);
    gauges.reconnections.set(reconnections);
    gauges.gaps.set(gaps);
  }
}

interface Gauges {
  state: Gauge;
  age: Gauge;
  latency: Gauge;
  reconnections: Gauge;
  gaps: Gauge;
}

function gaugesIn(registry: Registry): Gauges {
  const gauge = (name: string, help: string, ...labelNames: string[]) =>
    new Gauge({ name: `spymaster_feed_${name}`, help, labelNames, registers: [registry] });
  return {
    state: gauge("state", "1 for the state that the feed is in.", "state"),
    age: gauge("last_record_age_seconds", "Seconds since the vendor received the last record."),
    latency: gauge("latency_seconds", "From the vendor's receipt of a record to its arrival here."),
    reconnections: gauge("reconnections", "Connections to the gateway after the first one."),
    gaps: gauge("gaps", "Times that flow was missed for good."),
  };
}
