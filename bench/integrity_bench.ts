/** Every boundary of the sessions that the tests look at here and there. */
import { checkSession, SESSIONS } from "../tests/integrity_sessions.ts";
import { printTable } from "./measure.ts";

const rows = [["session", "boundaries", "looked at", "crossed", "seconds"]];
for (const [name, { of, ignore }] of Object.entries(SESSIONS)) {
  if (ignore) continue;
  const begun = performance.now();
  const { boundaries, looked, crossed } = checkSession(of(), 1);
  const seconds = ((performance.now() - begun) / 1000).toFixed(0);
  rows.push([name, `${boundaries}`, `${looked}`, `${crossed}`, seconds]);
}
printTable(rows);
