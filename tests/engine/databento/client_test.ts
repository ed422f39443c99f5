import assert from "node:assert/strict";
import type { Clock } from "../../../engine/databento/clock.ts";
import {
  type BatchRequest,
  type DataRequest,
  HistoricalClient,
} from "../../../engine/databento/historical.ts";
import { retryAfterMs, retryDelay } from "../../../engine/databento/retry.ts";
import { ServiceError } from "../../../engine/databento/service_error.ts";
import { type HttpTransportOptions, textOf } from "../../../engine/databento/http_transport.ts";
import { UserError } from "../../../engine/errors.ts";
import { FakeService, type Fault } from "./fake_service.ts";

const REQUEST: DataRequest = {
  dataset: "GLBX.MDP3",
  symbols: ["MNQH6"],
  schema: "mbo",
  stype_in: "raw_symbol",
  stype_out: "instrument_id",
  start: "2026-02-06",
  end: "2026-02-07",
};

const BATCH: BatchRequest = {
  ...REQUEST,
  encoding: "dbn",
  compression: "zstd",
  split_duration: "day",
  delivery: "download",
};

/** A clock that waits for nothing and keeps what it was asked to wait for. */
function recordingClock(): Clock & { waits: number[] } {
  const waits: number[] = [];
  return {
    waits,
    now: () => Date.now(),
    sleep: (ms, signal) => {
      waits.push(ms);
      return signal?.aborted ? Promise.reject(signal.reason) : Promise.resolve();
    },
  };
}

function clientOf(
  service: FakeService,
  more: Partial<HttpTransportOptions> = {},
): HistoricalClient {
  return new HistoricalClient({
    key: service.key,
    baseUrl: service.url,
    clock: recordingClock(),
    random: () => 1,
    ...more,
  });
}

/** Faults one after another, for requests of one name. */
function faults(name: string, ...list: (Fault | undefined)[]): FakeService["fault"] {
  return (seen) => seen.name === name ? list.shift() : undefined;
}

Deno.test("the client sends what the service documents, with the key as the user", async () => {
  await using service = await FakeService.start();
  const client = clientOf(service);
  assert.equal(await client.getCost(REQUEST), 1.5);
  assert.equal(await client.getBillableSize(REQUEST), 3_000_000_000);
  const found = await client.resolve({ ...REQUEST, symbols: ["MQ1.OPT"], stype_in: "parent" });
  assert.ok(found.symbols.includes("MQ1G6 C21500") && found.symbols.includes("UD:1V: GN 2525"));
  const job = await client.submitJob(BATCH);
  assert.equal(job.state, "received");
  assert.deepEqual((await client.listJobs(0)).map(({ id }) => id), [job.id]);
  const { request } = await client.jobDetails(job.id);
  assert.deepEqual({ ...request, start: "", end: "" }, { ...BATCH, start: "", end: "" });
  const files = await client.listFiles(job.id);
  assert.deepEqual(files.map(({ filename }) => filename), [
    "metadata.json",
    "glbx-mdp3-20260206.mbo.dbn.zst",
  ]);
  assert.equal(files[1]!.path, `/v0/batch/download/USER/${job.id}/${files[1]!.filename}`);
  const { form } = service.seen.find(({ name }) => name === "batch.submit_job")!;
  assert.deepEqual(form, { ...BATCH, symbols: "MNQH6" });
  const { form: resolved } = service.seen.find(({ name }) => name === "symbology.resolve")!;
  assert.deepEqual([resolved["start_date"], resolved["end_date"]], ["2026-02-06", "2026-02-07"]);
});

Deno.test("the client waits as long as Retry-After says, and longer from try to try", async () => {
  await using service = await FakeService.start();
  const clock = recordingClock();
  service.fault = faults(
    "metadata.get_cost",
    { status: 429, headers: { "retry-after": "17" } },
    { status: 500 },
    { status: 503 },
    { lost: true },
  );
  const retries: string[] = [];
  const client = clientOf(service, { clock, onRetry: (text) => retries.push(text) });
  assert.equal(await client.getCost(REQUEST), 1.5);
  assert.deepEqual(clock.waits, [17_000, 2_000, 4_000, 8_000]);
  assert.match(retries[0]!, /get_cost: the service answers 429: made to fail; trying .* 17\.0 s/);
  assert.match(retries[3]!, /the connection was lost/);
});

Deno.test("the client gives up at once where it would have to wait for hours", async () => {
  await using service = await FakeService.start();
  const clock = recordingClock();
  // Longer than a timer can be, which would be over at once.
  for (const after of ["3000000", new Date(clock.now() + 1e11).toUTCString()]) {
    service.fault = () => ({ status: 429, headers: { "retry-after": after } });
    const asked = service.seen.length;
    await assert.rejects(
      clientOf(service, { clock }).getCost(REQUEST),
      /answers 429: made to fail; it wants to be asked again in \d+ hours: run again then$/,
    );
    assert.equal(service.seen.length, asked + 1);
  }
  assert.deepEqual(clock.waits, []);
});

Deno.test("the client gives up after its tries and says what the service said last", async () => {
  await using service = await FakeService.start();
  service.fault = () => ({ status: 502, detail: { case: "x", message: "bad\n gateway" } });
  await assert.rejects(clientOf(service).getCost(REQUEST), (error: ServiceError) => {
    assert.equal(error.message, "metadata.get_cost: the service answers 502: bad gateway");
    assert.equal(error.status, 502);
    return true;
  });
  assert.equal(service.count("metadata.get_cost"), 6);
});

Deno.test("the client asks once for what the service refuses", async () => {
  await using service = await FakeService.start();
  service.fault = () => ({ status: 422, detail: "symbol is wrong" });
  await assert.rejects(clientOf(service).getCost(REQUEST), (error: ServiceError) => {
    assert.match(error.message, /422: symbol is wrong$/);
    return error.refused;
  });
  assert.equal(service.seen.length, 1);
});

Deno.test("submitJob() tries again after 429 and after nothing else", async () => {
  await using service = await FakeService.start();
  service.fault = faults("batch.submit_job", { status: 429 }, { status: 429 });
  await clientOf(service).submitJob(BATCH);
  assert.equal(service.count("batch.submit_job"), 3);
  for (const fault of [{ lost: true }, { status: 500 }, { status: 503 }]) {
    const before = service.count("batch.submit_job");
    service.fault = faults("batch.submit_job", fault);
    await assert.rejects(clientOf(service).submitJob(BATCH), ServiceError);
    assert.equal(service.count("batch.submit_job"), before + 1);
  }
});

Deno.test("the client shows the warnings of X-Warning", async () => {
  await using service = await FakeService.start();
  const warnings: string[] = [];
  const client = clientOf(service, { onWarning: (text) => warnings.push(text) });
  service.warning = JSON.stringify(["the first", "the second"]);
  await client.getCost(REQUEST);
  service.warning = "no list";
  await client.getCost(REQUEST);
  assert.deepEqual(warnings, ["the first", "the second", "no list"]);
});

Deno.test("the key is in no error, warning or retry, even when the service repeats it", async () => {
  await using service = await FakeService.start("db-right");
  const key = "db-wrong-but-secret";
  const said: string[] = [];
  const keep = (text: string) => void said.push(text);
  const client = clientOf(service, { key, onWarning: keep, onRetry: keep });
  await client.getCost(REQUEST).catch(({ message, stack }) => said.push(message, stack));
  assert.match(said[0]!, /401: Authentication failed for \(key\):; check DATABENTO_API_KEY$/);
  service.warning = `["${key} is old"]`;
  await using other = await FakeService.start(key);
  other.warning = service.warning;
  other.fault = () => ({ status: 500, detail: `${key} ${btoa(`${key}:`)}` });
  const second = clientOf(other, { key, onWarning: keep, onRetry: keep });
  await second.getCost(REQUEST).catch(({ message }) => said.push(message));
  const nowhere = new HistoricalClient({
    ...{ key, baseUrl: `https://${key}:@hist.databento.com` },
    fetch: () => Promise.reject(new Deno.errors.NotCapable(`net access to ${key}`)),
  });
  await nowhere.getCost(REQUEST).catch(({ message }) => said.push(message));
  assert.match(said.at(-1)!, /: this task may not connect to https:\/\/hist\.databento\.com$/);
  assert.ok(said.length > 6);
  for (const text of said) assert.ok(!text.includes(key) && !text.includes(btoa(`${key}:`)), text);
});

Deno.test("a key that cannot be one is refused without being shown", () => {
  for (const key of ["", "db-with space", "db-with:colon", "db-ü"]) {
    assert.throws(() => new HistoricalClient({ key }), (error: Error) => {
      assert.ok(error instanceof UserError);
      return key === "" || !error.message.includes(key);
    });
  }
});

Deno.test("a connection that falls silent is lost, and the request sent again", async () => {
  await using service = await FakeService.start();
  const job = await clientOf(service).submitJob(BATCH);
  const [, file] = await clientOf(service).listFiles(job.id);
  service.fault = faults("download", { stallAt: 3000 });
  const { transport } = clientOf(service, { stallMs: 300 });
  const read = ({ body }: { body: AsyncIterable<Uint8Array> }) => textOf(body);
  const call = { name: "download", path: file!.path, init: () => ({}), read };
  assert.ok((await transport.request(call)).length > 0);
  assert.ok(service.count("download") >= 2);
});

Deno.test("aborting ends a request and a wait with the signal's reason", async () => {
  await using service = await FakeService.start();
  const controller = new AbortController();
  const reason = new Error("stopped");
  service.fault = () => {
    controller.abort(reason);
    return { status: 500 };
  };
  const client = clientOf(service);
  await assert.rejects(client.getCost(REQUEST, { signal: controller.signal }), reason);
  await assert.rejects(client.getCost(REQUEST, { signal: controller.signal }), reason);
  assert.equal(service.seen.length, 1);
});

Deno.test("a redirection is followed nowhere, and shows no job as refused", async () => {
  const asked: string[] = [];
  await using other = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, ({ url }) => {
    asked.push(new URL(url).pathname);
    const status = url.endsWith("/portal") ? 404 : 302;
    return new Response(null, { status, headers: { location: "/portal" } });
  });
  const client = new HistoricalClient({
    ...{ key: "db-k", clock: recordingClock() },
    baseUrl: `http://127.0.0.1:${other.addr.port}`,
  });
  await assert.rejects(client.submitJob(BATCH), (error: ServiceError) => {
    assert.match(error.message, /submit_job: the service answers 302: no detail given$/);
    return !error.refused;
  });
  assert.deepEqual(asked, ["/v0/batch.submit_job"]);
});

Deno.test("an answer that its reader leaves unread is let go of", async () => {
  const { promise: left, resolve } = Promise.withResolvers<void>();
  const client = new HistoricalClient({
    key: "db-k",
    fetch: (_, init) => {
      init!.signal!.addEventListener("abort", () => resolve());
      return Promise.resolve(new Response("a part that nobody asked for"));
    },
  });
  const read = () => Promise.reject(new UserError("another part"));
  const call = { name: "download", path: "/", init: () => ({}), read };
  await assert.rejects(client.transport.request(call), /another part/);
  await left;
});

Deno.test("a SHA-256 is the same in capital letters", async () => {
  const client = new HistoricalClient({
    key: "db-k",
    fetch: () => {
      const urls = { https: "https://x/y" };
      return Promise.resolve(
        Response.json([{ filename: "x", size: 1, hash: "AB".repeat(32), urls }]),
      );
    },
  });
  assert.deepEqual((await client.listFiles("a")).map(({ sha256 }) => sha256), ["ab".repeat(32)]);
});

Deno.test("answers of another shape are errors that name the field", async () => {
  const answers: [unknown, (client: HistoricalClient) => Promise<unknown>, RegExp][] = [
    ["no number", (c) => c.getCost(REQUEST), /get_cost: .* not a number$/],
    [{}, (c) => c.submitJob(BATCH), /submit_job\.state: .* not a text$/],
    [{ id: "a", state: 7 }, (c) => c.submitJob(BATCH), /submit_job\.state: .* not a text$/],
    [{}, (c) => c.listJobs(0), /list_jobs: .* not a list$/],
    [[{ filename: "../x" }], (c) => c.listFiles("a"), /files of a\[0\]\.filename: .*"\.\.\/x"/],
    [
      [{ filename: "x", hash: "md5:0" }],
      (c) => c.listFiles("a"),
      /files of a\[0\]\.hash: .*"md5:0"/,
    ],
    [{ result: [] }, (c) => c.resolve(REQUEST), /resolve\.result: .* not an object$/],
  ];
  for (const [answer, ask, message] of answers) {
    const client = new HistoricalClient({
      key: "db-k",
      fetch: () => Promise.resolve(Response.json(answer)),
    });
    await assert.rejects(ask(client), (error: Error) => {
      assert.ok(error instanceof ServiceError);
      assert.match(error.message, message);
      return true;
    });
  }
});

Deno.test("retryDelay() doubles to its longest, half of it by chance", () => {
  const policy = { attempts: 9, firstMs: 1_000, longestMs: 60_000 };
  assert.deepEqual([1, 2, 3, 7, 20].map((tries) => retryDelay(policy, tries, 1, 0)), [
    ...[1_000, 2_000, 4_000, 60_000, 60_000],
  ]);
  assert.equal(retryDelay(policy, 3, 0, 0), 2_000);
  assert.equal(retryDelay(policy, 1, 0, 90_000), 90_000);
});

Deno.test("retryAfterMs() reads seconds and dates, and nothing else", () => {
  const now = Date.parse("2026-02-06T12:00:00Z");
  assert.equal(retryAfterMs("7", now), 7_000);
  assert.equal(retryAfterMs("Fri, 06 Feb 2026 12:01:00 GMT", now), 60_000);
  for (const value of [null, "soon", "-5", "Fri, 06 Feb 2026 11:00:00 GMT"]) {
    assert.equal(retryAfterMs(value, now), 0);
  }
});
