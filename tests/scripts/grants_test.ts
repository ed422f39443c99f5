import assert from "node:assert/strict";
import { UserError } from "../../engine/errors.ts";
import {
  address,
  captured,
  daysOutput,
  instrument,
  lake,
  reads,
  writes,
} from "../../scripts/launch/grants.ts";
import type { Given } from "../../scripts/launch/given.ts";
import {
  followLinks,
  toArguments,
  union,
  withoutDenied,
} from "../../scripts/launch/permissions.ts";
import { partNames } from "../../engine/part_names.ts";

function given(args: string[], env: Record<string, string> = {}): Given {
  return { args, env };
}

Deno.test("lake() takes the flag, then the variable, then the project's lake", () => {
  const env = { VP_LAKE_ROOT: "/var/lake" };
  const at = (root: string) =>
    union([{
      read: [root, `${root}/raw`, `${root}/cache`],
      write: [`${root}/cache`],
      denied: [`${root}/raw`],
    }]);
  assert.deepEqual(lake(given(["--lake", "/flag/lake"], env)), at("/flag/lake"));
  assert.deepEqual(lake(given(["--lake=/flag/lake"], env)), at("/flag/lake"));
  assert.deepEqual(lake(given([], env)), at("/var/lake"));
  assert.deepEqual(lake(given([], { VP_LAKE_ROOT: "" })), at("lake"));
});

Deno.test("lake() takes the last of repeated flags, as the task does", () => {
  assert.deepEqual(lake(given(["--lake", "a", "--lake=b"])).read, ["b", "b/raw", "b/cache"]);
});

Deno.test("lake() takes no flag whose name only begins alike", () => {
  assert.deepEqual(lake(given(["--lake-house", "a", "--lakes=b"])).read, [
    "lake",
    "lake/raw",
    "lake/cache",
  ]);
});

Deno.test("instrument() grants reading the configuration that is named, if any", () => {
  assert.deepEqual(instrument(given([], { VP_INSTRUMENT_CONFIG_PATH: "/es.yaml" })), {
    read: ["/es.yaml"],
  });
  assert.deepEqual(instrument(given([])), {});
});

Deno.test("address() grants one host and port", () => {
  assert.deepEqual(address(given([])), { net: ["0.0.0.0:8002"] });
  assert.deepEqual(address(given(["--host", "127.0.0.1", "--port=0"])), { net: ["127.0.0.1:0"] });
  assert.deepEqual(address(given(["--host", "::1"])), { net: ["[::1]:8002"] });
});

Deno.test("address() grants looking a name up, and listening on what it stands for", () => {
  const named = (port: string) => ({
    ...given(["--host", "desk.example", "--port", port]),
    hostAddresses: ["192.0.2.7", "2001:db8::7"],
  });
  assert.deepEqual(address(named("80")).net, [
    ...["desk.example:80", "192.0.2.7:80", "[2001:db8::7]:80"],
  ]);
  assert.deepEqual(address(named("0")).net, ["desk.example", "192.0.2.7:0", "[2001:db8::7]:0"]);
});

Deno.test("address() grants nothing for what is no host or port", () => {
  for (const args of [["--port", "80x"], ["--port", "70000"], ["--host", "*"], ["--host", "a,b"]]) {
    assert.deepEqual(address(given(args)), {}, args.join(" "));
  }
});

Deno.test("reads() and writes() grant the file named, and the names it has until it is whole", () => {
  assert.deepEqual(reads("--input")(given(["--input", "/in/day.dbn"])), { read: ["/in/day.dbn"] });
  assert.deepEqual(reads("--input")(given([])), {});
  const parts = partNames("/out/a.jsonl");
  assert.ok(parts.includes("/out/.a.jsonl.0.part"));
  assert.deepEqual(writes("--output")(given(["--output=/out/a.jsonl"])), {
    read: ["/out/a.jsonl", ...parts],
    write: ["/out/a.jsonl", ...parts],
  });
  for (const standard of ["-", "/dev/stdout", "/dev/../dev/stderr", "/dev/null", ""]) {
    assert.deepEqual(writes("--output")(given(["--output", standard])), {});
  }
  assert.deepEqual(writes("--output")(given(["--output"])), {});
});

Deno.test("captured() grants one file for one date, and the folder for a list or a range", () => {
  const files = ["grids", ...partNames("grids")];
  const folder = { read: ["grids"], write: ["grids"] };
  const of = (...args: string[]) => captured(given(["--output", "grids", ...args]));
  assert.deepEqual(of(), { read: files, write: files });
  assert.deepEqual(of("--dt", "2026-02-06"), { read: files, write: files });
  assert.deepEqual(of("--dt", "2026-02-05,2026-02-06"), folder);
  assert.deepEqual(of("--dt=2026-02-06..2026-02-06"), folder);
  assert.deepEqual(of("--dt", "2026-02-06..x"), { read: files, write: files });
  assert.deepEqual(captured(given(["--output", "-", "--dt", "2026-02-06"])), {});
  assert.deepEqual(captured(given(["--dt", "2026-02-05,2026-02-06"])), {});
});

Deno.test("daysOutput() grants the folder of days, and nothing without one", () => {
  assert.deepEqual(daysOutput(given(["--days-output", "days"])), {
    read: ["days"],
    write: ["days"],
  });
  assert.deepEqual(daysOutput(given([])), {});
  assert.deepEqual(daysOutput(given(["--days-output", "-"])), {});
  assert.deepEqual(daysOutput(given(["--days-output"])), {});
});

Deno.test("followLinks() adds what files and folders lead to, and nothing to other kinds", () => {
  const realPath = (path: string) => path.replace(/^link/, "/disk");
  const followed = followLinks({ read: ["link", "a"], write: ["link/b"], net: ["link"] }, realPath);
  assert.deepEqual(followed, {
    read: ["link", "a", "/disk"],
    write: ["link/b", "/disk/b"],
    net: ["link"],
  });
  assert.deepEqual(followLinks({ read: true, run: ["link"] }, realPath), {
    read: true,
    run: ["link"],
  });
});

Deno.test("union() joins sets without repeating, and all swallows some", () => {
  const { read, run, net } = union([{ read: ["a"], run: true }, { read: ["b", "a"], run: ["c"] }]);
  assert.deepEqual({ read, run, net }, { read: ["a", "b"], run: true, net: [] });
});

Deno.test("withoutDenied() takes away what leads into a denied folder, by whatever name", () => {
  const realPath = (path: string) => path.replace(/^link/, "/lake/raw");
  const write = ["/out/a", "/lake/raw/a", "link/a", "/lake/rawhide", "/lake"];
  assert.deepEqual(withoutDenied({ write, denied: ["/lake/raw"] }, realPath), {
    write: ["/out/a", "/lake/rawhide", "/lake"],
    denied: ["/lake/raw"],
  });
  assert.deepEqual(withoutDenied({ write: [], denied: ["link"] }, realPath), {
    write: [],
    denied: ["link", "/lake/raw"],
  });
});

Deno.test("withoutDenied() leaves a task its own product, and denies then no folder as a whole", () => {
  const raw = { denied: ["/lake/raw"], product: "/lake/raw/source=simulator" };
  const own = "/lake/raw/source=simulator/a";
  const kept = withoutDenied({ write: [own, "/lake/raw/b"], ...raw }, (path) => path);
  assert.deepEqual(kept, { write: [own] });
});

Deno.test("toArguments() writes what is granted, leaves out what is not, and never asks", () => {
  assert.deepEqual(toArguments({ read: ["a", "b"], write: [], run: true }), [
    "--no-prompt",
    "--allow-read=a,b",
    "--allow-run",
  ]);
  assert.deepEqual(toArguments({}), ["--no-prompt"]);
  assert.deepEqual(toArguments({ denied: ["a", "b"] }), ["--no-prompt", "--deny-write=a,b"]);
});

Deno.test("toArguments() refuses a comma, which would grant two other paths", () => {
  assert.throws(() => toArguments({ read: ["/data/a,/etc"] }), UserError);
  assert.throws(() => toArguments({ denied: ["/data/a,/etc"] }), UserError);
});
