import { computed, type ReadonlySignal, signal } from "@preact/signals";
import type { BucketField } from "../engine/wire/fields.ts";
import type {
  GridUpdateMessage,
  ProgressMessage,
  RuntimeConfigMessage,
} from "../engine/wire/messages.ts";
import { millisecondsOf } from "./format.ts";
import { columnOf, type Grid, readGrid } from "./grid.ts";
import type { HeatmapView } from "./heatmap/heatmap_view.ts";
import { bucketsOf, type Instrument, instrumentOf, type PageDefaults } from "./instrument.ts";
import { StreamClient, type StreamHandlers, type StreamStatus } from "./stream_client.ts";
import { type Reading, readingOf } from "./view_model.ts";

/** The columns that the page draws and sums; the stream is asked for no others. */
export const PAGE_FIELDS: readonly BucketField[] = [
  "pressure_variant",
  "vacuum_variant",
  "rest_depth",
  "last_event_id",
];

/** What the page shows of the newest grid. */
export interface Moment {
  /** Grids received since the page was opened. */
  readonly grids: number;
  readonly eventId: number;
  /** Event time, milliseconds since the epoch. */
  readonly timeMs: number;
  /** Dollars, or null while spot is unknown. */
  readonly spot: number | null;
  readonly reading: Reading;
}

/**
 * State of the page: hears the stream, feeds the heatmap, and holds what the components show as
 * signals. Grids come at any rate; signals of the newest grid change once per animation frame.
 */
export class Dashboard implements StreamHandlers {
  readonly status = signal<StreamStatus>({ kind: "connecting" });
  /** The server's word on whether its clock stands still. */
  readonly paused = signal(false);
  /** Last error that the server reported, until the stream goes on. */
  readonly error = signal<string | null>(null);
  /** Grids that the server left out because this client fell behind. */
  readonly dropped = signal(0);
  readonly instrument;
  readonly moment = signal<Moment | null>(null);
  /** How far the phases before the first grid have come, null when there is nothing to tell. */
  readonly progress = signal<ProgressMessage | null>(null);
  /** Whether the first grid of this run is still to come. */
  readonly waiting = signal(true);
  /** Whether the stream takes control messages. */
  readonly live: ReadonlySignal<boolean> = computed(() => this.status.value.kind === "streaming");

  #client: StreamClient | null = null;
  #heatmap: HeatmapView | null = null;
  #frame: number | null = null;
  #grid: Grid | null = null;
  #header: GridUpdateMessage | null = null;
  #spot: number | null = null;
  #grids = 0;

  /** @param defaults What the server would stream by itself, shown until the stream tells. */
  constructor(defaults: PageDefaults) {
    this.instrument = signal<Instrument>(instrumentOf(defaults));
  }

  /**
   * Connects and draws until told to stop.
   *
   * @param url Address of the stream.
   * @param heatmap What draws the grids.
   * @returns What stops it.
   */
  start(url: string, heatmap: HeatmapView): () => void {
    this.#heatmap = heatmap;
    const client = new StreamClient(url, this);
    this.#client = client;
    client.connect();
    return () => {
      client.stop();
      if (this.#frame !== null) cancelAnimationFrame(this.#frame);
      this.#frame = null;
    };
  }

  /** Pauses the stream, or lets it go on. */
  togglePause(): void {
    this.#client?.send({ type: "control", action: this.paused.value ? "resume" : "pause" });
  }

  /** Starts the stream over, also after its end or a refusal. */
  restart(): void {
    this.#client?.restart();
  }

  /** Draws before the next repaint, however often it is asked to. */
  requestDraw(): void {
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = null;
      // The canvases are measured while the layout is still clean, then the text changes.
      const { bucketSize: tick, decimals } = this.instrument.value;
      this.#heatmap?.draw({ tick, decimals });
      this.#showMoment();
    });
  }

  onStatus(status: StreamStatus): void {
    this.status.value = status;
  }

  onConfig(message: RuntimeConfigMessage): void {
    this.instrument.value = instrumentOf(message);
    this.error.value = null;
    this.paused.value = false;
    this.progress.value = null;
    this.waiting.value = true;
  }

  onProgress(message: ProgressMessage): void {
    this.progress.value = message;
    this.waiting.value = true;
  }

  onState({ paused }: { paused: boolean }): void {
    this.paused.value = paused;
    this.error.value = null;
  }

  onLag({ dropped }: { dropped: number }): void {
    this.dropped.value += dropped;
  }

  onError(message: string): void {
    this.error.value = message;
  }

  onGrid(header: GridUpdateMessage, bytes: ArrayBuffer): void {
    let grid: Grid;
    try {
      grid = readGrid(bytes);
    } catch (error) {
      this.error.value = `A grid could not be read: ${String(error)}`;
      return;
    }
    this.waiting.value = false;
    // Event ids only grow within a run: a smaller one is the first of another run.
    if (this.#header !== null && header.event_id < this.#header.event_id) this.#heatmap?.clear();
    this.#grids++;
    this.#grid = grid;
    this.#header = header;
    this.#spot = null;
    if (spotKnown(header, grid)) {
      const tick = bucketsOf(header.spot_ref_price_int, this.instrument.value);
      this.#spot = tick * this.instrument.value.bucketSize;
      this.#heatmap?.record(grid, tick, millisecondsOf(header.ts_ns));
    }
    this.requestDraw();
  }

  #showMoment(): void {
    if (this.#grid === null || this.#header === null) return;
    this.moment.value = {
      grids: this.#grids,
      eventId: this.#header.event_id,
      timeMs: millisecondsOf(this.#header.ts_ns),
      spot: this.#spot,
      reading: readingOf(this.#grid),
    };
  }
}

/** An unknown spot is sent as "0" with empty rows; a price of 0 has a book around it. */
function spotKnown(header: GridUpdateMessage, grid: Grid): boolean {
  return header.spot_ref_price_int !== "0" ||
    columnOf(grid, "rest_depth").some((depth) => depth > 0);
}
