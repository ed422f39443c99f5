import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { Misfits } from "../engine/misfits.ts";

/** What one server counts. Two servers of a process have their own each. */
export class Metrics {
  /** Everything that `/metrics` tells. */
  readonly registry: Registry = new Registry();

  /** Records that streams have put through the engine. */
  readonly recordsTotal: Counter = new Counter({
    name: "spymaster_records_total",
    help: "Records applied for streams; what a book cache saved is not among them.",
    registers: [this.registry],
  });

  /** Grids sent to clients. */
  readonly gridsTotal: Counter = new Counter({
    name: "spymaster_grids_total",
    help: "Grids sent to clients.",
    registers: [this.registry],
  });

  /** Grids that slow clients were not sent. */
  readonly droppedTotal: Counter = new Counter({
    name: "spymaster_grids_dropped_total",
    help: "Grids left out for clients that were behind.",
    registers: [this.registry],
  });

  /** Records that did not fit the book. */
  readonly misfitsTotal: Counter = new Counter({
    name: "spymaster_misfits_total",
    help:
      "Records that did not fit the book or went back in time, and boundaries of a crossed book.",
    labelNames: ["kind"],
    registers: [this.registry],
  });

  /** How books were obtained. */
  readonly bookCacheTotal: Counter = new Counter({
    name: "spymaster_book_cache_total",
    help: "Books that streams began with: read from the cache, or built.",
    labelNames: ["result"],
    registers: [this.registry],
  });

  /** What went wrong, by whose fault or where. */
  readonly errorsTotal: Counter = new Counter({
    name: "spymaster_errors_total",
    help: "Errors: of requests, of sources, of the server; clients closed for a flood or a stall.",
    labelNames: ["kind"],
    registers: [this.registry],
  });

  /** Streams that were opened. */
  readonly streamsTotal: Counter = new Counter({
    name: "spymaster_streams_total",
    help: "Streams opened.",
    registers: [this.registry],
  });

  /** Streams under way. */
  readonly streams: Gauge = new Gauge({
    name: "spymaster_streams",
    help: "Streams under way.",
    registers: [this.registry],
  });

  /** Runs of the engine under way. */
  readonly runs: Gauge = new Gauge({
    name: "spymaster_runs",
    help: "Runs of the engine under way; streams that watch the same share one.",
    registers: [this.registry],
  });

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

  /** Counts of {@link Misfits} since the server started, over all streams. */
  async misfitCounts(): Promise<Partial<Misfits>> {
    const { values } = await this.misfitsTotal.get();
    return Object.fromEntries(values.map(({ labels, value }) => [labels.kind, value]));
  }
}
