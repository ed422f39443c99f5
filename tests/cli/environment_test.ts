import assert from "node:assert/strict";
import { instrumentFile, lakeFolder } from "../../cli/environment.ts";
import { projectFile } from "../project.ts";

/** Runs with an environment variable, which may be empty. */
function withVariable<T>(name: string, value: string, run: () => T): T {
  const before = Deno.env.get(name);
  Deno.env.set(name, value);
  try {
    return run();
  } finally {
    if (before === undefined) Deno.env.delete(name);
    else Deno.env.set(name, before);
  }
}

Deno.test("lakeFolder() is what the flag names, else the environment, else the project's", () => {
  const lake = (value: string, flag?: string) =>
    withVariable("VP_LAKE_ROOT", value, () => lakeFolder(flag));
  assert.deepEqual([lake("/a", "/b"), lake("/a"), lake("")], ["/b", "/a", "lake"]);
});

Deno.test("instrumentFile() is what the environment names, else the project's", () => {
  const file = (value: string) => withVariable("VP_INSTRUMENT_CONFIG_PATH", value, instrumentFile);
  assert.deepEqual([file("/a.yaml"), file("")], ["/a.yaml", projectFile("instrument.yaml")]);
});
