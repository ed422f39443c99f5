import { GridFrame } from "./grid/frame.ts";
import { Pipeline, type TradeSink } from "./pipeline.ts";
import { midnightNs, Replay, type ReplayRequest } from "./source/replay.ts";

/** A replay with the engine behind it. */
export interface RunRequest extends ReplayRequest {
  /** price_int units per tick. */
  tickInt: number;
  /** First emission, UTC nanoseconds since the epoch; null emits from the first record. */
  startNs: bigint | null;
  /** Least event time between grids, milliseconds. */
  throttleMs: number;
}

/** What `EngineRun.advance` came to. */
export type Progress = "grid" | "warmup" | "budget" | "end";

/**
 * One pass of the engine over one file: what the server, capture and the analysis drive.
 */
export class EngineRun {
  private constructor(
    readonly request: RunRequest,
    readonly replay: Replay,
    readonly pipeline: Pipeline,
    readonly frame: GridFrame,
  ) {}

  /**
   * Opens the file; nothing of it but the header is read.
   *
   * @param request file, session, start and throttle
   * @param trades hears of executions from the start on
   * @throws UserError when the request is wrong or the file does not serve it
   */
  static async open(request: RunRequest, trades?: TradeSink): Promise<EngineRun> {
    const { dt, startNs, tickInt, throttleMs } = request;
    const replay = await Replay.open(request);
    const frame = new GridFrame(tickInt);
    const pipeline = new Pipeline(replay.records, frame, {
      tickInt,
      startTs: startNs === null ? null : Number(startNs - midnightNs(dt)),
      throttleNs: Math.round(throttleMs * 1e6),
      trades,
    });
    return new EngineRun(request, replay, pipeline, frame);
  }

  /**
   * Works until a grid is in `frame`, bootstrap is over, `budget` records are done, or the file
   * ends.
   *
   * @param budget most records to apply before returning; those of other instruments count once
   * bytes are needed
   * @returns what it came to; a promise only when bytes had to be waited for
   * @throws UserError on a damaged or truncated file
   */
  advance(budget: number): Progress | Promise<Progress> {
    const { decoder } = this.replay;
    const last = decoder.recordsRead + budget;
    for (;;) {
      const left = last - decoder.recordsRead;
      if (left <= 0) return "budget";
      const stop = this.pipeline.run(left);
      if (stop !== "input") return stop;
      const more = this.replay.fill();
      if (typeof more !== "boolean") {
        return more.then((arrived) =>
          arrived ? this.advance(last - decoder.recordsRead) : this.#end()
        );
      }
      if (!more) return this.#end();
    }
  }

  /** Closes the file. */
  close(): void {
    this.replay.close();
  }

  #end(): Progress {
    this.replay.decoder.finish();
    return "end";
  }
}
