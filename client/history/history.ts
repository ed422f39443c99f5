import type { GridUpdateMessage, Trade } from "../../engine/wire/messages.ts";
import { millisecondsOf } from "../format.ts";
import type { Grid } from "../stream/grid.ts";
import { CellHistory } from "./cell_history.ts";
import { CellWriter } from "./cell_writer.ts";
import { bucketIntOf, bucketsOf, type Instrument } from "../stream/instrument.ts";
import { ReadingHistory } from "./reading_history.ts";
import { TradeHistory } from "./trade_history.ts";

/** Ten minutes at 40 grids a second. */
export const HISTORY_COLUMNS = 24_000;
/** Executions kept: more than a busy ten minutes have. */
const EXECUTIONS = 65_536;

/**
 * The last grids of a stream in columns of the same numbers: colours, what the panels show, and
 * executions. All of it lies in typed arrays that are allocated once.
 */
export class History {
  readonly cells: CellHistory;
  readonly readings: ReadingHistory;
  readonly trades: TradeHistory = new TradeHistory(EXECUTIONS);
  readonly #writer: CellWriter;
  #eventId = -1;

  /** @param columns Number of columns kept. */
  constructor(columns: number = HISTORY_COLUMNS) {
    this.cells = new CellHistory(columns);
    this.readings = new ReadingHistory(columns);
    this.#writer = new CellWriter(this.cells);
  }

  /** Oldest column that is kept. */
  get first(): number {
    return this.cells.first;
  }

  /** Number that the next column gets. */
  get end(): number {
    return this.cells.end;
  }

  /** Price of a column's spot in ticks. */
  spotTick(column: number): number {
    return this.cells.spotTick(column);
  }

  /** Largest |pressure - vacuum| that the colours expect now. */
  get netScale(): number {
    return this.#writer.netScale;
  }

  /** Largest rest depth that the colours expect now. */
  get depthScale(): number {
    return this.#writer.depthScale;
  }

  /**
   * Adds a grid as the newest column. Event ids only grow within a run: a smaller one is the first
   * of another run, and what came before is forgotten.
   *
   * @param trades Executions since the grid before.
   * @returns Whether another run has begun.
   */
  record(
    head: GridUpdateMessage,
    grid: Grid,
    instrument: Instrument,
    trades: readonly Trade[],
  ): boolean {
    const anew = head.event_id < this.#eventId;
    if (anew) this.clear();
    this.#eventId = head.event_id;
    const column = this.cells.end;
    const bucketInt = bucketIntOf(instrument);
    for (const trade of trades) this.trades.add(trade, column, bucketInt);
    const spotTick = bucketsOf(head.spot_ref_price_int, instrument);
    this.#writer.record(grid, spotTick, millisecondsOf(head.ts_ns));
    this.readings.write(column, grid, head);
    return anew;
  }

  /** Forgets everything. */
  clear(): void {
    this.#writer.clear();
    this.trades.clear();
    this.#eventId = -1;
  }
}
