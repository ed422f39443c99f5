/** Whatever goes wrong, nothing that a client is told names a path of the machine. */
import assert from "node:assert/strict";
import { dirname } from "node:path";
import { zstdCompressSync } from "node:zlib";
import { projectFile } from "../project.ts";
import { servedOnce, type ServedSession, serveSmall } from "./served_session.ts";

const small = servedOnce(() => serveSmall());

/** The last minute. */
const STREAM = "start_time=09:38&speed=1000";

/** Something that is wrong, and the query of a stream that meets it. */
interface Fault {
  query?: string;
  control?: string;
  make?(served: ServedSession): Promise<unknown>;
}

const FAULTS: Readonly<Record<string, Fault>> = {
  "no folder": { make: ({ lake }) => Deno.remove(`${lake}/raw`, { recursive: true }) },
  "no file": { make: ({ path }) => Deno.remove(path) },
  "no such date": { query: "dt=2026-02-05" },
  "a symbol that climbs": { query: "symbol=..%2F..%2Fetc" },
  "another symbol": { query: "symbol=ESH6" },
  "a wrong start": { query: "start_time=25:00" },
  "a start that the clock skips": { query: "dt=2026-03-08&start_time=02:30" },
  "a wrong column": { query: "fields=%2Fetc%2Fpasswd" },
  "wrong credit": { query: "credit=0" },
  "a folder in place of the lake's raw files": {
    async make({ path }) {
      await Deno.remove(path);
      await Deno.mkdir(path);
    },
  },
  "a file in place of a folder": {
    async make({ path }) {
      await Deno.remove(dirname(path), { recursive: true });
      await Deno.writeTextFile(dirname(path), "");
    },
  },
  "an empty file": { make: ({ path }) => Deno.truncate(path, 0) },
  "a file cut in its header": { make: ({ path }) => Deno.truncate(path, 100) },
  "a file cut in a record": { make: ({ path }) => Deno.truncate(path, 900_001) },
  "no DBN at all": { make: ({ path }) => Deno.writeTextFile(path, "date,price\n") },
  "another day by its metadata": { make: ({ path }) => patch(path, 26, 0xff, 8) },
  "another schema": { make: ({ path }) => patch(path, 24, 1, 1) },
  "a record too short": {
    async make({ path }) {
      const header = 8 + new DataView((await Deno.readFile(path)).buffer).getUint32(4, true);
      await patch(path, header + 56 * 23_300, 1, 1);
    },
  },
  "two files": { make: ({ path }) => Deno.copyFile(path, path.replace("glbx", "other")) },
  "damaged Zstandard": {
    async make({ path }) {
      const bytes = zstdCompressSync(await Deno.readFile(path));
      bytes.fill(0xff, bytes.length >> 1);
      await Deno.writeFile(`${path}.zst`, bytes);
      await Deno.remove(path);
    },
  },
  "no Zstandard": {
    async make({ path }) {
      await Deno.writeTextFile(`${path}.zst`, "date,price\n");
      await Deno.remove(path);
    },
  },
  "a cache folder that is a file": { make: ({ lake }) => Deno.writeTextFile(`${lake}/cache`, "") },
  "a control of no kind": { query: STREAM, control: "/etc/passwd" },
  "a seek outside of the session": {
    query: STREAM,
    control: '{"type":"control","action":"seek","value":"20:00:00"}',
  },
};

async function patch(path: string, at: number, byte: number, count: number): Promise<void> {
  const bytes = await Deno.readFile(path);
  bytes.fill(byte, at, at + count);
  await Deno.writeFile(path, bytes);
}

/** All that a client is told: by the stream until it closes, by the outline and by /health. */
async function told(served: ServedSession, { query = STREAM, control }: Fault): Promise<string[]> {
  const { server } = served;
  const stream = server.connect(query);
  if (control !== undefined) {
    stream.socket.addEventListener("open", () => stream.socket.send(control));
  }
  const messages = (await stream.rest()).filter((message) => !(message instanceof Uint8Array));
  const closed = await stream.closed;
  const answers = [];
  for (const path of ["v1/vacuum-pressure/session", "health", "vacuum-pressure"]) {
    const response = await fetch(`http://127.0.0.1:${server.port}/${path}?${query}`);
    answers.push(JSON.stringify([...response.headers]), await response.text());
  }
  return [...messages.map((message) => JSON.stringify(message)), closed.reason, ...answers];
}

for (const [what, fault] of Object.entries(FAULTS)) {
  Deno.test(`${what}: clients are told without a path of the machine`, async () => {
    // What is wrong with a lake is wrong with one of its own.
    await using own = fault.make && await serveSmall();
    const served = own ?? await small();
    await fault.make?.(served);
    const secrets = [served.lake, projectFile("."), Deno.cwd(), "file://", "/tmp/", "    at "];
    const lines = await told(served, fault);
    assert.ok(lines.length > 6);
    for (const line of lines) {
      for (const secret of secrets) assert.ok(!line.includes(secret), `${secret} in ${line}`);
    }
    const failed = lines.some((line) => line.startsWith('{"type":"error"'));
    assert.equal(failed, what !== "a cache folder that is a file");
  });
}
