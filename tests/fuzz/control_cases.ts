/** Damaged control messages, against a session that is not under way. */
import { UserError } from "../../engine/errors.ts";
import { loadInstrument } from "../../engine/instrument.ts";
import type { Random } from "../../engine/source/simulator/random.ts";
import { defaultSettings } from "../../server/settings.ts";
import { parseMessage } from "../../server/stream/controls.ts";
import { SharedRuns } from "../../server/stream/shared_runs.ts";
import { Outbox } from "../../server/stream/outbox.ts";
import { readStreamRequest } from "../../server/stream/stream_request.ts";
import { StreamSession } from "../../server/stream/stream_session.ts";
import { projectFile } from "../project.ts";
import { SMALL_START } from "../small_session.ts";
import { caseRandom } from "./case_random.ts";
import type { Tally } from "./tally.ts";

const SEEDS = [
  '{"type":"control","action":"pause"}',
  '{"type":"control","action":"resume"}',
  '{"type":"control","action":"step"}',
  '{"type":"control","action":"restart"}',
  '{"type":"control","action":"speed","value":10}',
  '{"type":"control","action":"seek","value":"09:41:30"}',
  '{"type":"ack","grids":0}',
];

/** What breaks readers of JSON, of numbers and of times. */
const PIECES = [
  "null",
  "[]",
  "{}",
  '""',
  "1e999",
  "-0",
  "0.1",
  "1000",
  "9007199254740993",
  "NaN",
  '"99:99:99"',
  '"24:00:00"',
  '"09:35:00"',
  '"__proto__"',
  '"constructor"',
  '"\\u0000"',
  "\ud800",
  "🙂",
  "[".repeat(500),
  '"' + "9".repeat(500) + '"',
];

/**
 * Sends damaged controls.
 *
 * @param tally counts them: each is answered or refused with one line
 * @param count how many
 * @param start number of the first
 */
export function damagedControls(tally: Tally, count: number, start = 0): void {
  const instrument = loadInstrument(projectFile("instrument.yaml"));
  const settings = { ...defaultSettings(), instrument };
  const nothing = { send() {}, sendPair() {}, together() {} };
  const socket = { bufferedAmount: 0, readyState: WebSocket.CLOSED, ...nothing };
  const outbox = new Outbox(socket);
  const query = new URLSearchParams({ start_time: SMALL_START });
  const session = new StreamSession(
    readStreamRequest(query, settings),
    settings,
    outbox,
    new SharedRuns(),
  );
  for (let i = start; i < start + count; i++) {
    const text = damage(caseRandom(i));
    tally.case(`control ${i}: ${text}`, text.length, () => {
      try {
        const message = parseMessage(text);
        if (message.type === "ack") outbox.acknowledge(message.grids);
        else if (!/^\d+$/.test(session.control(message).ts_ns)) throw new Error("no time");
        return null;
      } catch (error) {
        if (error instanceof UserError && !error.message.includes("\n")) return error.message;
        throw error;
      }
    });
  }
}

function damage(random: Random): string | Uint8Array {
  let text = SEEDS[random.below(SEEDS.length)]!;
  for (let left = random.below(4); left > 0; left--) {
    const at = random.below(text.length + 1);
    const to = at + random.below(12);
    switch (random.below(4)) {
      case 0:
        text = text.slice(0, at) + text.slice(to);
        break;
      case 1:
        text = text.slice(0, at) + PIECES[random.below(PIECES.length)] + text.slice(at);
        break;
      case 2:
        text = text.replace(/:("[^"]*"|\d+)}/, () => `:${PIECES[random.below(PIECES.length)]}}`);
        break;
      default:
        text = text.slice(0, at) + String.fromCharCode(random.below(0x180)) + text.slice(at + 1);
    }
  }
  return random.chance(0.02) ? new TextEncoder().encode(text) : text;
}
