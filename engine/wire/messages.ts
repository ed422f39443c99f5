/**
 * The JSON messages of the stream, shared by server and browser. 64-bit integers are decimal
 * strings; `event_id` is a number while it is below 2^53.
 */

/** First message: what is being streamed and how to read it. */
export interface RuntimeConfigMessage {
  type: "runtime_config";
  product_type: string;
  symbol: string;
  symbol_root: string;
  /** Dollars per unit of a price integer (1e-9). */
  price_scale: number;
  /** Dollars per tick. */
  tick_size: number;
  bucket_size_dollars: number;
  rel_tick_size: number;
  /** The half-width in force, in buckets. */
  grid_max_ticks: number;
  /** Dollars per point and contract. */
  contract_multiplier: number;
  qty_unit: string;
  price_decimals: number;
  config_version: string;
  mode: "pre_prod" | "live";
  deployment_stage: "pre_prod" | "live";
  stream_format: "dense_grid";
  grid_schema_fields: string[];
  grid_rows: number;
  data_source: "databento" | "simulator";
  /** Session date, YYYY-MM-DD. */
  dt: string;
  /** HH:MM or HH:MM:SS America/New_York, or null when the stream starts with the session. */
  start_time: string | null;
  /** Least event time between grids, milliseconds. */
  throttle_ms: number;
  /** Event seconds per wall second. */
  speed: number;
  /** Present when the file begins inside a session: orders from before it are missing. */
  begins_inside?: true;
  /** Present when what is streamed is being recorded from a feed. */
  live?: true;
  /** Then too: when the first kept record was received, UTC nanoseconds since the epoch. */
  recorded_from_ns?: string;
}

/** How far the phases before the first grid have come, or that they wait for others to end. */
export interface ProgressMessage {
  type: "progress";
  phase: "bootstrap" | "warmup" | "queued";
  /** Share of the phase, 0 to 1. */
  fraction: number;
  /** Records that reached the engine. */
  events: number;
  /** Event time reached, UTC nanoseconds since the epoch. */
  ts_ns: string;
}

/** Heads a grid; the Arrow message that follows holds its rows. */
export interface GridUpdateMessage {
  type: "grid_update";
  ts_ns: string;
  event_id: number;
  /** Dollars; 0 when a side of the book is empty. */
  mid_price: number;
  spot_ref_price_int: string;
  best_bid_price_int: string;
  best_ask_price_int: string;
  book_valid: boolean;
  /** Whether there is a best bid: prices may be 0, and an absent one is "0" too. */
  bid_present: boolean;
  ask_present: boolean;
  /** Present when the source lost records and no snapshot has mended the book since. */
  maybe_bad_book?: true;
  /** Present on grids before the first one that was asked for, sent to who asked for history. */
  history?: true;
  /** Present on a boundary that came too soon to be emitted, once nothing has come since. */
  settled?: true;
  /** Sent to who asked for it. */
  reading?: ReadingMessage;
  session?: SessionMessage;
}

/** A state of the balance of forces, and its beginning. */
export interface StateChangeMessage {
  state: "UP BIAS" | "UP LEAN" | "CHOP" | "DOWN LEAN" | "DOWN BIAS" | "NO READING";
  /** UTC nanoseconds since the epoch. */
  since_ts_ns: string;
}

/** The balance of forces as a person can follow it (docs/reading.md). */
export interface ReadingMessage {
  state: StateChangeMessage["state"];
  /**
   * States that began since the grid that this client was sent before, and were over by this one, in
   * order; present when there are some.
   */
  changes?: StateChangeMessage[];
  /** Why there is no reading; present with "NO READING". */
  reason?: string;
  /** Since when the state is what it is, UTC nanoseconds since the epoch. */
  since_ts_ns: string;
  /** The net edge beside what chance would make of it. */
  clarity: number;
  /** How far vacuum outweighs pressure on a side, likewise. */
  drain_above: number;
  drain_below: number;
  risk:
    | "SUPPORT FAILING"
    | "RESISTANCE THINNING"
    | "UP ADVANTAGE"
    | "DOWN ADVANTAGE"
    | "BALANCED";
  /** Sums of forces by side of the mid, smoothed. */
  vac_above: number;
  press_above: number;
  press_below: number;
  vac_below: number;
}

/**
 * What the balance of forces has become since the grid before, at a time at which no grid falls; sent to
 * who asked for it.
 */
export interface ReadingUpdateMessage {
  type: "reading";
  /** When, UTC nanoseconds since the epoch. */
  ts_ns: string;
  reading: ReadingMessage;
}

/**
 * What was traded in the session so far: prices as price_int, contracts; all of it null where earlier
 * trades are unknown, prices where there was none.
 */
export interface SessionMessage {
  high: string | null;
  low: string | null;
  vwap: string | null;
  volume: string | null;
}

/** Who took liquidity: seller, buyer, or nobody (an auction, say). */
export type TradeSide = "A" | "B" | "N";

/** One execution: event time, price_int, contracts, the aggressor's side as the venue tells it. */
export type Trade = [ts_ns: string, price_int: string, size: number, side: TradeSide];

/** Executions since the grid before, sent just before a grid to a client that asked for them. */
export interface TradesMessage {
  type: "trades";
  /** Of the grid that follows. */
  ts_ns: string;
  /** In file order. */
  trades: Trade[];
  /** Present when there were too many: how many came before the first of `trades`. */
  dropped?: number;
}

/** Executions of one event and aggressor over more than one price. */
export interface SweepEvent {
  event: "sweep";
  /** Event time, UTC nanoseconds since the epoch. */
  ts_ns: string;
  /** Number of its last execution's record. */
  event_id: number;
  /** The aggressor: buyer or seller. */
  side: "A" | "B";
  /** Of the last execution. */
  price_int: string;
  /** Of the first one. */
  from_price_int: string;
  /** Prices at which it executed. */
  prices: number;
  /** Contracts. */
  size: number;
}

/** An order that was filled, and shows more in the same event at the same price. */
export interface ReserveEvent {
  event: "reserve";
  ts_ns: string;
  event_id: number;
  /** The order's side. */
  side: "A" | "B";
  price_int: string;
  order_id: string;
  /** Contracts that it shows more than were left of it. */
  size: number;
  /** Contracts that it shows now. */
  shown: number;
  /** Of it since the first fill that was seen: contracts filled, refills, and when that was. */
  filled: number;
  refills: number;
  since_ts_ns: string;
}

/** What the order-by-order data tell of an event. */
export type BookEventMessage = SweepEvent | ReserveEvent;

/** Sweeps and reserves since the grid before, sent just before a grid to a client that asked for them. */
export interface EventsMessage {
  type: "events";
  /** Of the grid that follows. */
  ts_ns: string;
  /** In the order in which they were complete. */
  events: BookEventMessage[];
  /** Present when there were too many: how many came before the first of `events`. */
  dropped?: number;
}

/** Answer to every control message, and notice of a jump of the clock. */
export interface StateMessage {
  type: "state";
  paused: boolean;
  speed: number;
  /** Event time of the stream's clock, UTC nanoseconds since the epoch. */
  ts_ns: string;
  /** Of a session that is being recorded: whether each grid comes as the feed brings it. */
  live?: boolean;
  /** And how far behind the feed this is, event milliseconds. */
  behind_ms?: number;
}

/** States of a feed, as clients hear of them. */
export const FEED_STATES = [
  "connecting",
  /** What was missed is being replayed. */
  "catching_up",
  "live",
  /** No record for 5 s, and signs of life. */
  "quiet",
  /** No sign of life for 7 s, or no recorder. */
  "stale",
  "reconnecting",
  "ended",
] as const;

/** One of {@link FEED_STATES}. */
export type FeedStateName = typeof FEED_STATES[number];

/** What the feed does that is being recorded; on change, and once a second. */
export interface SourceMessage {
  type: "source";
  state: FeedStateName;
  /** More about it, in one line; empty for nothing. */
  message: string;
  /** Since when it is in that state, UTC nanoseconds since the epoch. */
  since_ns: string;
  /** Times of the last record; null before the first one. */
  last_ts_ns: string | null;
  last_recv_ns: string | null;
  /** From the receipt by the vendor to the arrival here; negative when a clock is off; null if unknown. */
  latency_ms: number | null;
  /** How far behind the feed this stream is, event milliseconds. */
  behind_ms: number;
  /** When it was sent, by a clock of the server's that never goes back, milliseconds. */
  sent_ms?: number;
}

/** Flow that the feed never brought; sent before the first grid after it. */
export interface GapMessage {
  type: "gap";
  from_ts_ns: string;
  to_ts_ns: string;
}

/** The client fell behind and whole grids were left out. */
export interface LagMessage {
  type: "lag";
  dropped: number;
}

/** The source is exhausted; more counts may be present. */
export interface EndMessage {
  type: "end";
  /** The file was played to its end, or the session that was being recorded is over. */
  reason: "end_of_file" | "session_over";
  [count: string]: unknown;
}

/** What stopped the stream, or what was wrong with a control message. */
export interface ErrorMessage {
  type: "error";
  message: string;
}

/** Answer to a request for the outline of a session. */
export interface SessionOutlineMessage {
  /** Session date, YYYY-MM-DD. */
  dt: string;
  symbol: string;
  data_source: RuntimeConfigMessage["data_source"];
  /** Where the session window begins: that of the first bin. */
  window_start_ns: string;
  /** Event time of the first and last kept record in the window; null when there is none. */
  start_ns: string | null;
  end_ns: string | null;
  bin_seconds: 60;
  /** Kept records in each minute of the window. */
  records: number[];
}

/** Answer to a request for the days that can be served. */
export interface DaysMessage {
  product_type: string;
  symbol: string;
  /** In order of their dates. */
  days: {
    /** Session date, YYYY-MM-DD. */
    dt: string;
    data_source: RuntimeConfigMessage["data_source"];
    /** Bytes of its file. */
    size: number;
    /** Whether it was recorded, or is being recorded, from a live feed. */
    live: boolean;
  }[];
}

/** Everything a server sends as text. */
export type ServerMessage =
  | RuntimeConfigMessage
  | ProgressMessage
  | GridUpdateMessage
  | ReadingUpdateMessage
  | TradesMessage
  | EventsMessage
  | StateMessage
  | LagMessage
  | SourceMessage
  | GapMessage
  | EndMessage
  | ErrorMessage;

/** A client with credit says how many grids it has taken since the stream was opened; no answer. */
export interface AckMessage {
  type: "ack";
  grids: number;
}

/** What a client may ask for; each is answered by a state or an error. */
export type ControlMessage =
  | { type: "control"; action: "pause" | "resume" | "restart" | "step" | "live" }
  | { type: "control"; action: "speed"; value: number }
  | { type: "control"; action: "seek"; value: string }
  | { type: "control"; action: "seek"; ts_ns: string };
