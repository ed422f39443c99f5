import { isFollowed, type Origin, originName } from "../../engine/source/origin.ts";
import { Feed } from "./feed.ts";

/** How often it is looked whether a recording goes on, milliseconds. */
const LOOK_MS = 1_000;

/** A recording without a byte for so long is silent, milliseconds. */
const SILENT_MS = 7_000;

/** Tells who waits for a recording that nothing comes, once, and that it goes on, once. */
export class SilenceWatch {
  #isSilent = false;

  /**
   * @param feed what is known of the recording
   * @param say takes a line
   */
  constructor(readonly feed: Feed, readonly say: (line: string) => void) {}

  /** Looks at the recording now. */
  async look(): Promise<void> {
    const { state, message } = await this.feed.look();
    const isSilent = state !== "ended" && this.feed.silentMs >= SILENT_MS;
    if (isSilent === this.#isSilent) return;
    this.#isSilent = isSilent;
    const { path } = this.feed;
    if (isSilent) {
      this.say(
        `${path}: nothing has come for ${SILENT_MS / 1e3} s (${message || state}); still waiting`,
      );
    } else if (state !== "ended") this.say(`${path}: it goes on`);
  }
}

/**
 * Watches those of a run's recordings that are followed, until it is disposed of.
 *
 * @param requests where bytes come from
 * @param say takes a line when nothing comes, and one when it goes on
 */
export function tellSilence(
  requests: readonly { origin: Origin; before?: Origin | undefined }[],
  say: (line: string) => void,
): Disposable {
  let isOver = false;
  const watches = requests.flatMap(({ origin, before }) => before ? [before, origin] : [origin])
    .filter(isFollowed)
    .map((origin) => new SilenceWatch(new Feed(originName(origin)), (line) => isOver || say(line)));
  // What cannot be looked at, its reader says.
  const look = () => watches.forEach((watch) => watch.look().catch(() => {}));
  look();
  const timer = watches.length === 0 ? undefined : setInterval(look, LOOK_MS);
  return {
    [Symbol.dispose]() {
      // A look that is under way says nothing any more.
      isOver = true;
      clearInterval(timer);
    },
  };
}
