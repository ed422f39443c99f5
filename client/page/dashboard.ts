import { computed, effect, type ReadonlySignal, signal } from "@preact/signals";
import type {
  DaysMessage,
  GridUpdateMessage,
  ReadingUpdateMessage,
} from "../../engine/wire/messages.ts";
import type { Part, ViewSettings } from "./view_settings.ts";
import { columnOf, type Grid } from "../stream/grid.ts";
import { Camera } from "../heatmap/camera.ts";
import { Crosshair, type Target } from "../heatmap/crosshair.ts";
import type { Moment } from "../heatmap/heatmap_view.ts";
import { LOOK_MS, type ScaleEnds } from "../heatmap/view_scales.ts";
import type { PageDefaults } from "../stream/instrument.ts";
import { type GridSummary, summaryAt } from "../history/grid_summary.ts";
import { CELL_FIELDS } from "../history/reading_history.ts";
import { extended, regularHours, type SessionSpan } from "./session_span.ts";
import { dayLink, momentLink } from "./links.ts";
import { changeFrom, stateChanges } from "../history/state_changes.ts";
import type { ShownBy } from "./moment_words.ts";
import { type MarketState, riskOf } from "../state_words.ts";
import type { PageAddress } from "./page_address.ts";
import { gridsFor, History } from "../history/history.ts";
import { type Happened, PlaybackControl } from "../stream/playback_control.ts";
import { millisecondsOf, momentOf } from "../format.ts";
import type { Corner } from "../history/box_figures.ts";
import type { Reading } from "../history/edge.ts";
import { readingChange, type Snapshot } from "../history/comparison.ts";
import { FlowList } from "./flow_list.ts";
import { Measuring } from "./measuring.ts";
import { heldAt, INSTANT_MS, momentShown } from "./moment_shown.ts";
import { Chime } from "./chime.ts";
import { Notices } from "./notices.ts";
import { PointedCell } from "./pointed_cell.ts";
import { ReaderMarks } from "./reader_marks.ts";
import { Redraws } from "./redraws.ts";

/** What the page needs of each grid; the stream is asked for nothing else. */
export const PAGE_FIELDS: readonly string[] = [...CELL_FIELDS, "trades", "events"];

/** The figures follow the stream at most so often, wall milliseconds. */
const FIGURES_MS = 100;

/** What the state of the page is drawn on. */
export interface DrawingSurface {
  /** Whether the reader wants little motion. */
  readonly calm: boolean;
  /** The ends of the colours' scales. */
  readonly ends: ScaleEnds;
  /** Whether they may change though nothing comes. */
  readonly unsettled: boolean;
  /** Takes on the size that the page gives it. */
  fit(dashboard: Dashboard): void;
  /**
   * Draws the state of the page.
   *
   * @param target what is pointed at
   * @param x where that is, device pixels
   * @param moment what everything shows that shows one
   * @param frameMs time of the frame
   */
  draw(
    dashboard: Dashboard,
    target: Target | null,
    x: number | null,
    moment: Moment | null,
    frameMs: number,
  ): void;
}

/**
 * State of the page: takes grids at any rate, and once per animation frame draws them and changes
 * the signals that the components show. What is pointed at decides on the moment shown.
 */
export class Dashboard {
  readonly playback: PlaybackControl;
  readonly history: History;
  readonly camera: Camera = new Camera();
  readonly crosshair: Crosshair = new Crosshair();
  readonly settings;
  /** The moment shown: the one pointed at, else that of the view's right edge. */
  readonly summary = signal<GridSummary | null>(null);
  readonly reading: ReadonlySignal<Reading | null> = computed(() =>
    this.summary.value?.reading ?? null
  );
  /** The stream's word for the balance of forces; null where it says none. */
  readonly state = computed<MarketState | null>(() => this.summary.value?.flow?.state ?? null);
  readonly risk = computed(() => riskOf(this.summary.value?.flow ?? null));
  /** Whether the cell is held where it was clicked. */
  readonly isHeld = signal(false);
  /** The cell under the crosshair. */
  readonly cell: PointedCell = new PointedCell();
  /** Grids received since the page was opened. */
  readonly grids = signal(0);
  /** Why the grid that came last has no price, and so no place in the picture; null where it has. */
  readonly unpriced = signal<string | null>(null);
  readonly following = signal(true);
  /** What chose the moment shown. */
  readonly shownBy = signal<ShownBy>("now");
  /** What became of a link that was asked for, in words. */
  readonly linked = signal<string | null>(null);
  /** The days that can be shown. */
  readonly days = signal<DaysMessage["days"]>([]);
  readonly scales = signal<ScaleEnds | null>(null);
  /** Where the session has data, and what of it the scrubber shows. */
  readonly session = signal<SessionSpan | null>(null);
  readonly regular = signal(false);
  readonly span: ReadonlySignal<SessionSpan | null> = computed(() => {
    const { session, regular } = this;
    return session.value && (regular.value ? regularHours(session.value) : null) || session.value;
  });
  /** Where the scrubber is being dragged to, milliseconds since the epoch. */
  readonly drag = signal<number | null>(null);

  /** What was traded up to the moment shown, while its list is open. */
  readonly list: FlowList = new FlowList();
  readonly measuring: Measuring = new Measuring();
  /** The moment that others are compared with. */
  readonly compared = signal<Snapshot | null>(null);
  /** By how much the figures of the moment shown differ from its; null while nothing is compared. */
  readonly change: ReadonlySignal<Reading | null> = computed(() =>
    this.compared.value && this.reading.value &&
    readingChange(this.compared.value.summary.reading, this.reading.value)
  );
  /** What the reader marked. */
  readonly marks: ReaderMarks;
  /** What the reader asked to be told of. */
  readonly notices: Notices;
  readonly chime: Chime = new Chime();
  /** What a key was answered, for who does not see the page. */
  readonly said = signal("");

  readonly #address: PageAddress;
  #surface: DrawingSurface | null = null;
  readonly #redraws = new Redraws({
    isCalm: () => this.#surface?.calm === true,
    draw: (frameMs) => this.#draw(frameMs),
    tellUnseen: () => this.#tellUnseen(),
  });
  #received = 0;
  /** When the figures were written, and the moment that they are of. */
  #toldAt = -Infinity;
  #toldOf: number | null = null;
  #heed: (() => void) | null = null;

  /**
   * @param defaults what the server would stream by itself, shown until the stream tells
   * @param address what the page's address says
   */
  constructor(defaults: PageDefaults, address: PageAddress) {
    this.#address = address;
    this.settings = signal<ViewSettings>(address.settings);
    this.marks = new ReaderMarks(address.query, (marks) => address.putMarks(marks));
    this.notices = new Notices(address.query, (rules) => address.putNotices(rules));
    // A server has no screen, and keeps nothing.
    const { innerWidth } = globalThis;
    this.history = innerWidth === undefined ? new History(2, 1) : new History(gridsFor(innerWidth));
    this.camera.axis = this.settings.value.axis;
    this.camera.msPerPixel = this.settings.value.msPerPixel;
    this.camera.rowPixels = this.settings.value.rowPixels;
    this.playback = new PlaybackControl(defaults, this);
  }

  /** Draws on a surface from now on; null stops. */
  show(surface: DrawingSurface | null): void {
    this.#surface = surface;
    if (surface !== null) {
      // A stream that stands still is told to the last grid.
      this.#heed = effect(() => {
        const { paused, isOpen, freshness } = this.playback;
        void (paused.value, isOpen.value, freshness.isCurrent.value);
        this.requestDraw();
      });
      return;
    }
    this.#heed?.();
    this.#heed = null;
    this.#redraws.stop();
  }

  /** Draws before the next repaint, however often it is asked to; a page that nobody sees tells alone. */
  requestDraw(): void {
    if (this.#surface !== null) this.#redraws.request();
  }

  /** Draws at once what is to be drawn, so that what is shown is what keys have led to. */
  drawNow(): void {
    this.#redraws.now();
  }

  /** Changes settings and notes them in the address. */
  choose(change: Partial<ViewSettings>): void {
    this.settings.value = { ...this.settings.value, ...change };
    this.camera.axis = this.settings.value.axis;
    this.#address.put(this.settings.value);
    this.requestDraw();
  }

  /**
   * Draws the page at once as it is printed, black on white, or again as it was chosen. The address
   * hears nothing of it.
   *
   * @param root what has the theme: it is told before anything is drawn
   */
  print(isPrinted: boolean, root: HTMLElement): void {
    const { theme } = isPrinted ? { theme: "light" as const } : this.#address.settings;
    root.dataset["theme"] = theme;
    this.settings.value = { ...this.settings.value, theme };
    this.#draw(performance.now());
  }

  /** Hides a part of the page, or shows it again. */
  togglePart(part: Part): void {
    const { hidden } = this.settings.value;
    this.choose({
      hidden: hidden.includes(part) ? hidden.filter((name) => name !== part) : [...hidden, part],
    });
  }

  /** Opens the list of trades, or closes it. */
  toggleTradeList(): void {
    this.choose({ tradeList: !this.settings.value.tradeList });
  }

  /** Notes how far the camera is zoomed. */
  noteZoom(): void {
    const { msPerPixel, rowPixels } = this.camera;
    this.choose({ msPerPixel, rowPixels });
  }

  /** Follows the grid that came last again, with nothing pointed at. */
  follow(): void {
    this.crosshair.pin(null);
    this.camera.follow(this.history);
    this.requestDraw();
  }

  /** Puts spot in the middle of the prices, wherever in time the view is. */
  recentre(): void {
    this.camera.recentre(this.history);
    this.requestDraw();
  }

  /** Goes to a time of day, "HH:MM:SS" New York. */
  seek(clock: string): void {
    this.#leaveMoment();
    this.follow();
    this.playback.seek(clock);
  }

  /** Goes to an instant, milliseconds since the epoch. */
  seekMs(timeMs: number): void {
    this.seekNs(`${BigInt(Math.round(timeMs)) * 1_000_000n}`);
  }

  /** Goes to an instant, UTC nanoseconds since the epoch. */
  seekNs(tsNs: string): void {
    this.#leaveMoment();
    this.follow();
    this.playback.seekTo(tsNs);
  }

  /** Shows regular hours alone in the scrubber, or the whole session again. */
  toggleRegular(): void {
    const { session, regular } = this;
    if (session.value === null || regularHours(session.value) === null) return;
    regular.value = !regular.value;
    this.requestDraw();
  }

  /** Starts the stream over. */
  restart(): void {
    this.#leaveMoment();
    this.follow();
    this.playback.restart();
  }

  /** Asks for another speed and notes it in the address. */
  setSpeed(value: number): void {
    this.#address.set("speed", String(value));
    this.playback.setSpeed(value);
  }

  /** Has all that was chosen stand in the page's address. */
  settleAddress(): void {
    this.#address.settle();
  }

  /** Address of the very grid shown, for others to open. */
  momentLink(here: string): string | null {
    const { summary, playback, history } = this;
    if (summary.value === null) return null;
    const { instrument, dt, startTime, throttleMs } = playback;
    // What was chosen a moment ago may not have been written yet.
    const chosen = new URL(here);
    chosen.search = `${this.#address.query}`;
    return momentLink(chosen.href, {
      product_type: instrument.value.productType,
      symbol: instrument.value.symbol,
      dt: dt.value,
      start_time: startTime.value,
      throttle_ms: throttleMs.value,
      ts_ns: `${history.readings.tsNs(summary.value.number)}`,
    });
  }

  /** Notes another day in the address; the page is to be loaded anew. */
  dayLink(dt: string): string {
    return dayLink(this.#address.query, dt);
  }

  /** The link that the page was opened by names a moment that it has left. */
  #leaveMoment(): void {
    this.#address.remove("ts_ns");
  }

  /** Pauses, or plays on. */
  togglePause(): void {
    this.#leaveMoment();
    this.playback.togglePause();
  }

  /** Shows the moment of the change of state before or after the one shown, as far as it is kept. */
  showChange(by: 1 | -1): void {
    const { history, crosshair } = this;
    const { order, now } = history;
    if (order.length === 0) return;
    const { shownBy, summary } = this;
    const shownMs = crosshair.pinnedMs ?? summary.value?.atMs ?? history.time(now);
    // Now is what the stream has told of since its last grid, too.
    const toldMs = shownBy.value === "now" ? history.flows.became(now).at(-1)?.ms : undefined;
    const fromMs = toldMs === undefined ? shownMs : toldMs + INSTANT_MS;
    const change = changeFrom(stateChanges(history), fromMs, by);
    if (change === null) return;
    this.showGrid(order.at(order.rankAt(change.timeMs)), change.timeMs);
  }

  /**
   * Moves by grids while paused, or at the end: back through what is kept, forward up to the newest, then on by
   * asking the server for the next.
   */
  stepBy(grids: 1 | -1): void {
    const { order, now } = this.history;
    if (order.length === 0 || (!this.playback.paused.value && this.playback.isOpen.value)) return;
    const { pinned, pinnedMs } = this.crosshair;
    const shown = pinned !== null && order.has(pinned) ? pinned : now;
    const from = order.rankOf(shown);
    if (grids > 0 && from === order.rankOf(now)) return this.playback.step();
    // Before an instant to which a grid is held that grid comes.
    const isHeld = grids < 0 && pinnedMs !== null && pinnedMs > order.time(shown);
    const rank = Math.min(order.length - 1, Math.max(0, isHeld ? from : from + grids));
    this.showGrid(order.at(rank));
  }

  /**
   * Shows the moment of a grid that is kept; the price cursor goes with it.
   *
   * @param atMs an instant to which the grid is held, milliseconds since the epoch; null is its own
   */
  showGrid(grid: number, atMs: number | null = null): void {
    const { crosshair, history } = this;
    const isNow = grid === history.now && atMs === null && crosshair.cursor === null;
    crosshair.point(null);
    crosshair.pin(isNow ? null : grid, atMs);
    this.camera.reveal(grid, history, atMs);
    this.requestDraw();
  }

  onGrid(head: GridUpdateMessage, grid: Grid, happened: Happened): void {
    this.#received++;
    const isPriced = spotKnown(head, grid);
    this.unpriced.value = isPriced ? null : whyUnpriced(head);
    if (isPriced) {
      const { instrument } = this.playback;
      const { trades, events, lost } = happened;
      this.history.record(head, grid, instrument.value, trades, events, lost);
      const isHeard = head.history !== true &&
        this.notices.look(this.history, this.history.now, head.reading, events, instrument.value);
      if (isHeard) this.chime.play();
    } else this.onBreak();
    const span = this.session.value;
    if (span !== null && this.playback.feed.isFollowed.value) {
      this.session.value = extended(span, millisecondsOf(head.ts_ns));
    }
    this.requestDraw();
  }

  onBreak(why?: "jump" | "lag"): void {
    this.history.breakOff(why);
    this.notices.breakOff(why);
  }

  onReading({ ts_ns, reading }: ReadingUpdateMessage): void {
    this.history.flows.becomes(momentOf(ts_ns), reading);
    // Else it is the risk alone.
    const isState = reading.since_ts_ns === ts_ns;
    if (isState && this.notices.hear(reading)) this.chime.play();
    this.requestDraw();
  }

  onBeginning(beginning: string): void {
    this.history.countsFrom(beginning);
  }

  onGap(fromMs: number, toMs: number): void {
    this.history.noteGap(fromMs, toMs);
    this.notices.noteGap(fromMs, toMs);
  }

  /** Holds the cell that is pointed at, or lets the one go that is held. */
  toggleHold(): void {
    const { crosshair, target, camera } = this;
    if (crosshair.isHeld) crosshair.release();
    else crosshair.hold(target, camera.columns);
    this.requestDraw();
  }

  /**
   * Lets go of one thing that is there, what is most in the hand first: the box that is measured, the
   * cell that is held, the price cursor, the moment compared with, the list of trades, the notices.
   */
  letGo(): void {
    const { crosshair, measuring, compared, settings } = this;
    if (measuring.box !== null || measuring.isArmed.value) measuring.clear();
    else if (crosshair.isHeld) crosshair.release();
    else if (crosshair.cursor !== null) crosshair.removeCursor();
    else if (compared.value !== null) compared.value = null;
    else if (settings.value.tradeList) this.choose({ tradeList: false });
    else this.notices.isShown.value = false;
    this.requestDraw();
  }

  /** What is pointed at; null where nothing is. */
  get target(): Target | null {
    const { camera, crosshair, history } = this;
    return crosshair.target(camera.view, camera.columns, history.order);
  }

  /**
   * Marks a corner of the box to measure at what is pointed at.
   *
   * @returns whether a price is pointed at
   */
  markCorner(): boolean {
    const { measuring } = this;
    const corner = this.#cornerAt(this.target);
    // Without a price the box ends where it was last.
    if (corner === null) return false;
    measuring.mark(corner);
    this.requestDraw();
    return true;
  }

  #cornerAt(target: Target | null): Corner | null {
    if (target === null || target.tick === null) return null;
    const { history, camera } = this;
    const heldMs = heldAt(history, camera, target);
    return { timeMs: history.time(target.grid) + heldMs, tick: target.tick };
  }

  /** Tells who does not see the page; the same words twice are told twice. */
  say(words: string): void {
    this.said.value = words === this.said.value ? `${words}\u200b` : words;
  }

  /** Goes to what the feed brings now, and follows it; of a session without one it says so. */
  goLive(): void {
    if (!this.playback.feed.isFollowed.value) {
      return this.say("This session is not live: there is nothing to go live to");
    }
    this.crosshair.pin(null);
    this.playback.goLive();
    this.follow();
  }

  onOtherSession(): void {
    this.history.clear();
    this.notices.clear();
    this.crosshair.pin(null);
    this.measuring.clear();
    this.compared.value = null;
    this.follow();
  }

  /** Event time of the grid that came last, or null before there is one. */
  get nowMs(): number | null {
    const { history } = this;
    return history.isEmpty ? null : history.time(history.now);
  }

  /** Tells what is shown, without drawing it. */
  #tellUnseen(): void {
    const { history, camera } = this;
    camera.update(history, { nowMs: performance.now(), calm: true });
    const { target } = this;
    this.#tell(target, this.#momentOf(target));
  }

  #draw(frameMs: number): void {
    const { history, camera } = this;
    const surface = this.#surface;
    surface?.fit(this);
    camera.update(history, { nowMs: frameMs, calm: surface?.calm ?? true });
    const { target } = this;
    const corner = this.#cornerAt(target);
    if (corner !== null) this.measuring.extend(corner);
    const moment = this.#momentOf(target);
    // The canvases are measured while the layout is still clean, then the text changes.
    surface?.draw(this, target, target?.x ?? null, moment, frameMs);
    this.#tell(target, moment);
    if (surface !== null && !history.isEmpty) this.scales.value = surface.ends;
    if (camera.gliding) this.requestDraw();
    else if (surface?.unsettled === true) this.#redraws.later(LOOK_MS);
  }

  #momentOf(target: Target | null): Moment | null {
    return momentShown(this.history, this.camera, target, this.crosshair.pinned !== null);
  }

  #tell(target: Target | null, moment: Moment | null): void {
    const { history } = this;
    const { bucketSize } = this.playback.instrument.value;
    this.following.value = this.camera.following;
    const grid = moment?.grid ?? null;
    const { events: showsEvents, tradeList, least } = this.settings.value;
    this.cell.tell(history, this.camera, target, moment, { bucketSize, showsEvents });
    this.isHeld.value = this.crosshair.isHeld;
    this.measuring.look(history);
    // What a hand does shows at once; what the stream brings, ten times a second.
    const isByHand = (target !== null || !this.camera.following) && grid !== this.#toldOf;
    const now = performance.now();
    const wait = this.#toldAt + FIGURES_MS - now;
    const { paused, isOpen } = this.playback;
    if (wait > 0 && !isByHand && !paused.value && isOpen.value && this.#toldOf !== null) {
      return this.#redraws.later(wait);
    }
    this.#toldAt = now;
    this.#toldOf = grid;
    this.grids.value = this.#received;
    this.summary.value = moment === null ? null : summaryAt(
      history,
      moment.grid,
      bucketSize,
      history.time(moment.grid) + moment.heldMs,
      moment.untilMs,
      target?.atMs,
    );
    this.list.tell(history, tradeList && moment !== null ? moment.tradesMs : null, least);
    this.shownBy.value = target !== null ? "hand" : grid === history.now ? "now" : "view";
  }
}

/**
 * An unknown spot is sent as "0" with empty rows. A price of 0 has a book around it, of two sides also
 * where neither is in view.
 */
function spotKnown(head: GridUpdateMessage, grid: Grid): boolean {
  return head.spot_ref_price_int !== "0" ||
    head.book_valid && head.bid_present && head.ask_present ||
    columnOf(grid, "rest_depth").some((depth) => depth > 0);
}

/** Why a book has no spot yet, which it has from the first time on that both sides are there. */
function whyUnpriced({ book_valid, bid_present, ask_present }: GridUpdateMessage): string {
  if (!book_valid) return "the book is being rebuilt";
  return bid_present || ask_present ? "the book has one side alone" : "the book is empty";
}
