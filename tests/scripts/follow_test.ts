/** Following a recording that stays silent, as a user does. */
import assert from "node:assert/strict";
import { GrowingRecording } from "../growing_recording.ts";
import { launcher } from "../launcher.ts";
import { adds, dbn, mappingRecord, snapshot } from "../made_session.ts";

const SECOND = 1_000_000_000n;
const MORNING = 14n * 3_600n * SECOND;

const SESSION = dbn([
  mappingRecord(1, "MNQH6"),
  ...snapshot({ at: MORNING - SECOND }),
  ...adds(60, { at: MORNING }),
], { schema: 0xffff, symbol: null, end: null });

/** Ends a recording as soon as one who follows it has said that nothing comes. */
async function endOnceSilent(
  child: Deno.ChildProcess,
  recording: GrowingRecording,
): Promise<string> {
  let said = "";
  for await (const piece of child.stderr.pipeThrough(new TextDecoderStream())) {
    said += piece;
    if (!recording.isHeld || !said.includes("still waiting")) continue;
    // It ends only then.
    recording.say({ state: "ended" });
    recording.release();
  }
  await child.status;
  return said;
}

Deno.test("a capture tells neither size nor hash of a file that grew while it was followed", async () => {
  await using recording = await GrowingRecording.begin();
  recording.write(SESSION);
  recording.say({ state: "live", lastEventNs: 5n });
  await Deno.utime(recording.path, 1_000_000_000, 1_000_000_000);
  const { lake } = recording;
  const output = `${lake}/grids.arrows`;
  const where = ["--lake", lake, "--dt", "2026-02-06", "--output", output];
  const child = launcher(["capture", "--follow", ...where]).spawn();
  const said = await endOnceSilent(child, recording);
  await child.stdout.cancel();
  const text = new TextDecoder("latin1").decode(await Deno.readFile(output));
  assert.match(text, /"file":\{"name":"[^"]+","size":null,"sha256":null\}/, said);
});

for (
  const { name, dt, flags } of [
    { name: "capture", dt: "2026-02-06", flags: ["--output", "/dev/null"] },
    { name: "analyze", dt: "2026-02-06", flags: [] },
    { name: "analyze", dt: "2026-02-06..2026-02-07", flags: [] },
    { name: "sweep", dt: "2026-02-06", flags: ["--plan", "PLAN", "--output", "SWEPT"] },
  ]
) {
  Deno.test(`${name} --dt ${dt} --follow says that nothing comes, and waits`, async () => {
    await using recording = await GrowingRecording.begin();
    recording.write(SESSION);
    recording.say({ state: "live", lastEventNs: 5n });
    // Long ago.
    await Deno.utime(recording.path, 1_000_000_000, 1_000_000_000);
    const { lake } = recording;
    await Deno.writeTextFile(`${lake}/plan.yaml`, "tp_ticks: [3]");
    const places: Record<string, string> = { PLAN: `${lake}/plan.yaml`, SWEPT: `${lake}/swept` };
    const more = flags.map((flag) => places[flag] ?? flag);
    const child = launcher([name, "--follow", "--dt", dt, "--lake", lake, ...more]).spawn();
    const out = new Response(child.stdout).text();
    const said = await endOnceSilent(child, recording);
    await out;
    const told = said.split("\n").filter((line) => line.includes(": nothing has come"));
    assert.equal(told.length, 1, said);
    assert.ok(
      told[0]!.endsWith(
        `${recording.path}: nothing has come for 7 s (no sign of life from the feed); still waiting`,
      ),
      said,
    );
  });
}
