/** A live recording as a recorder leaves it, written by a test. */
import {
  type RecordingState,
  recordingStateText,
  statePathOf,
} from "../engine/source/recording.ts";

/** A recording in a lake of its own, its recorder's lock held until it is given back. */
export class GrowingRecording implements AsyncDisposable {
  readonly path: string;
  #file: Deno.FsFile | null = null;

  private constructor(readonly lake: string, dt: string) {
    const dir = `${lake}/raw/source=databento/product_type=future_mbo/symbol=MNQ` +
      "/table=market_by_order_dbn";
    Deno.mkdirSync(dir, { recursive: true });
    this.path = `${dir}/glbx-mdp3-${dt.replaceAll("-", "")}.mbo.MNQH6.live.dbn`;
  }

  /** Makes the lake, and the file, which is empty. */
  static async begin(dt?: string): Promise<GrowingRecording> {
    const recording = await GrowingRecording.prepare(dt);
    recording.open();
    return recording;
  }

  /** Makes the lake alone. */
  static async prepare(dt = "2026-02-06"): Promise<GrowingRecording> {
    return new GrowingRecording(await Deno.makeTempDir({ prefix: "spymaster_growing_" }), dt);
  }

  /** Begins the file, or goes on with it, and holds it. */
  open(): void {
    this.#file = Deno.openSync(this.path, { create: true, write: true, append: true });
    this.#file.lockSync(true);
  }

  /** Whether somebody holds it. */
  get isHeld(): boolean {
    return this.#file !== null;
  }

  write(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length;) at += this.#file!.writeSync(bytes.subarray(at));
  }

  /** Cuts its end off. */
  cut(bytes: number): void {
    this.#file!.truncateSync(bytes);
  }

  /** Says what a recorder says. */
  say(state: Partial<RecordingState>): void {
    const next = `${statePathOf(this.path)}.part`;
    Deno.writeTextFileSync(
      next,
      recordingStateText({
        ...{ state: "live", sinceNs: 0n, message: "", sessionId: null, bytes: 0, records: 0 },
        ...{ lastEventNs: null, lastRecvNs: null, latencyMs: null, reconnections: 0, gaps: 0 },
        ...state,
      }),
    );
    Deno.renameSync(next, statePathOf(this.path));
  }

  /** Gives the lock back, as a recorder that ends does. */
  release(): void {
    this.#file?.close();
    this.#file = null;
  }

  /** Takes the file away, as a recorder does that has another. */
  remove(): void {
    this.release();
    Deno.removeSync(this.path);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.release();
    await Deno.remove(this.lake, { recursive: true });
  }
}
