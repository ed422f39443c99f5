import { isRecording, originIdentity, originName } from "../../engine/source/origin.ts";
import { countMinutes, type MinuteCounts } from "../../engine/minute_counts.ts";
import { OpenSession, type OpenSessionRequest } from "../../engine/open_session.ts";

/** Outlines that are kept, some 12 kB each. */
const MAX_OUTLINES = 32;

/** Outlines that may be waited for: one file is read at a time. */
const MAX_WAITING = 8;

const MINUTE_MS = 60_000;

/** The decoder's buffer: a turn of work holds many. */
const DECODER_BYTES = 256 * 1024;

/** More outlines are asked for than are made at a time. */
export class TooManyOutlines extends Error {
  override name = "TooManyOutlines";
}

/** The outlines that one server has made. */
export class Outlines {
  /** Least recently asked for first. */
  readonly #made = new Map<string, Promise<MinuteCounts>>();
  /** The pass that was begun last: one file is read at a time, so that streams wait for one alone. */
  #pass: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  /**
   * The outline of a session, made once for a file as it is (path, time of modification, size) and
   * shared by whoever asks. Nothing is opened for one that is known.
   *
   * @param request the session and its file
   * @returns the outline
   * @throws UserError on a damaged or truncated file
   * @throws TooManyOutlines when too many others are waited for
   */
  of(request: OpenSessionRequest): Promise<MinuteCounts> {
    const key = keyOf(request);
    const known = this.#made.get(key);
    if (known !== undefined) {
      this.#made.delete(key);
      this.#made.set(key, known);
      return known;
    }
    if (this.#waiting >= MAX_WAITING) throw new TooManyOutlines();
    this.#waiting++;
    const made = this.#pass.then(() => make(request)).finally(() => this.#waiting--);
    // A file that failed is tried again when it is asked for again.
    this.#pass = made.catch(() => {
      if (this.#made.get(key) === made) this.#made.delete(key);
    });
    this.#made.set(key, made);
    if (this.#made.size > MAX_OUTLINES) this.#made.delete(this.#made.keys().next().value!);
    return made;
  }
}

async function make(request: OpenSessionRequest): Promise<MinuteCounts> {
  const session = await OpenSession.open({ ...request, capacity: DECODER_BYTES });
  try {
    return await countMinutes(session);
  } finally {
    session.close();
  }
}

function keyOf({ origin, productType, symbol, dt }: OpenSessionRequest): string {
  // One that is being recorded is gone through once a minute, however many look.
  if (isRecording(origin)) {
    const minute = Math.floor(Date.now() / MINUTE_MS);
    return [productType, symbol, dt, originName(origin), minute].join(":");
  }
  const { dev, ino, size, mtimeNs } = originIdentity(origin) ?? {};
  return [productType, symbol, dt, dev, ino, size, mtimeNs, originName(origin)].join(":");
}
