import { computed, type ReadonlySignal, signal } from "@preact/signals";
import type {
  BookEventMessage,
  ControlMessage,
  EndMessage,
  EventsMessage,
  GapMessage,
  GridUpdateMessage,
  ProgressMessage,
  ReadingUpdateMessage,
  RuntimeConfigMessage,
  SourceMessage,
  StateMessage,
  Trade,
  TradesMessage,
} from "../../engine/wire/messages.ts";
import { DAY_SECONDS, minuteOf, secondsOf } from "../clock_text.ts";
import { easternTime, millisecondsOf } from "../format.ts";
import { FeedView } from "./feed_view.ts";
import { Freshness } from "./freshness.ts";
import type { Grid } from "./grid.ts";
import { GridReader } from "./grid_reader.ts";
import { type Instrument, instrumentOf, type PageDefaults } from "./instrument.ts";
import {
  BROWSER,
  StreamClient,
  type StreamEnvironment,
  type StreamHandlers,
  type StreamStatus,
} from "./stream_client.ts";

/** What happened between two grids: executions, and sweeps and reserves. */
export interface Happened {
  /** The newest; `lost` came before them and were too many to be sent. */
  readonly trades: readonly Trade[];
  readonly lost: number;
  readonly events: readonly BookEventMessage[];
}

/** Who takes the grids. */
export interface GridSink {
  /** A grid, and what happened since the one before. */
  onGrid(head: GridUpdateMessage, grid: Grid, happened: Happened): void;
  /** Grids are left out before the next: a connection begins or a seek took effect, or this page lagged. */
  onBreak(why?: "jump" | "lag"): void;
  /** What the balance of forces has become since the grid before, though no other has come. */
  onReading(message: ReadingUpdateMessage): void;
  /** The feed left out what happened between two times, milliseconds since the epoch. */
  onGap(fromMs: number, toMs: number): void;
  /** A stream begins, whose run has counted from there on: what differs has counted otherwise. */
  onBeginning(beginning: string): void;
  /** What comes from now on is of another session. */
  onOtherSession(): void;
}

/** A place that a stream was told to go to; its answer is still to come. */
interface Jump {
  /** HH:MM:SS, New York. */
  readonly clock: string;
  /** The very instant, UTC nanoseconds since the epoch; null where the clock is all that was asked for. */
  readonly tsNs: string | null;
  /** Whether what comes before it is the stream's start, which nobody asked for. */
  readonly hides: boolean;
}

type Seek = Extract<ControlMessage, { action: "seek" }>;

/** After a session that is over, until that of now is asked for, milliseconds. */
const JOIN_MS = 1_000;

const NOTHING: Happened = { trades: [], lost: 0, events: [] };

/**
 * The stream as the page steers it. What its signals say is what the server said last: a button
 * that was pressed changes nothing before the answer.
 */
export class PlaybackControl implements StreamHandlers {
  readonly status = signal<StreamStatus>({ kind: "connecting" });
  /** Whether the server's clock stands still. */
  readonly paused = signal(false);
  /** Event seconds per wall second. */
  readonly speed;
  /** Last error that the server reported, until the stream goes on. */
  readonly error = signal<string | null>(null);
  /** Grids that the server left out because this client fell behind. */
  readonly dropped = signal(0);
  readonly instrument;
  /** Session date, YYYY-MM-DD. */
  readonly dt;
  /** HH:MM or HH:MM:SS at which the stream begins, New York; null when that is the session's start. */
  readonly startTime;
  /** Least event time between grids, milliseconds. */
  readonly throttleMs;
  /** Where a seek is on its way to, HH:MM:SS New York; null when none is. */
  readonly seeking = signal<string | null>(null);
  /** Whether the stream was refused because of the time that it was opened anew from. */
  readonly isSeekRefused = signal(false);
  /** Whether the file begins inside the session, so that older orders are missing. */
  readonly beginsInside = signal(false);
  /** Whether the session that was being recorded is over. */
  readonly isOver = signal(false);
  /** What a stream that came to its end had none of: records that count, or grids; null: neither. */
  readonly lacks = signal<"records" | "grids" | null>(null);
  /** How far the phases before the first grid have come, null when there is nothing to tell. */
  readonly progress = signal<ProgressMessage | null>(null);
  /** Whether the first grid since the start, or the last jump, is still to come. */
  readonly waiting = signal(true);
  /** The feed that is recorded into what is streamed, if one is. */
  readonly feed: FeedView;
  /** How far behind what the page shows is. */
  readonly freshness: Freshness;
  /** Whether the stream takes control messages. */
  readonly isOpen: ReadonlySignal<boolean> = computed(() => this.status.value.kind === "streaming");

  readonly #sink: GridSink;
  readonly #reader = new GridReader();
  /** HH:MM that the stream was opened anew from; null leaves that to the page. */
  #from: string | null = null;
  /** The same of the stream that was accepted last. */
  #acceptedFrom: string | null = null;
  /** Where a stream that is opened anew goes on. */
  #goOn: { readonly jump: Jump; readonly seek: Seek; readonly paused: boolean } | null = null;
  /**
   * Where a stream that was cut goes on: at the grid that came last, or where a jump leads while its history
   * comes; UTC nanoseconds since the epoch.
   */
  #goesOnAt: string | null = null;
  #client: StreamClient | null = null;
  #joinNext: (() => void) | null = null;
  #happened: Happened = NOTHING;
  #jump: Jump | null = null;
  /** What is streamed, and the day of it. */
  #session: string | null = null;
  #day: string | null = null;

  /**
   * @param defaults what the server would stream by itself, shown until the stream tells
   * @param sink takes the grids
   * @param feed hears of the feed
   */
  constructor(defaults: PageDefaults, sink: GridSink, feed: FeedView = new FeedView()) {
    this.feed = feed;
    this.instrument = signal<Instrument>(instrumentOf(defaults));
    this.speed = signal(defaults.speed);
    this.dt = signal(defaults.dt);
    this.startTime = signal(defaults.start_time);
    this.throttleMs = signal(defaults.throttle_ms);
    this.freshness = new Freshness(this);
    this.#sink = sink;
  }

  /**
   * Connects.
   *
   * @param urlFor address of the stream that begins at a time; null leaves that to the page
   * @param environment sockets, timers and chance
   * @param moment where to go at once and stay paused, UTC nanoseconds since the epoch; null nowhere
   * @param joinsNext whether the session after one that was recorded and is over is joined by itself
   */
  connect(
    urlFor: (startTime: string | null) => string,
    environment: StreamEnvironment = BROWSER,
    moment: string | null = null,
    joinsNext = false,
  ): void {
    this.#joinNext = joinsNext ? () => environment.after(JOIN_MS, () => this.#startAnew()) : null;
    if (moment !== null) this.#goOnAt(moment, true);
    this.#client = new StreamClient(() => urlFor(this.#from), this, environment);
    this.#client.connect();
  }

  stop(): void {
    this.#client?.stop();
  }

  /** Pauses the stream, or lets it go on. */
  togglePause(): void {
    this.#client?.send({ type: "control", action: this.paused.value ? "resume" : "pause" });
  }

  /** Shows the next grid and stays there; only while paused. */
  step(): void {
    if (this.paused.value) this.#client?.send({ type: "control", action: "step" });
  }

  /** Starts the stream over, also after its end or a refusal. */
  restart(): void {
    this.waiting.value = true;
    this.seeking.value = null;
    this.#goOn = null;
    this.#jump = null;
    this.#goesOnAt = null;
    this.#client?.restart();
  }

  /** Goes to what the feed brings now; a session that is over gives way to that of now. */
  goLive(): void {
    this.#jump = null;
    this.seeking.value = null;
    this.#client?.send({ type: "control", action: "live" });
  }

  /** Asks for another speed. */
  setSpeed(value: number): void {
    this.#client?.send({ type: "control", action: "speed", value });
  }

  /**
   * Goes to a time of day. A stream that has ended, or that begins later than that, is opened anew
   * from the minute of it.
   *
   * @param clock "HH:MM:SS", New York
   */
  seek(clock: string): void {
    this.#seek({ type: "control", action: "seek", value: clock }, clock, null);
  }

  /**
   * Goes to an instant, as `seek` does.
   *
   * @param tsNs UTC nanoseconds since the epoch
   */
  seekTo(tsNs: string): void {
    const { clock } = easternTime(millisecondsOf(tsNs));
    this.#seek({ type: "control", action: "seek", ts_ns: tsNs }, clock, tsNs);
  }

  /** Opens a stream of what is served now, of which nothing is known. */
  #startAnew(): void {
    this.#from = null;
    this.#goOn = null;
    this.#jump = null;
    this.#goesOnAt = null;
    this.#client?.connect();
  }

  #seek(seek: Seek, clock: string, tsNs: string | null): void {
    const start = this.startTime.value;
    const before = start !== null && this.#secondsInto(clock) < this.#secondsInto(start);
    this.waiting.value = true;
    this.seeking.value = clock;
    if (!before && this.#client?.send(seek)) {
      // What a stream that was opened anew was told before it got there stays hidden.
      this.#jump = { clock, tsNs, hides: this.#jump?.hides ?? false };
      return;
    }
    this.#from = minuteOf(clock);
    this.#goOn = { jump: { clock, tsNs, hides: true }, seek, paused: this.paused.value };
    this.#client?.connect();
  }

  /** Has a stream that is opened anew go on from an instant. */
  #goOnAt(tsNs: string, paused: boolean): void {
    // What a broken link has in its place is for the server to refuse, in its words.
    const isInstant = /^\d{1,19}$/.test(tsNs);
    const clock = isInstant ? easternTime(millisecondsOf(tsNs)).clock : tsNs;
    this.seeking.value = clock;
    this.#goOn = {
      jump: { clock, tsNs: isInstant ? tsNs : null, hides: isInstant },
      seek: { type: "control", action: "seek", ts_ns: tsNs },
      paused,
    };
  }

  onStatus(status: StreamStatus): void {
    this.isSeekRefused.value = status.kind === "refused" && this.#from !== this.#acceptedFrom;
    this.status.value = status;
    if (this.isSeekRefused.value) {
      // Whoever restarts wants what there was.
      this.#from = this.#acceptedFrom;
      this.#goOn = null;
    }
    const isOver = status.kind === "ended" && this.isOver.value;
    if (isOver) this.feed.onOver();
    else if (status.kind !== "streaming") this.feed.onLost();
    if (isOver) this.#joinNext?.();
    if (status.kind === "reconnecting" && this.feed.isLive.value && !this.paused.value) {
      // What is live goes on with what is then.
      this.#goesOnAt = null;
    }
    if (status.kind === "reconnecting" && this.#goOn === null && this.#goesOnAt !== null) {
      // From the last grid on: it is there already, and joins the two.
      this.#goOnAt(this.#goesOnAt, this.paused.value);
    }
  }

  onConfig(message: RuntimeConfigMessage): void {
    this.#acceptedFrom = this.#from;
    this.instrument.value = instrumentOf(message);
    this.speed.value = message.speed;
    this.dt.value = message.dt;
    this.startTime.value = message.start_time;
    this.throttleMs.value = message.throttle_ms;
    this.beginsInside.value = message.begins_inside === true;
    this.error.value = null;
    this.feed.onConfig(message);
    this.isOver.value = false;
    this.paused.value = false;
    this.progress.value = null;
    this.waiting.value = true;
    this.freshness.resetPace();
    this.#happened = NOTHING;
    const { data_source, product_type, symbol, dt, config_version } = message;
    const session = `${data_source} ${product_type} ${symbol} ${dt} ${config_version}`;
    if (this.#session !== null && session !== this.#session) {
      this.freshness.forget();
      this.#sink.onOtherSession();
    }
    this.#session = session;
    const day = `${product_type} ${dt}`;
    if (this.#day !== null && day !== this.#day) {
      // Where the day before was is no time of this one.
      this.#goOn = this.#goesOnAt = this.seeking.value = null;
    }
    this.#day = day;
    this.#sink.onBeginning(`${session} ${message.start_time}`);
    this.#sink.onBreak();
    this.#jump = null;
    const goOn = this.#goOn;
    this.#goOn = null;
    if (goOn === null) return;
    this.#jump = goOn.jump;
    if (goOn.paused) this.#client?.send({ type: "control", action: "pause" });
    this.#client?.send(goOn.seek);
  }

  onProgress(message: ProgressMessage): void {
    this.progress.value = message;
    this.waiting.value = true;
  }

  onState(message: StateMessage): void {
    const { paused, speed, ts_ns } = message;
    this.feed.onState(message);
    this.paused.value = paused;
    this.speed.value = speed;
    this.error.value = null;
    this.freshness.resetPace();
    // It answers other controls too, and may come unasked: a seek's tells where that is to arrive.
    if (this.#jump !== null && isThere(this.#jump, ts_ns)) {
      this.#jump = null;
      this.#goesOnAt = ts_ns;
      this.#sink.onBreak();
    }
  }

  onLag({ dropped }: { dropped: number }): void {
    this.dropped.value += dropped;
    this.freshness.lag();
    this.#sink.onBreak("lag");
  }

  onSource(message: SourceMessage): void {
    this.feed.onSource(message);
  }

  onGap({ from_ts_ns, to_ts_ns }: GapMessage): void {
    this.#sink.onGap(millisecondsOf(from_ts_ns), millisecondsOf(to_ts_ns));
  }

  onEnd({ reason, records_kept, grids }: EndMessage): void {
    this.lacks.value = records_kept === 0 ? "records" : grids === 0 ? "grids" : null;
    this.waiting.value = false;
    this.seeking.value = null;
    this.isOver.value = reason === "session_over";
  }

  onError(message: string): void {
    this.error.value = message;
    this.waiting.value = false;
    this.seeking.value = null;
    this.#jump = null;
  }

  onReading(message: ReadingUpdateMessage): void {
    // What was on its way when a seek was asked for is of where the stream was.
    if (this.#jump === null) this.#sink.onReading(message);
  }

  onTrades({ trades, dropped = 0 }: TradesMessage): void {
    this.#happened = { ...this.#happened, trades, lost: dropped };
  }

  onEvents({ events }: EventsMessage): void {
    this.#happened = { ...this.#happened, events };
  }

  onGrid(head: GridUpdateMessage, bytes: ArrayBuffer): void {
    const happened = this.#happened;
    this.#happened = NOTHING;
    if (this.#jump?.hides === true && this.#isBefore(head.ts_ns, this.#jump)) return;
    let grid: Grid;
    try {
      grid = this.#reader.read(bytes);
    } catch (error) {
      this.error.value = `A grid could not be read: ${String(error)}`;
      // What happened up to it is not known either.
      this.#sink.onBreak();
      return;
    }
    this.waiting.value = false;
    // What was on its way when a seek was asked for is not its answer.
    if (this.#jump === null) this.seeking.value = null;
    const speed = head.history === true ? null : this.speed.value;
    this.freshness.shows(millisecondsOf(head.ts_ns), speed);
    this.feed.onGrid();
    // Where history comes from the stream may begin no more: it is what leads there.
    if (head.history !== true) this.#goesOnAt = head.ts_ns;
    this.#sink.onGrid(head, grid, happened);
  }

  #isBefore(tsNs: string, jump: Jump): boolean {
    if (jump.tsNs !== null) return BigInt(tsNs) < BigInt(jump.tsNs);
    const { clock } = easternTime(millisecondsOf(tsNs));
    return this.#secondsInto(clock) < this.#secondsInto(jump.clock);
  }

  /** How far into the session a time of day is: those of futures run through midnight. */
  #secondsInto(clock: string): number {
    const equity = this.instrument.value.productType.startsWith("equity");
    const opening = equity ? "00:00:00" : easternTime(Date.parse(`${this.dt.value}T00:00Z`)).clock;
    return (secondsOf(clock) - secondsOf(opening) + DAY_SECONDS) % DAY_SECONDS;
  }
}

/** Whether a stream's clock says that a jump took effect. */
function isThere({ clock, tsNs }: Jump, stateNs: string): boolean {
  return tsNs === null
    ? easternTime(millisecondsOf(stateNs)).clock === clock
    : BigInt(stateNs) === BigInt(tsNs);
}
