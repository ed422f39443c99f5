import { basename } from "node:path";
import project from "../../deno.json" with { type: "json" };
import { configVersion } from "../instrument.ts";
import { fileHash } from "../source/file_hash.ts";
import { isRecording, originIdentity, originName } from "../source/origin.ts";
import type { DayRequest } from "./analyze_day.ts";
import type { DayMeta } from "./meta.ts";
import { parametersOf } from "./parameters.ts";

/** The project's version. */
export const VERSION: string = project.version;

/**
 * @param day what was analysed
 * @param signal ends the hashing of its file early
 * @returns what it takes to make its figures again
 * @throws the signal's reason when aborted
 */
export async function dayMeta(day: DayRequest, signal?: AbortSignal): Promise<DayMeta> {
  const { request: { origin }, instrument, lake } = day;
  const identity = originIdentity(origin);
  const isWhole = identity !== null && !isRecording(origin) && "path" in origin;
  return {
    version: VERSION,
    config_version: configVersion(instrument),
    parameters: parametersOf(day),
    file: {
      name: basename(originName(origin)),
      size: identity === null ? null : Number(identity.size),
      sha256: isWhole ? await fileHash(origin.path, identity, lake, signal) : null,
    },
  };
}
