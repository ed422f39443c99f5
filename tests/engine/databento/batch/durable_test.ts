import assert from "node:assert/strict";
import { onDisk, writeDurably } from "../../../../engine/databento/batch/durable.ts";
import { UserError } from "../../../../engine/errors.ts";

/** Lets a method of open files fail, after half of what is written has been. */
function failing(name: "writeSync" | "syncSync"): Disposable {
  const file = Deno.FsFile.prototype;
  const method: (bytes: Uint8Array) => unknown = file[name];
  const broken = function (this: Deno.FsFile, bytes?: Uint8Array) {
    if (bytes !== undefined) method.call(this, bytes.subarray(0, bytes.length >> 1));
    throw Object.assign(new Error("No space left on device"), { code: "ENOSPC" });
  };
  Object.defineProperty(file, name, { value: broken, configurable: true, writable: true });
  return {
    [Symbol.dispose]: () =>
      void Object.defineProperty(file, name, { value: method, configurable: true, writable: true }),
  };
}

for (const name of ["writeSync", "syncSync"] as const) {
  Deno.test(`writeDurably() leaves what was there when ${name}() fails, and says why`, async () => {
    const folder = await Deno.makeTempDir();
    const path = `${folder}/inner/a.json`;
    writeDurably(path, "before");
    {
      using _ = failing(name);
      assert.throws(() => writeDurably(path, "afterwards"), (error: Error) => {
        assert.ok(error instanceof UserError);
        assert.equal(error.message, `${path}: No space left on device; mend that, and begin again`);
        return true;
      });
    }
    assert.equal(Deno.readTextFileSync(path), "before");
    writeDurably(path, "afterwards");
    assert.equal(Deno.readTextFileSync(path), "afterwards");
    assert.deepEqual([...Deno.readDirSync(`${folder}/inner`)].map((one) => one.name), ["a.json"]);
    await Deno.remove(folder, { recursive: true });
  });
}

Deno.test("onDisk() names the file of what the system refuses, and lets other errors be", async () => {
  assert.throws(
    () => onDisk("/x", () => Deno.readTextFileSync("/no/such/file")),
    { message: "/x: No such file or directory (os error 2); mend that, and begin again" },
  );
  await assert.rejects(onDisk("/x", () => Deno.readTextFile("/no/such/file")), UserError);
  const other = new TypeError("a mistake");
  assert.throws(() =>
    onDisk("/x", () => {
      throw other;
    }), other);
});
