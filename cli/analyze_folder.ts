import { EVENT_FORMATS, type EventFormat } from "../engine/encode/regime_event_file.ts";
import { FlagError } from "./command.ts";
import type { Shard } from "./shard.ts";
import { standardOf } from "./standard_output.ts";

/** A folder that takes a data set of days. */
export interface FolderFlags {
  dir: string;
  /** How the table of events of each day is written; null for none. */
  events: EventFormat | null;
  /** Whether each day has a page with charts. */
  pages: boolean;
  /** Whether what is there is added up, and no day analysed. */
  pool: boolean;
}

/** The flags about a folder of days. */
export interface FolderOptions {
  daysOutput?: string | undefined;
  daysEvents?: EventFormat | "none" | undefined;
  daysPages?: true | undefined;
  pool?: true | undefined;
  shard?: Shard | undefined;
  input?: string | undefined;
  jsonOutput?: string | undefined;
  htmlOutput?: string | undefined;
  eventsOutput?: string | undefined;
}

/**
 * @param flags the flags about a folder of days, and those that do not go with one
 * @returns the folder; null when none is asked for
 * @throws FlagError when they do not go together
 */
export function folderOf(flags: FolderOptions): FolderFlags | null {
  const { daysOutput: dir, daysEvents, daysPages, pool, shard } = flags;
  if (dir === undefined) {
    const alone = [
      daysEvents !== undefined && "--days-events",
      daysPages && "--days-pages",
      pool && "--pool",
      shard !== undefined && "--shard",
    ].find((name) => name);
    if (alone) {
      throw new FlagError(`${alone} is about a folder of days; name it with --days-output`);
    }
    return null;
  }
  const { input, jsonOutput, htmlOutput, eventsOutput } = flags;
  const files: [name: string, path: string | undefined, instead: string][] = [
    ["--json-output", jsonOutput, "figures.json of each day and summary.json are there"],
    ["--html-output", htmlOutput, "give --days-pages for a page of each day"],
    ["--events-output", eventsOutput, "give --days-events for how each day's are written"],
    ["--input", input, "its days are those of the lake"],
  ];
  for (const [name, path, instead] of files) {
    if (path === undefined) continue;
    throw new FlagError(`${name} does not go with --days-output ${dir}: ${instead}`);
  }
  if (standardOf(dir) !== null) {
    throw new FlagError(`--days-output: ${dir} is no folder; name one`);
  }
  if (pool && shard !== undefined) {
    throw new FlagError("--pool adds up all shares; leave --shard out");
  }
  return {
    dir,
    events: daysEvents === "none" ? null : daysEvents ?? EVENT_FORMATS[0],
    pages: daysPages === true,
    pool: pool === true,
  };
}
