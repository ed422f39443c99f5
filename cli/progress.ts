import { Presets, SingleBar } from "cli-progress";

/** Shows how far long work has come. */
export interface ProgressBar {
  /**
   * @param share done, 0 to 1
   * @param text what is being done, or how far it is
   */
  update(share: number, text: string): void;
  /** Takes the bar away. */
  stop(): void;
}

const SILENT: ProgressBar = { update: () => {}, stop: () => {} };

/** A progress bar on standard error when that is a terminal; else one that shows nothing. */
export function progressBar(): ProgressBar {
  if (!Deno.stderr.isTerminal()) return SILENT;
  const bar = new SingleBar({
    format: "{bar} {percentage}% {text}",
    clearOnComplete: true,
    hideCursor: true,
    fps: 10,
  }, Presets.rect);
  bar.start(1, 0, { text: "" });
  return {
    update: (share, text) => bar.update(share, { text }),
    stop: () => bar.stop(),
  };
}
