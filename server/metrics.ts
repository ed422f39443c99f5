import { Counter, Gauge, Histogram, Registry } from "prom-client";
import { FeedMetrics } from "./live/feed_metrics.ts";
import type { Misfits } from "../engine/misfits.ts";

/** What one server counts. Two servers of a process have their own each. */
export class Metrics {
  /** Everything that `/metrics` tells. */
  readonly registry: Registry = new Registry();

  /** Records that streams have put through the engine. */
  readonly recordsTotal: Counter = this.#counter(
    "records_total",
    "Records applied for streams; what a book cache saved is not among them.",
  );

  /** Grids sent to clients. */
  readonly gridsTotal: Counter = this.#counter("grids_total", "Grids sent to clients.");

  /** Grids that slow clients were not sent. */
  readonly droppedTotal: Counter = this.#counter(
    "grids_dropped_total",
    "Grids left out for clients that were behind.",
  );

  /** Records that did not fit the book. */
  readonly misfitsTotal: Counter = this.#counter(
    "misfits_total",
    "Records that did not fit the book or went back in time, and boundaries of a locked or crossed book.",
    "kind",
  );

  /** How books were obtained. */
  readonly bookCacheTotal: Counter = this.#counter(
    "book_cache_total",
    "Books that streams began with: read from the cache, or built.",
    "result",
  );

  /** What went wrong, by whose fault or where. */
  readonly errorsTotal: Counter = this.#counter(
    "errors_total",
    "Errors: of requests, of sources, of the server; clients closed for a flood or a stall.",
    "kind",
  );

  /** Streams that were opened. */
  readonly streamsTotal: Counter = this.#counter("streams_total", "Streams opened.");

  /** Streams under way. */
  readonly streams: Gauge = this.#gauge("streams", "Streams under way.");

  /** Runs of the engine under way. */
  readonly runs: Gauge = this.#gauge(
    "runs",
    "Runs of the engine under way; streams that watch the same share one.",
  );

  /** How late grids are sent, by the clock of their stream. */
  readonly lateness: Histogram = new Histogram({
    name: "spymaster_grid_lateness_seconds",
    help: "Wall seconds between the time a grid was due and the time it was sent.",
    buckets: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2],
    registers: [this.registry],
  });

  /** How long the event loop kept others waiting. */
  readonly loopDelay: Histogram = new Histogram({
    name: "spymaster_loop_delay_seconds",
    help: "Seconds that a timer was late: what others had to wait for the event loop.",
    buckets: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1],
    registers: [this.registry],
  });

  /** What the feed does that is followed; nothing of it is told while there is none. */
  readonly feed: FeedMetrics = new FeedMetrics(this.registry);

  constructor() {
    new Gauge({
      name: "process_resident_memory_bytes",
      help: "Resident memory.",
      registers: [this.registry],
      collect() {
        this.set(Deno.memoryUsage().rss);
      },
    });
  }

  #counter(name: string, help: string, ...labelNames: string[]): Counter {
    return new Counter({ name: `spymaster_${name}`, help, labelNames, registers: [this.registry] });
  }

  #gauge(name: string, help: string): Gauge {
    return new Gauge({ name: `spymaster_${name}`, help, registers: [this.registry] });
  }

  /** Counts of {@link Misfits} since the server started, over all streams. */
  async misfitCounts(): Promise<Partial<Misfits>> {
    const { values } = await this.misfitsTotal.get();
    return Object.fromEntries(values.map(({ labels, value }) => [labels.kind, value]));
  }
}
