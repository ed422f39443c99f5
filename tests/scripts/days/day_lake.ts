/** A lake of short simulated days, and folders of what is made of them. */
import { simulatedPath } from "../../../engine/source/simulator/simulated_file.ts";
import { writeSimulatedOnce } from "../../simulated_once.ts";

/** What is evaluated of them. */
export const WINDOW = ["--start-time", "09:30", "--eval-start", "09:30", "--eval-end", "09:32"]
  .concat("--block-minutes", "0.25");

/** A lake, and a folder beside it for outputs. */
export interface DayLake extends AsyncDisposable {
  lake: string;
  out: string;
}

/**
 * Makes a lake of days that are busy for three minutes.
 *
 * @param dates its days
 */
export async function dayLake(...dates: string[]): Promise<DayLake> {
  const dir = await Deno.makeTempDir({ prefix: "spymaster_days_" });
  const lake = `${dir}/lake`;
  for (const dt of dates) await addDay(lake, dt, Number(dt.slice(-2)));
  const out = `${dir}/out`;
  await Deno.mkdir(out);
  return { lake, out, [Symbol.asyncDispose]: () => Deno.remove(dir, { recursive: true }) };
}

/** Adds a day to a lake, or another in its place. */
export async function addDay(lake: string, dt: string, seed: number): Promise<void> {
  const busy = { from: "09:29", to: "09:32", eventsPerSecond: 25 };
  await writeSimulatedOnce(
    { symbol: "MNQH6", dt, seed, ...busy },
    simulatedPath({ lake, symbol: "MNQH6", dt }),
  );
}

/** @returns the files below a folder by their paths from there, hidden ones too, each with its bytes */
export function contents(dir: string): Map<string, Uint8Array> {
  const found = new Map<string, Uint8Array>();
  for (const { name, isDirectory } of [...Deno.readDirSync(dir)].sort(byName)) {
    if (!isDirectory) found.set(name, Deno.readFileSync(`${dir}/${name}`));
    else {for (const [path, bytes] of contents(`${dir}/${name}`)) {
        found.set(`${name}/${path}`, bytes);
      }}
  }
  return found;
}

function byName(a: Deno.DirEntry, b: Deno.DirEntry): number {
  return a.name < b.name ? -1 : 1;
}
