import { onDisk } from "../../engine/databento/batch/durable.ts";
import type { JobEvent } from "../../engine/databento/batch/events.ts";
import { UserError } from "../../engine/errors.ts";
import { FlagError } from "../../cli/command.ts";
import { oneLine, withFlags } from "../../cli/error_line.ts";
import { standardOf } from "../../cli/standard_output.ts";
import { readPath } from "../../cli/values.ts";
import { DOWNLOAD_LOG } from "../../cli/output/format.ts";
import { assertNotKept, assertOurs, assertOutsideLakes, fileUnder } from "../../cli/output/gate.ts";
import { type ProgressBar, progressBar } from "../../cli/progress.ts";
import { taskEnvironment } from "./environment.ts";

/**
 * Writes what happens to a file and to the terminal: lines of ISO time, verb, key and detail, or JSON
 * lines; and a bar while a file is downloaded.
 */
export class JobLog implements Disposable {
  readonly #path: string;
  readonly #file: Deno.FsFile;
  readonly #json: boolean;
  readonly #now: () => number;
  #bar: ProgressBar | null = null;

  /**
   * @param path the file, which is appended to
   * @param json whether the terminal gets JSON lines on standard output
   * @param now time, milliseconds since the epoch
   * @throws UserError when the file cannot be written, or is no log
   */
  constructor(path: string, json: boolean, now: () => number) {
    this.#path = path;
    this.#file = openLog(path);
    this.#json = json;
    this.#now = now;
  }

  /**
   * Writes an event.
   *
   * @param event what happened
   * @param to the file alone when the terminal shows it otherwise
   * @throws UserError when the file cannot be written any more
   */
  write(event: JobEvent, to: "both" | "file" = "both"): void {
    const { verb, key } = event;
    const detail = withFlags(event.detail);
    this.#endBar();
    const time = new Date(this.#now()).toISOString();
    // What the service said may hold what steers a terminal.
    const line = oneLine(`${time} ${verb} ${key} ${detail}`.replace(/\s+/g, " ").trim());
    onDisk(this.#path, () => this.#file.writeSync(new TextEncoder().encode(`${line}\n`)));
    if (to === "file") return;
    if (this.#json) console.log(oneLine(JSON.stringify({ time, verb, key, detail })));
    else console.error(line);
  }

  /** Shows how a download gets on. */
  progress(filename: string, bytes: number, size: number): void {
    this.#bar ??= progressBar();
    const mb = (n: number) => (n / 1e6).toFixed(1);
    this.#bar.update(size === 0 ? 1 : bytes / size, `${filename} ${mb(bytes)} of ${mb(size)} MB`);
    if (bytes === size) this.#endBar();
  }

  [Symbol.dispose](): void {
    this.#endBar();
    this.#file.close();
  }

  #endBar(): void {
    this.#bar?.stop();
    this.#bar = null;
  }
}

/** Opens the log to append to it: a file that is none already, or is one of these logs. */
function openLog(path: string): Deno.FsFile {
  readLogPath(path);
  const kept = { files: [], folders: [`${taskEnvironment().lake}/raw`] };
  const found = fileUnder(path);
  assertOutsideLakes(path, kept);
  if (found !== null) {
    assertNotKept(path, [found], kept);
    if (found.size > 0) assertOurs(path, DOWNLOAD_LOG, "name another file");
  }
  const file = onDisk(path, () => Deno.openSync(path, { append: true, create: true }));
  try {
    assertNotKept(path, [file.statSync()], kept);
    assertOutsideLakes(path, kept);
  } catch (error) {
    file.close();
    if (found === null) Deno.removeSync(path);
    throw error;
  }
  return file;
}

function readLogPath(path: string): void {
  try {
    readPath("--log-file", path);
  } catch (error) {
    throw error instanceof UserError ? new FlagError(error.message) : error;
  }
  if (standardOf(path) !== null) throw new FlagError(`--log-file: ${path} is no file; name one`);
}
