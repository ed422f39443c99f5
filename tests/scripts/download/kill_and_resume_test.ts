/**
 * A run that is killed at any points and begun again comes to the same lake, with the same number of
 * submissions, as one that was left alone.
 */
import assert from "node:assert/strict";
import { Random } from "../../../engine/source/simulator/random.ts";
import { filesIn } from "../../engine/databento/batch/context.ts";
import type { Fault, Seen } from "../../engine/databento/fake_service.ts";
import { casesOf } from "../../proof.ts";
import { ended, EVERYTHING, Machine } from "./machine.ts";

const SEEDS = casesOf(2, 200);

/** Most kills of one run. */
const MOST_KILLS = 4;

/** A run that was left alone. */
interface Undisturbed {
  lake: Map<string, Uint8Array>;
  submissions: number;
  /** Points at the service at which it can be killed: requests come and done, pieces of files sent. */
  remoteSteps: number;
  /** Points on its own disk. */
  localSteps: number;
}

async function leftAlone(): Promise<Undisturbed> {
  await using machine = await Machine.start();
  let remoteSteps = 0;
  machine.service.onStep = () => void remoteSteps++;
  const { code, out, err } = await machine.run(EVERYTHING, { SAY_STEPS: "1" });
  assert.equal(code, 0, err);
  return {
    lake: filesIn(machine.lake),
    submissions: machine.service.jobs.length,
    remoteSteps,
    localSteps: Number(/^steps (\d+)$/m.exec(out)![1]),
  };
}

/** Kills a run as the service reaches one of its steps; false when it ends before. */
async function killedRemotely(machine: Machine, step: number): Promise<boolean> {
  const child = await machine.spawn(EVERYTHING);
  const { promise: reached, resolve } = Promise.withResolvers<void>();
  let steps = 0;
  machine.service.onStep = () => {
    if (++steps !== step) return;
    child.kill("SIGKILL");
    resolve();
  };
  const end = ended(child);
  await Promise.race([reached, end]);
  const { code, err } = await end;
  machine.service.onStep = () => {};
  if (steps < step) assert.equal(code, 0, err);
  return steps >= step;
}

/** Kills a run at one of its steps on disk, which it stands still at; false when it ends before. */
async function killedLocally(machine: Machine, step: number): Promise<boolean> {
  const child = await machine.spawn(EVERYTHING, { STOP_AT: `${step}` });
  const err = new Response(child.stderr).text();
  const reader = child.stdout.getReader();
  const { value } = await reader.read();
  const stopped = value !== undefined;
  if (stopped) child.kill("SIGKILL");
  const [{ code }, said] = await Promise.all([child.status, err, child.stdin.close()]);
  await reader.cancel();
  if (!stopped) assert.equal(code, 0, said);
  return stopped;
}

/** Faults that a patient client gets over, each request having its chance of one. */
function faultsOf(random: Random): (seen: Seen) => Fault | undefined {
  return ({ name }) => {
    if (!random.chance(0.05)) return undefined;
    const faults: Fault[] = name === "download"
      ? [{ cutAt: random.below(9000) }, { ignoreRange: true }, { status: 503 }, { short: true }]
      : [{ lost: true }, { status: 500 }, { status: 429, headers: { "retry-after": "3" } }];
    return faults[random.below(faults.length)];
  };
}

/** Kills and begins again a few times, then lets the run come to its end. */
async function disturb(seed: number, calm: Undisturbed): Promise<string> {
  await using machine = await Machine.start();
  const random = new Random(seed);
  if (random.chance(0.5)) machine.service.fault = faultsOf(random);
  const story: string[] = [];
  if (random.chance(0.5)) {
    // What was downloaded and deleted is fetched again.
    assert.equal((await machine.run(EVERYTHING)).code, 0);
    for (const path of calm.lake.keys()) {
      if (path.endsWith(".dbn")) Deno.removeSync(`${machine.lake}/${path}`);
    }
    story.push("all deleted");
  }
  const kills = 1 + random.below(MOST_KILLS);
  for (let kill = 0; kill < kills; kill++) {
    const isLocal = random.chance(0.5);
    const step = 1 + random.below(isLocal ? calm.localSteps : calm.remoteSteps);
    story.push(`${isLocal ? "disk" : "service"} ${step}`);
    const killed = isLocal
      ? await killedLocally(machine, step)
      : await killedRemotely(machine, step);
    if (!killed) story.push("(was not reached)");
  }
  const told = `seed ${seed}, killed at ${story.join(", ")}`;
  const { code, err } = await machine.run(EVERYTHING);
  assert.equal(code, 0, `${told}: ${err}`);
  assert.equal(machine.service.jobs.length, calm.submissions, told);
  const lake = filesIn(machine.lake);
  assert.deepEqual([...lake.keys()], [...calm.lake.keys()], told);
  for (const [path, bytes] of calm.lake) {
    assert.deepEqual(lake.get(path), bytes, `${told}: ${path}`);
  }
  const again = machine.service.seen.length;
  assert.equal((await machine.run(EVERYTHING)).code, 0, told);
  assert.equal(machine.service.seen.length, again, `${told}: a finished run asks for nothing`);
  return told;
}

Deno.test(`a daemon killed at ${SEEDS} seeds' random points resumes to the same lake`, async (t) => {
  const calm = await leftAlone();
  assert.equal(calm.submissions, 6);
  assert.equal([...calm.lake.keys()].filter((path) => path.endsWith(".dbn")).length, 6);
  for (let seed = 1; seed <= SEEDS; seed++) {
    await t.step(`seed ${seed}`, async () => void await disturb(seed, calm));
  }
});
