import { Fields, listOf, unreadable } from "./fields.ts";
import { type Answer, HttpTransport, type HttpTransportOptions, textOf } from "./http_transport.ts";

/** What data is asked for; the service's names and values. */
export interface DataRequest {
  /** Such as "GLBX.MDP3". */
  dataset: string;
  symbols: readonly string[];
  /** Such as "mbo". */
  schema: string;
  stype_in: string;
  stype_out: string;
  /** First day, YYYY-MM-DD, UTC. */
  start: string;
  /** Day after the last. */
  end: string;
}

/** A data request as a batch job. */
export interface BatchRequest extends DataRequest {
  encoding: string;
  compression: string;
  split_duration: string;
  delivery: string;
}

/** States of a batch job, in the order it goes through them. */
export const SERVICE_STATES = ["received", "queued", "processing", "done", "expired"] as const;

/** One of {@link SERVICE_STATES}. */
export type ServiceState = (typeof SERVICE_STATES)[number];

/** A batch job as lists have it. */
export interface BatchJob {
  id: string;
  /** One that is in a state that is not known here has been taken and is not done: "processing". */
  state: ServiceState;
  /** What the service calls that state; null where it is a known one. */
  unknownState: string | null;
}

/** A batch job with what it was asked for. */
export interface BatchJobDetails extends BatchJob {
  /** Its start and end are ISO 8601 times here. */
  request: BatchRequest;
  /** Whether it gives all that is asked for, and in no parts but those that are. */
  isWhole: boolean;
}

/** A file of a batch job. */
export interface BatchFile {
  filename: string;
  /** Bytes. */
  size: number;
  /** SHA-256, 64 hexadecimal digits. */
  sha256: string;
  /** Where it is on the service's host: path and query. */
  path: string;
}

/** What `symbology.resolve` found. */
export interface Resolution {
  /** Symbols that were found. */
  symbols: string[];
  notFound: string[];
}

/** What each method may be told. */
export interface CallOptions {
  signal?: AbortSignal | undefined;
}

/**
 * Databento's historical HTTP API, as far as it is used here: each method asks one thing and checks
 * the shape of the answer. Source: https://databento.com/docs/api-historical
 */
export class HistoricalClient {
  readonly #transport: HttpTransport;

  /** @param options key, base URL, clock and so on */
  constructor(options: HttpTransportOptions) {
    this.#transport = new HttpTransport(options);
  }

  /** Sends requests; for downloads, which go on where they were cut. */
  get transport(): HttpTransport {
    return this.#transport;
  }

  /** `symbology.resolve`: what symbols of one kind are on a day. */
  async resolve(
    request: Pick<DataRequest, "dataset" | "symbols" | "stype_in" | "stype_out" | "start" | "end">,
    options: CallOptions = {},
  ): Promise<Resolution> {
    const { start, end, ...rest } = request;
    const form = { ...rest, start_date: start, end_date: end };
    const answer = new Fields(await this.#post("symbology.resolve", form, options), "resolve");
    return { symbols: answer.object("result").names(), notFound: answer.texts("not_found") };
  }

  /**
   * `timeseries.get_range`, which is billed: data as a Zstandard DBN stream.
   *
   * @param request what data, and at most how many records
   * @param read takes the compressed bytes; begun anew when the connection fails
   */
  getRange<T>(
    request: DataRequest & { limit?: number },
    read: (bytes: AsyncIterable<Uint8Array>) => Promise<T>,
    { signal }: CallOptions = {},
  ): Promise<T> {
    return this.#transport.request({
      ...posted("timeseries.get_range", { ...request, encoding: "dbn", compression: "zstd" }),
      read: ({ body }) => read(body),
      signal,
    });
  }

  /** `metadata.get_cost`: US dollars. */
  getCost(request: DataRequest, options: CallOptions = {}): Promise<number> {
    return this.#number("metadata.get_cost", request, options);
  }

  /** `metadata.get_billable_size`: bytes before compression. */
  getBillableSize(request: DataRequest, options: CallOptions = {}): Promise<number> {
    return this.#number("metadata.get_billable_size", request, options);
  }

  /**
   * `batch.submit_job`, which is billed. Tried again only after 429: any other failure leaves open
   * whether the job was taken, and the caller has to look before asking again.
   */
  async submitJob(request: BatchRequest, { signal }: CallOptions = {}): Promise<BatchJob> {
    return await this.#transport.request({
      ...posted("batch.submit_job", { ...request }),
      read: async (answer) => batchJob(await jsonOf(answer), "submit_job"),
      retryOn: (status) => status === 429,
      signal,
    });
  }

  /**
   * `batch.list_jobs`: jobs received at or after `since`, milliseconds since the epoch. Without the
   * parameter `states` those in any state but expired; the documentation leaves open whether
   * "received" may be asked for by name.
   */
  async listJobs(since: number, options: CallOptions = {}): Promise<BatchJob[]> {
    const query = { since: new Date(since).toISOString() };
    return listOf(await this.#get("batch.list_jobs", query, options), "list_jobs", batchJob);
  }

  /** `batch.get_job_details`: what a job was asked for. */
  async jobDetails(id: string, options: CallOptions = {}): Promise<BatchJobDetails> {
    const value = await this.#get("batch.get_job_details", { job_id: id }, options);
    const fields = new Fields(value, `job ${id}`);
    // Another job of the account may lack some of them, and is then simply a different one.
    const text = (name: string) => fields.has(name) ? fields.text(name) : "";
    const request = {
      dataset: text("dataset"),
      symbols: fields.has("symbols") ? fields.texts("symbols") : [],
      schema: text("schema"),
      stype_in: text("stype_in"),
      stype_out: text("stype_out"),
      start: text("start"),
      end: text("end"),
      encoding: text("encoding"),
      compression: text("compression"),
      split_duration: text("split_duration"),
      delivery: text("delivery"),
    };
    // The portal offers these; here they are never asked for.
    const isWhole = ["limit", "split_symbols", "split_size"].every((name) => !fields.isSet(name));
    return { ...batchJob(value, `job ${id}`), request, isWhole };
  }

  /** `batch.list_files`: the files of a job that is done. */
  async listFiles(id: string, options: CallOptions = {}): Promise<BatchFile[]> {
    const files = await this.#get("batch.list_files", { job_id: id }, options);
    return listOf(files, `files of ${id}`, batchFile);
  }

  async #number(name: string, request: DataRequest, options: CallOptions): Promise<number> {
    const { dataset, symbols, schema, stype_in, stype_out, start, end } = request;
    const form = { dataset, symbols, schema, stype_in, stype_out, start, end };
    const value = await this.#post(name, form, options);
    if (typeof value === "number" && value >= 0) return value;
    throw unreadable(name, "a number", value);
  }

  #post(name: string, form: Form, { signal }: CallOptions): Promise<unknown> {
    return this.#transport.request({ ...posted(name, form), read: jsonOf, signal });
  }

  #get(name: string, query: Form, { signal }: CallOptions): Promise<unknown> {
    const path = `/v0/${name}?${encoded(query)}`;
    return this.#transport.request({ name, path, init: () => ({}), read: jsonOf, signal });
  }
}

type Form = Readonly<Record<string, string | number | readonly string[]>>;

function encoded(form: Form): URLSearchParams {
  const entries = Object.entries(form).map((
    [name, value],
  ) => [name, Array.isArray(value) ? value.join(",") : `${value}`]);
  return new URLSearchParams(entries);
}

function posted(name: string, form: Form) {
  const init = () => ({ method: "POST", body: encoded(form) });
  return { name, path: `/v0/${name}`, init };
}

async function jsonOf({ body }: Answer): Promise<unknown> {
  const text = await textOf(body);
  try {
    return JSON.parse(text);
  } catch {
    throw unreadable("body", "JSON", text);
  }
}

function batchJob(value: unknown, where: string): BatchJob {
  const fields = new Fields(value, where);
  const text = fields.text("state");
  const state = SERVICE_STATES.find((known) => known === text);
  return {
    id: fields.text("id"),
    state: state ?? "processing",
    unknownState: state === undefined ? text : null,
  };
}

function batchFile(value: unknown, where: string): BatchFile {
  const fields = new Fields(value, where);
  const filename = fields.text("filename");
  // It becomes part of a path on this machine.
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(filename)) {
    throw unreadable(`${where}.filename`, "a file name", filename);
  }
  const hash = fields.text("hash");
  const sha256 = /^(?:sha256:)?([0-9a-f]{64})$/.exec(hash.toLowerCase())?.[1];
  if (sha256 === undefined) throw unreadable(`${where}.hash`, "a SHA-256", hash);
  const url = fields.object("urls").text("https");
  if (!URL.canParse(url)) throw unreadable(`${where}.urls.https`, "a URL", url);
  // The host is the one that is configured, which is also the only one that may be reached.
  const { pathname, search } = new URL(url);
  return { filename, size: fields.whole("size"), sha256, path: pathname + search };
}
