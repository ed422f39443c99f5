import { UserError } from "../../engine/errors.ts";
import type { AckMessage, ControlMessage } from "../../engine/wire/messages.ts";
import { SPEED_RANGE } from "../../cli/values.ts";

/** Longest control message, characters. */
export const MAX_CONTROL_LENGTH = 1_024;

/** Longest message that is read at all: as many characters of any script. */
export const MAX_MESSAGE_BYTES = 4 * MAX_CONTROL_LENGTH;

/**
 * Reads what a client sends.
 *
 * @param data the message as it came
 * @returns the message, every field checked
 * @throws UserError that says what is wrong with it
 */
export function parseMessage(data: unknown): ControlMessage | AckMessage {
  if (typeof data !== "string") throw new UserError("controls are text messages; this one is not");
  const message = parseObject(data);
  switch (message["type"]) {
    case "control":
      return parseControl(message);
    case "ack":
      return parseAck(message);
  }
  throw new UserError(`type ${show(message["type"])} is not "control" or "ack"`);
}

function parseAck({ grids }: Record<string, unknown>): AckMessage {
  if (typeof grids === "number" && Number.isSafeInteger(grids) && grids >= 0) {
    return { type: "ack", grids };
  }
  throw new UserError(`ack of ${show(grids)} grids is no count of them`);
}

function parseControl({ action, value, ts_ns }: Record<string, unknown>): ControlMessage {
  switch (action) {
    case "pause":
    case "resume":
    case "restart":
    case "step":
    case "live":
      return { type: "control", action };
    case "speed": {
      const { min, max } = SPEED_RANGE;
      if (typeof value === "number" && value >= min && value <= max) {
        return { type: "control", action, value };
      }
      throw new UserError(`speed ${show(value)} is not a number from ${min} to ${max}`);
    }
    case "seek":
      if (typeof value === "string") return { type: "control", action, value };
      if (typeof ts_ns === "string" && /^\d{1,20}$/.test(ts_ns)) {
        return { type: "control", action, ts_ns };
      }
      throw new UserError(
        ts_ns === undefined
          ? `seek ${show(value)} is not a time; send "HH:MM:SS", New York`
          : `seek to ts_ns ${
            show(ts_ns)
          } is no instant; send nanoseconds since the epoch as a string`,
      );
  }
  throw new UserError(
    `action ${show(action)} is not known; send pause, resume, step, restart, speed, seek or live`,
  );
}

function parseObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      return value as Record<string, unknown>;
    }
  } catch {
    // Not JSON at all: the same message.
  }
  throw new UserError("a control message is a JSON object, and this is none");
}

function show(value: unknown): string {
  return value === undefined ? "(missing)" : JSON.stringify(value).slice(0, 40);
}
