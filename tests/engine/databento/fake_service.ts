/** Plays Databento's historical service on loopback, with the faults that real ones have. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import {
  type Asked,
  compressedFile,
  dataFileName,
  definition,
  definitionStream,
  hashOf,
  smallWorld,
  type World,
} from "./fake_world.ts";

/** What goes wrong with one request. */
export interface Fault {
  /** Answers with this status instead. */
  status?: number;
  detail?: unknown;
  headers?: Record<string, string>;
  /** Does what is asked, and loses the connection instead of answering. */
  lost?: boolean;
  /** Sends so many bytes of a file and loses the connection. */
  cutAt?: number;
  /** Sends so many bytes of a file and then nothing more, for ever. */
  stallAt?: number;
  /** Answers 200 and the whole file to a request for a part of it. */
  ignoreRange?: boolean;
  /** Answers 206 with another Content-Range than was asked for. */
  wrongRange?: boolean;
  /** Sends other bytes than the hash is of. */
  corrupt?: boolean;
  /** Sends fewer bytes than the file has, and ends as if that were all. */
  short?: boolean;
  /** Sends a few bytes at a time. */
  slow?: boolean;
}

/** A request as it arrived. */
export interface Seen {
  /** Method of the API such as "batch.list_jobs"; "download" for a file. */
  name: string;
  form: Asked;
  range: string | null;
}

/** A job of the service. */
export interface FakeJob {
  id: string;
  asked: Asked;
  received: number;
  /** How often it was listed; it goes on by one state each time. */
  listed: number;
  expired: boolean;
  /** A state that nobody has heard of; null for one of those it goes through. */
  strange: string | null;
  /** What its details say besides. */
  more: Readonly<Record<string, unknown>>;
  /** Its data file. */
  file: Uint8Array;
}

const STATES = ["received", "queued", "processing", "done"];

/** Bytes of a file are sent in pieces of this length. */
const PIECE = 1024;

/** The service. Its world and faults may be changed at any time. */
export class FakeService {
  readonly world: World = smallWorld();
  readonly jobs: FakeJob[] = [];
  /** Every request, in order. */
  readonly seen: Seen[] = [];
  /** Decides what goes wrong with a request. */
  fault: (seen: Seen) => Fault | undefined = () => undefined;
  /** Is awaited when a request has come, and again when it was done but not answered. */
  onStep: () => void | Promise<void> = () => {};
  /** Whether lists of jobs have all that was asked for, as they did until 2026. */
  longLists = false;
  /** How long after it was received a job is listed first, milliseconds. */
  listedAfterMs = 0;
  /** Header X-Warning of every answer. */
  warning: string | null = null;
  now: () => number = () => Date.now();
  // Node's server, which can cut a connection after what was sent has left.
  readonly #server = createServer((request, response) => this.#serve(request, response));
  readonly #stalled = new AbortController();

  private constructor(readonly key: string) {}

  /** Begins to listen on a free port. */
  static async start(key = "db-0123456789abcdefghijklmnopqrs"): Promise<FakeService> {
    const service = new FakeService(key);
    const { promise, resolve } = Promise.withResolvers<void>();
    service.#server.listen(0, "127.0.0.1", resolve);
    await promise;
    return service;
  }

  /** Scheme, host and port. */
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** How many requests of a name came. */
  count(name: string): number {
    return this.seen.filter((one) => one.name === name).length;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stalled.abort();
    this.#server.closeAllConnections();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.close(() => resolve());
    await promise;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const answer = await this.#answer(request, await text(request));
    response.writeHead(answer.status, Object.fromEntries(answer.headers));
    response.flushHeaders();
    try {
      for await (const piece of answer.body ?? []) {
        const { promise, resolve } = Promise.withResolvers<void>();
        response.write(piece, () => resolve());
        await promise;
      }
      response.end();
    } catch {
      response.destroy();
    }
  }

  async #answer({ url: path, headers }: IncomingMessage, body: string): Promise<Response> {
    const url = new URL(path!, this.url);
    const form: Asked = Object.fromEntries([...url.searchParams, ...new URLSearchParams(body)]);
    const name = url.pathname.startsWith("/v0/batch/download/")
      ? "download"
      : url.pathname.replace("/v0/", "");
    const seen: Seen = { name, form, range: headers.range ?? null };
    this.seen.push(seen);
    const given = headers.authorization;
    if (given !== `Basic ${btoa(`${this.key}:`)}`) {
      return problem(401, `Authentication failed for ${atob((given ?? "").slice(6))}`);
    }
    const fault = this.fault(seen);
    await this.onStep();
    if (fault?.status !== undefined) {
      return problem(fault.status, fault.detail ?? "made to fail", fault.headers);
    }
    const response = name === "download"
      ? this.#download(url.pathname, seen.range, fault)
      : this.#method(name, form);
    await this.onStep();
    if (this.warning !== null) response.headers.set("x-warning", this.warning);
    return fault?.lost ? new Response(stream([], true)) : response;
  }

  #method(name: string, form: Asked): Response {
    switch (name) {
      case "symbology.resolve":
        return this.#resolve(form["symbols"]!, form["start_date"]!, form["end_date"]!);
      case "timeseries.get_range":
        return this.#range(form);
      case "metadata.get_cost":
        return Response.json(form["schema"] === "mbo" ? 1.5 : 0.25);
      case "metadata.get_billable_size":
        return Response.json(form["schema"] === "mbo" ? 3_000_000_000 : 40_000_000);
      case "batch.submit_job": {
        const id = `GLBX-20260210-${`${this.jobs.length + 1}`.padStart(4, "0")}`;
        const job = {
          id,
          asked: form,
          received: this.now(),
          listed: 0,
          expired: false,
          strange: null,
          more: { limit: null },
          file: compressedFile(form),
        };
        this.jobs.push(job);
        return Response.json(details(job));
      }
      case "batch.list_jobs":
        return this.#listJobs(form);
      case "batch.get_job_details": {
        const job = this.#job(form["job_id"]);
        return job ? Response.json(details(job)) : problem(404, "no such job");
      }
      case "batch.list_files": {
        const job = this.#job(form["job_id"]);
        if (!job || job.expired) return problem(404, "the job has expired");
        return Response.json(this.#files(job));
      }
      default:
        return problem(404, `no method ${name}`);
    }
  }

  #resolve(symbol: string, d0: string, d1: string): Response {
    if (this.world.failing.includes(symbol)) {
      return problem(422, { case: "symbology_invalid_symbol", message: "no such parent" });
    }
    const symbols = [
      ...(this.world.extras[symbol] ?? []),
      ...(this.world.parents[symbol] ?? []).map(({ rawSymbol }) => rawSymbol),
    ];
    const result = Object.fromEntries(symbols.map((one, i) => [one, [{ d0, d1, s: `${i}` }]]));
    return Response.json({ result, partial: [], not_found: symbols.length ? [] : [symbol] });
  }

  #range({ symbols, stype_in: stype, start, schema }: Asked): Response {
    if (schema !== "definition") return problem(422, "only definitions are played");
    const root = symbols!.replace(/\.v\.0$/, "");
    const front = this.world.fronts[`${root} ${start}`] ?? this.world.fronts[root];
    const found = stype === "continuous"
      ? front === undefined ? [] : [definition(front, "", "2026-03-20", { instrumentClass: "F" })]
      : this.world.parents[symbols!] ?? [];
    const bytes = definitionStream(found, start!, this.world.version);
    return new Response(bytes as Uint8Array<ArrayBuffer>);
  }

  #listJobs({ states, since }: Asked): Response {
    const wanted = this.jobs.filter((job) =>
      job.received >= Date.parse(since!) && this.now() >= job.received + this.listedAfterMs
    );
    const listed = wanted.map((job) => {
      const item = this.longLists ? details(job) : summary(job);
      job.listed++;
      return item;
    });
    return Response.json(
      listed.filter(({ state }) => states?.split(",").includes(state) ?? state !== "expired"),
    );
  }

  #files(job: FakeJob): unknown[] {
    const file = (filename: string, bytes: Uint8Array) => ({
      filename,
      size: bytes.length,
      hash: hashOf(bytes),
      // The service names another host than its own; clients keep to the one they know.
      urls: { https: `https://elsewhere.invalid/v0/batch/download/USER/${job.id}/${filename}` },
    });
    return [
      file("metadata.json", new Uint8Array(2)),
      file(dataFileName(job.asked), job.file),
    ];
  }

  #download(path: string, range: string | null, fault: Fault | undefined): Response {
    const job = this.#job(path.split("/").at(-2));
    if (!job || job.expired) return problem(404, "the job has expired");
    const whole = job.file.slice();
    if (fault?.corrupt) whole[whole.length >> 1]! ^= 1;
    const from = fault?.ignoreRange ? 0 : Number(/^bytes=(\d+)-$/.exec(range ?? "")?.[1] ?? 0);
    if (from >= whole.length) return problem(416, "out of range");
    const bytes = whole.subarray(from, fault?.short ? whole.length - 100 : whole.length);
    const end = Math.min(fault?.cutAt ?? Infinity, fault?.stallAt ?? Infinity, bytes.length);
    const size = fault?.slow ? 16 : PIECE;
    const pieces = Array.from(
      { length: Math.ceil(end / size) },
      (_, i) => bytes.subarray(i * size, Math.min(end, (i + 1) * size)),
    );
    const partial = range !== null && !fault?.ignoreRange;
    const first = fault?.wrongRange ? from + 1 : from;
    return new Response(
      stream(pieces, fault?.cutAt !== undefined, {
        forEver: fault?.stallAt === undefined ? undefined : this.#stalled.signal,
        onPiece: this.onStep,
      }),
      {
        status: partial ? 206 : 200,
        headers: partial
          ? { "content-range": `bytes ${first}-${whole.length - 1}/${whole.length}` }
          : {},
      },
    );
  }

  #job(id: string | undefined): FakeJob | undefined {
    return this.jobs.find((job) => job.id === id);
  }
}

function stateOf({ listed, expired, strange }: FakeJob): string {
  if (strange !== null) return strange;
  return expired ? "expired" : STATES[Math.min(listed, STATES.length - 1)]!;
}

function summary(job: FakeJob) {
  return { id: job.id, state: stateOf(job), ts_received: new Date(job.received).toISOString() };
}

function details(job: FakeJob) {
  const { start, end, ...asked } = job.asked;
  const time = (date: string | undefined) => `${date}T00:00:00.000000000Z`;
  return { ...asked, ...summary(job), start: time(start), end: time(end), ...job.more };
}

function problem(status: number, detail: unknown, headers: Record<string, string> = {}): Response {
  return Response.json({ detail }, { status, headers });
}

/** A body in pieces that may end with a lost connection, or not at all. */
function stream(
  pieces: readonly Uint8Array[],
  lost: boolean,
  more: { forEver?: AbortSignal | undefined; onPiece?: () => void | Promise<void> } = {},
): ReadableStream<Uint8Array<ArrayBuffer>> {
  let i = 0;
  return new ReadableStream({
    async pull(controller) {
      const piece = pieces[i++];
      if (piece !== undefined) {
        controller.enqueue(piece as Uint8Array<ArrayBuffer>);
        await more.onPiece?.();
      } else if (lost) {
        controller.error(new Error("made to lose the connection"));
      } else if (more.forEver) {
        await new Promise<void>((done) => more.forEver!.addEventListener("abort", () => done()));
        controller.close();
      } else {
        controller.close();
      }
    },
  }, { highWaterMark: 0 });
}
