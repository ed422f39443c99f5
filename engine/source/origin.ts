import { UserError } from "../errors.ts";
import { bytesInMemory } from "./byte_source.ts";
import { type FileIdentity, identityOf, nameOf } from "./raw_file.ts";
import { RecordedBytes, type RecordingExtent } from "./recorded_bytes.ts";
import { RawInput, type RawInputOptions } from "./raw_input.ts";

/**
 * Where a session's bytes come from: a file, a live recording that may be growing, what can be read once
 * and is open, or a file in memory, all of them DBN, plain or Zstandard. Plain data, so that another thread can be told of a file.
 */
export type Origin =
  | { path: string; recording?: RecordingExtent }
  | { input: RawInput }
  | { bytes: Uint8Array; name: string };

/**
 * @param origin where bytes come from
 * @returns what to call it in messages
 */
export function originName(origin: Origin): string {
  if ("name" in origin) return origin.name;
  return nameOf("path" in origin ? origin.path : origin.input.path);
}

/**
 * @param origin where bytes come from
 * @returns what it is now; null for what cannot change, or is gone
 */
export function originIdentity(origin: Origin): FileIdentity | null {
  return "path" in origin ? identityOf(origin.path) : null;
}

/**
 * @param origin where bytes come from
 * @returns whether it grows while it is read
 */
export function isFollowed(origin: Origin): boolean {
  return "path" in origin && origin.recording?.follow === true;
}

/**
 * @param origin where bytes come from
 * @returns whether it is a live recording that has not ended
 */
export function isRecording(origin: Origin): boolean {
  return "path" in origin && origin.recording !== undefined && !origin.recording.hasEnded;
}

/**
 * Opens it at its beginning; its header is read.
 *
 * @param origin where bytes come from
 * @param options how
 * @throws UserError when it cannot be read or is no DBN of the schemas that are taken
 */
export async function openOrigin(origin: Origin, options: RawInputOptions): Promise<RawInput> {
  if ("input" in origin) return origin.input;
  if ("path" in origin) {
    const { path, recording } = origin;
    if (recording === undefined) return await RawInput.open(path, options);
    return await openRecording(path, recording, options);
  }
  const { bytes, name } = origin;
  return await RawInput.from(bytesInMemory(bytes, name), name, options);
}

async function openRecording(
  path: string,
  recording: RecordingExtent,
  options: RawInputOptions,
): Promise<RawInput> {
  const bytes = await RecordedBytes.open(path, recording);
  try {
    return await RawInput.from(bytes, path, options);
  } catch (error) {
    if (!bytes.isWithoutHeader) throw error;
    // It is not damaged.
    throw new UserError(
      `${path}: nothing is recorded in it, not even a whole header; look at its recorder`,
    );
  }
}
