/** Tries what a server must not be able to do, and prints what it was allowed, as JSON. */
const [lake = ""] = Deno.args;

const ATTEMPTS: Readonly<Record<string, () => unknown>> = {
  "read lake": () => Deno.readDirSync(lake).next(),
  "write lake": () => Deno.writeTextFileSync(`${lake}/file`, ""),
  "write lake/raw": () => Deno.writeTextFileSync(`${lake}/raw/file`, ""),
  "write lake/cache": () => {
    Deno.mkdirSync(`${lake}/cache`);
    Deno.writeTextFileSync(`${lake}/cache/file`, "");
    Deno.renameSync(`${lake}/cache/file`, `${lake}/cache/other`);
  },
  "move out of lake/cache": () => Deno.renameSync(`${lake}/cache/other`, `${lake}/raw/other`),
  "write project": () => Deno.writeTextFileSync("probe.txt", ""),
  "read home": () => Deno.readTextFileSync("/etc/passwd"),
  "run": () => new Deno.Command(Deno.execPath(), { args: ["--version"] }).outputSync(),
  "environment": () => Deno.env.get("PATH"),
  "listen": () => Deno.listen({ hostname: "127.0.0.1", port: 0 }).close(),
  "listen elsewhere": () => Deno.listen({ hostname: "127.0.0.2", port: 0 }).close(),
  "fetch": () => fetch("http://127.0.0.1:8123/"),
  "connect": () => Deno.connect({ hostname: "192.0.2.1", port: 443 }),
};

const allowed: string[] = [];
for (const [what, attempt] of Object.entries(ATTEMPTS)) {
  try {
    await attempt();
    allowed.push(what);
  } catch (error) {
    // Any other failure was permitted to be tried.
    if (!(error instanceof Deno.errors.NotCapable)) allowed.push(what);
  }
}
console.log(JSON.stringify(allowed));
