import assert from "node:assert/strict";
import {
  encodeMetadata,
  encodeRecord,
  readDbn,
  RTYPE_DEFINITION,
  RTYPE_SYSTEM,
  SCHEMA_MIXED,
} from "dbn-ts";
import {
  controlLine,
  ControlLines,
  MOST_LINE_BYTES,
} from "../../../../engine/databento/live/control_lines.ts";
import { cramAnswer } from "../../../../engine/databento/live/cram.ts";
import { type LiveEvent, LiveSession } from "../../../../engine/databento/live/live_session.ts";
import { isFatal, isFatalRefusal, noticeAt } from "../../../../engine/databento/live/notices.ts";
import { adds, dbn, errorRecord, join, mappingRecord } from "../../../made_session.ts";

const KEY = "db-unittestapikey1234567890FFFFF";

const REQUEST = {
  key: KEY,
  dataset: "GLBX.MDP3",
  symbol: "MNQH6",
  begin: { kind: "snapshot" },
  client: "test",
  heartbeatSeconds: 5,
} as const;

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const bytes = (line: string) => new TextEncoder().encode(line);

Deno.test("a challenge is answered as the official clients answer it", () => {
  assert.equal(
    cramAnswer("abcd1234", KEY),
    "be87ce3d564b64481d4ad1902e2b41b26e3eef62b9de37d87eb4a1d4a5199b6f-FFFFF",
  );
  assert.equal(
    cramAnswer("HCxTgxMcqglVMTMeaDZ2ICmcnrW8j92e", "my-api-key-12345"),
    "a6c5c23e06854dc0310e11ce6d3081509e415a5a37a323bb94bc90f64c9214d4-12345",
  );
});

Deno.test("nothing that would end a line gets into one", () => {
  for (const symbol of ["A|snapshot=1", "A\nB", "A\rB"]) {
    assert.throws(() => new LiveSession({ ...REQUEST, symbol }), /symbols: its value holds/);
  }
  assert.throws(() => controlLine({ client: "a|b" }), { name: "ProtocolError" });
  assert.equal(text(controlLine({ a: 1, start_session: null })), "a=1|start_session\n");
});

/** All that a gateway sends, with fields out of order, unknown ones, and records behind the last line. */
function gatewayBytes(
  version: number,
): { all: Uint8Array; header: Uint8Array; records: Uint8Array } {
  const header = encodeMetadata({
    version,
    dataset: "GLBX.MDP3",
    schema: SCHEMA_MIXED,
    start: 0n,
    symbols: [],
    mappings: [],
  });
  const records = join(mappingRecord(1, "MNQH6", version), ...adds(5, { at: 0n }));
  const lines =
    "lsg_version=0.9.1|\nfoo=bar|cram=abcd1234|x=y=z|\nsession_id=77|success=1|new=1|\n";
  return { all: join(bytes(lines), header, records), header, records };
}

Deno.test("a session comes to the same however its bytes are cut", () => {
  for (const version of [1, 2, 3]) {
    const { all, header, records } = gatewayBytes(version);
    for (const size of [1, 7, 55, 56, 57, 200, all.length]) {
      const session = new LiveSession(REQUEST);
      const events: LiveEvent[] = [];
      let sent = "";
      for (let at = 0; at < all.length; at += size) {
        const { events: more, reply } = session.receive(all.slice(at, at + size));
        events.push(
          ...more.map((event) =>
            event.kind === "records" ? { ...event, bytes: event.bytes.slice() } : event
          ),
        );
        sent += text(reply);
      }
      assert.deepEqual(events[0], { kind: "authenticated", sessionId: "77" });
      assert.ok(events[1]?.kind === "header");
      assert.deepEqual(events[1].bytes, header);
      const taken = events.slice(2).map((event) => event.kind === "records" ? event.bytes : header);
      assert.deepEqual(join(...taken), records);
      assert.match(sent, /schema=mbo\|stype_in=raw_symbol\|symbols=MNQH6\|snapshot=1\|id=1/);
      assert.match(sent, /\|is_last=1\nstart_session\n$/);
      assert.match(sent, /^auth=be87ce3d.*-FFFFF\|dataset=GLBX\.MDP3\|encoding=dbn/);
      assert.ok(!sent.includes(KEY));
    }
  }
});

Deno.test("a refusal says whether it is of use to ask again", () => {
  for (
    const [said, fatal] of [
      ["Authentication failed.", true],
      ["A live data license is required to access GLBX.MDP3.", true],
      ["User has reached their open connection limit", false],
      ["Internal error, try again later", false],
      ["Authentication timed out", false],
      ["API key is invalid", true],
      ["Unknown dataset", true],
      // A night's recording is worth more than an end without delay.
      ["The gateway is shutting down", false],
    ] as const
  ) {
    assert.equal(isFatalRefusal(said), fatal, said);
    const session = new LiveSession(REQUEST);
    const { events } = session.receive(bytes(`cram=x\nerror=${said}|success=0\n`));
    assert.deepEqual(events, [{ kind: "refused", message: said, isFatal: fatal }]);
  }
});

Deno.test("a line without an end and what is no DBN are refused", () => {
  const lines = new ControlLines();
  lines.push(new Uint8Array(MOST_LINE_BYTES).fill(97));
  assert.equal(lines.next(), null);
  lines.push(bytes("aa"));
  assert.throws(() => lines.next(), /a line of more than 65536 bytes/);
  const session = new LiveSession(REQUEST);
  session.receive(bytes("cram=x\n"));
  assert.throws(() => session.receive(bytes("success=1\nHTTP/1.1 400")), { name: "ProtocolError" });
});

Deno.test("records that no reader of the recording would go past are refused", () => {
  const definition = (version: number) => {
    const header = { publisherId: 0, instrumentId: 0, tsEvent: 0n };
    return encodeRecord({ rtype: RTYPE_DEFINITION, ...header, rawSymbol: "MNQH6" }, version);
  };
  for (const version of [1, 2, 3]) {
    const { all, header } = gatewayBytes(version);
    const taken = (more: Uint8Array) => {
      const session = new LiveSession(REQUEST);
      session.receive(all);
      const [event] = session.receive(more).events;
      return event?.kind === "records" ? event.bytes : null;
    };
    const whole = definition(version);
    assert.deepEqual(taken(whole), whole);
    const short = whole.slice(0, whole.length - 4);
    short[0]!--;
    const zstandard = new Uint8Array(160);
    zstandard.set([0x28, 0xb5, 0x2f, 0xfd]);
    for (const wrong of [short, join(header, new Uint8Array(272)), zstandard]) {
      const file = dbn([wrong], { version });
      assert.throws(() => [...readDbn(file).records], { name: "DbnError" });
      assert.throws(() => taken(wrong), { name: "ProtocolError", message: /out of step/ });
    }
  }
});

Deno.test("errors and system records are read in each version, by text where there is no code", () => {
  const of = (record: Uint8Array, version: number) => noticeAt(record, 0, version);
  const system = (msg: string, code: number, version: number) =>
    encodeRecord({
      ...{ rtype: RTYPE_SYSTEM, publisherId: 0, instrumentId: 0, tsEvent: 0n, msg, code },
    }, version);
  for (const version of [1, 2, 3]) {
    assert.deepEqual(of(errorRecord("Failed to resolve symbol: X", 4, version), version), {
      isError: true,
      code: 4,
      text: "Failed to resolve symbol: X",
    });
    assert.equal(of(system("Heartbeat", 0, version), version)!.code, 0);
    assert.equal(of(system("Finished mbo replay", 3, version), version)!.code, 3);
  }
  assert.equal(of(system("anything else", 255, 3), 3)!.code, 255);
  assert.ok(isFatal({ code: 4, text: "" }) && isFatal({ code: 255, text: "no license" }));
  assert.ok(!isFatal({ code: 3, text: "" }) && !isFatal({ code: 8, text: "" }));
});
