/** A recorder in this process, against a gateway of this process, on a clock of the test's. */
import { DbnDecoder, MBO, RecordReader, RTYPE_MBO } from "dbn-ts";
import { dialTcp } from "../../engine/databento/live/connection.ts";
import type { Beginning } from "../../engine/databento/live/live_session.ts";
import { record } from "../../engine/recorder/recorder.ts";
import type { RecorderEvent } from "../../engine/recorder/recording_status.ts";
import type { RecorderOptions } from "../../engine/recorder/session_recorder.ts";
import {
  readRecordingState,
  recordingPaths,
  type RecordingState,
} from "../../engine/source/recording.ts";
import { join } from "../made_session.ts";
import { TEST_KEY } from "./gateway.ts";
import { TestClock } from "./test_clock.ts";

/** Noon of 2026-02-06 UTC, milliseconds since the epoch. */
export const NOON_MS = Date.UTC(2026, 1, 6, 12);

/** What a test's recorder is told; what is left out is as of MNQH6 on 2026-02-06. */
export interface TestRecorderOptions extends Partial<RecorderOptions> {
  lake: string;
  /** Port of the gateway. */
  port: number;
  dt?: string;
  from?: Beginning;
  untilNs?: bigint | null;
  goesOn?: boolean;
  clock?: TestClock;
}

/** A recorder that runs. */
export class TestRecorder {
  readonly clock: TestClock;
  readonly events: RecorderEvent[] = [];
  /** Its data file, of the dataset asked for. */
  readonly path: string;
  /** Resolves when it has ended by itself or was stopped, rejects with what it threw. */
  readonly done: Promise<void>;
  readonly #stop = new AbortController();

  /** Starts it. It does not wait to connect again. */
  constructor(options: TestRecorderOptions) {
    const { port, dt = "2026-02-06", from = { kind: "snapshot" }, untilNs = null } = options;
    this.clock = options.clock ?? new TestClock(NOON_MS);
    const recorded = {
      productType: "future_mbo",
      dataset: "GLBX.MDP3",
      symbol: "MNQH6",
      symbolRoot: "MNQ",
      key: TEST_KEY,
      client: "test",
      heartbeatSeconds: 5,
      address: { hostname: "127.0.0.1", port },
      random: () => 0,
      dial: dialTcp,
      ...options,
      clock: this.clock,
      signal: this.#stop.signal,
      onEvent: (event: RecorderEvent) => {
        this.events.push(event);
        options.onEvent?.(event);
        if (event.kind === "state") {
          const [, seconds] = /again in (\d+) s/.exec(event.state.message) ?? [];
          if (seconds !== undefined) this.clock.skipSoon(Number(seconds) * 1_000);
        }
      },
    } as const;
    this.path = recordingPaths({ ...recorded, dt }).data;
    this.done = record(recorded, { dt, from, untilNs }, options.goesOn ?? false);
    // Met by who waits for it.
    this.done.catch(() => {});
  }

  /** Stops it as TERM does. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.done;
  }

  /** The states it was in, each once in a row. */
  get phases(): string[] {
    const phases = this.events.flatMap((event) =>
      event.kind === "state" ? [event.state.state] : []
    );
    return phases.filter((phase, i) => phase !== phases[i - 1]);
  }

  /** What its state file says. */
  async state(): Promise<RecordingState> {
    return (await readRecordingState(this.path))!;
  }
}

/** All records of a DBN file, those of MBO as their bytes. */
export async function recordsOf(path: string): Promise<{ mbo: Uint8Array; others: string[] }> {
  const bytes = await Deno.readFile(path);
  const decoder = new DbnDecoder({ capacity: bytes.length + 4096, strict: true });
  decoder.push(bytes.subarray(0, 8));
  for (let at = 8; at < bytes.length;) at += decoder.push(bytes.subarray(at));
  const reader = new RecordReader(decoder);
  const mbo: Uint8Array[] = [];
  const others: string[] = [];
  for (;;) {
    const at = decoder.position;
    if (!decoder.pass()) break;
    if (decoder.u8[at + 1] === RTYPE_MBO) mbo.push(decoder.u8.slice(at, at + MBO.BYTES));
    else {
      const found = reader.read(at);
      others.push("msg" in found ? found.msg : "err" in found ? found.err : `${found.rtype}`);
    }
  }
  decoder.finish();
  return { mbo: join(...mbo), others };
}
