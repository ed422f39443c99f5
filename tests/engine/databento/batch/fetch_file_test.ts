import assert from "node:assert/strict";
import fc from "fast-check";
import { fetchFile } from "../../../../engine/databento/batch/fetch_file.ts";
import type { BatchFile } from "../../../../engine/databento/historical.ts";
import { UserError } from "../../../../engine/errors.ts";
import type { HttpTransportOptions } from "../../../../engine/databento/http_transport.ts";
import { FakeService, type Fault } from "../fake_service.ts";
import { BatchTest, JOB } from "./context.ts";

/** A job that is done, with its data file. */
class FetchTest extends BatchTest {
  file!: BatchFile;
  whole!: Uint8Array;
  readonly path = `${this.folder}/day.dbn.zst`;
  readonly part = `${this.path}.part`;

  static async open(options: Partial<HttpTransportOptions> = {}): Promise<FetchTest> {
    const test = new FetchTest(await FakeService.start(), options);
    const { id } = await test.client.submitJob(JOB.request);
    test.file = (await test.client.listFiles(id))[1]!;
    test.whole = test.service.jobs[0]!.file;
    test.service.seen.length = 0;
    return test;
  }

  /** Downloads while one fault after another hits its requests. */
  async fetch(...faults: (Fault | undefined)[]): Promise<void> {
    this.service.fault = () => faults.shift();
    await fetchFile(this.client.transport, this.file, this.path);
  }

  /** The file is there, whole, and nothing else is. */
  assertWhole(): void {
    assert.deepEqual(Deno.readFileSync(this.path), this.whole);
    assert.deepEqual([...Deno.readDirSync(this.folder)].map(({ name }) => name), ["day.dbn.zst"]);
  }

  /** The Range of each request. */
  get ranges(): (string | null)[] {
    return this.service.seen.map(({ range }) => range);
  }
}

Deno.test("fetchFile() downloads a file in one request and shows how it gets on", async () => {
  await using test = await FetchTest.open();
  const shown: number[] = [];
  await fetchFile(test.client.transport, test.file, test.path, {
    onProgress: (bytes) => shown.push(bytes),
  });
  test.assertWhole();
  assert.deepEqual(test.ranges, [null]);
  assert.deepEqual([shown[0], shown.at(-1)], [0, test.whole.length]);
});

Deno.test("fetchFile() keeps a file that is there and right, without a request", async () => {
  await using test = await FetchTest.open();
  await Deno.writeFile(test.path, test.whole);
  await test.fetch();
  assert.equal(test.service.seen.length, 0);
});

Deno.test("fetchFile() replaces a file that is there and wrong", async () => {
  await using test = await FetchTest.open();
  await Deno.writeFile(test.path, test.whole.map((byte) => byte ^ 1));
  await test.fetch();
  test.assertWhole();
});

Deno.test("fetchFile() asks before the file has its name, and keeps what came when it may not", async () => {
  await using test = await FetchTest.open();
  await Deno.writeTextFile(test.path, "another");
  const beforeName = () => Promise.reject(new UserError("not there"));
  const fetched = fetchFile(test.client.transport, test.file, test.path, { beforeName });
  await assert.rejects(fetched, /^UserError: not there$/);
  assert.equal(Deno.readTextFileSync(test.path), "another");
  assert.deepEqual(Deno.readFileSync(test.part), test.whole);
});

Deno.test("fetchFile() goes on where a connection was cut", async () => {
  await using test = await FetchTest.open();
  await test.fetch({ cutAt: 5000 }, { cutAt: 3000 }, { status: 500 }, { cutAt: 0 });
  test.assertWhole();
  const rest = ["bytes=8000-", "bytes=8000-", "bytes=8000-"];
  assert.deepEqual(test.ranges, [null, "bytes=5000-", ...rest]);
});

Deno.test("fetchFile() goes on where an earlier process ended", async () => {
  await using test = await FetchTest.open();
  await Deno.writeFile(test.part, test.whole.subarray(0, 7777));
  await test.fetch();
  test.assertWhole();
  assert.deepEqual(test.ranges, ["bytes=7777-"]);
});

Deno.test("fetchFile() asks for nothing when the part is whole already", async () => {
  await using test = await FetchTest.open();
  await Deno.writeFile(test.part, test.whole);
  await test.fetch();
  test.assertWhole();
  assert.deepEqual(test.ranges, []);
});

Deno.test("fetchFile() does not append a whole file to a part", async () => {
  await using test = await FetchTest.open();
  await Deno.writeFile(test.part, test.whole.subarray(0, 7777));
  await test.fetch({ ignoreRange: true });
  test.assertWhole();
  assert.equal(test.ranges.length, 1);
});

Deno.test("fetchFile() begins anew when it is given another range than it asked for", async () => {
  await using test = await FetchTest.open();
  await Deno.writeFile(test.part, test.whole.subarray(0, 7777));
  await test.fetch({ wrongRange: true });
  test.assertWhole();
  assert.deepEqual(test.ranges, ["bytes=7777-", null]);
});

Deno.test("fetchFile() takes no page that comes in the place of the file, and keeps what is there", async () => {
  const page = "<html>log in to this network</html>";
  let pages = 0;
  for (const headers of [{ "content-length": `${page.length}` }, { "content-type": "text/html" }]) {
    await using test = await FetchTest.open({
      fetch: (input, init) => {
        if (pages-- > 0) return Promise.resolve(new Response(page, { headers }));
        return fetch(input, init);
      },
    });
    for (const length of [0, 7777]) {
      pages = 2;
      await Deno.writeFile(test.part, test.whole.subarray(0, length));
      await test.fetch();
      test.assertWhole();
      assert.deepEqual(test.ranges, [length === 0 ? null : `bytes=${length}-`]);
      test.service.seen.length = 0;
      await Deno.remove(test.path);
    }
  }
});

Deno.test("fetchFile() begins anew when the service has less than is there", async () => {
  await using test = await FetchTest.open();
  await Deno.writeFile(test.part, test.whole.subarray(0, 7777));
  await test.fetch({ status: 416 });
  test.assertWhole();
  assert.deepEqual(test.ranges, ["bytes=7777-", null]);
});

Deno.test("fetchFile() begins anew when the part is of something else", async () => {
  await using test = await FetchTest.open();
  for (const length of [7777, test.whole.length, test.whole.length + 10]) {
    await Deno.writeFile(test.part, new Uint8Array(length));
    await test.fetch();
    test.assertWhole();
    await Deno.remove(test.path);
  }
});

Deno.test("fetchFile() asks again for what a short answer left out", async () => {
  await using test = await FetchTest.open();
  await test.fetch({ short: true });
  test.assertWhole();
  assert.deepEqual(test.ranges, [null, `bytes=${test.whole.length - 100}-`]);
});

Deno.test("fetchFile() goes on after a connection fell silent, and with one that is slow", async () => {
  await using test = await FetchTest.open({ stallMs: 500 });
  await test.fetch({ stallAt: 4000 }, { slow: true });
  test.assertWhole();
});

Deno.test("fetchFile() throws a file away whose hash is wrong, and says so", async () => {
  await using test = await FetchTest.open();
  await assert.rejects(test.fetch({ corrupt: true }), (error: Error) => {
    assert.match(error.message, /^glbx-mdp3-20260206\.mbo\.dbn\.zst: its SHA-256 is not the one/);
    return true;
  });
  assert.deepEqual([...Deno.readDirSync(test.folder)], []);
});

Deno.test("fetchFile() gives up when nothing more comes, and keeps what came", async () => {
  await using test = await FetchTest.open();
  await Deno.writeFile(test.part, test.whole.subarray(0, 7777));
  test.service.fault = () => ({ cutAt: 0 });
  await assert.rejects(fetchFile(test.client.transport, test.file, test.path), /was lost/);
  assert.equal(test.service.seen.length, 6);
  assert.equal(Deno.statSync(test.part).size, 7777);
  await test.fetch();
  test.assertWhole();
});

Deno.test("fetchFile() says at once what the service refuses", async () => {
  await using test = await FetchTest.open();
  test.service.jobs[0]!.expired = true;
  await assert.rejects(test.fetch(), /404: the job has expired/);
  assert.equal(test.service.seen.length, 1);
});

Deno.test("fetchFile() gets the right file whatever goes wrong on the way", async () => {
  await using test = await FetchTest.open();
  const at = fc.nat({ max: 20_000 });
  const fault = fc.oneof(
    fc.record({ cutAt: at }),
    fc.record({ cutAt: at, ignoreRange: fc.constant(true) }),
    fc.constantFrom<Fault>({ lost: true }, { status: 429 }, { status: 503 }, { short: true }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(fault, { maxLength: 5 }), at, async (faults, left) => {
      await Deno.writeFile(test.part, test.whole.subarray(0, left));
      await test.fetch(...faults);
      test.assertWhole();
      await Deno.remove(test.path);
    }),
    { numRuns: 40 },
  );
});
