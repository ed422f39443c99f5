/** DuckDB, run as a program of its own: a reader of Parquet that shares no code with the writer. */
import assert from "node:assert/strict";
import { projectFile } from "./project.ts";

/** What a statement returned. */
export interface QueryResult {
  columns: string[];
  /** SQL types of the columns. */
  types: string[];
  /** Values as text: floats in their shortest form that reads back the same. */
  rows: string[][];
}

/**
 * Runs SQL statements.
 *
 * @param dir folder that relative paths in them begin at
 * @param statements the statements
 * @returns the result of each
 */
export async function duckdb(dir: string, statements: readonly string[]): Promise<QueryResult[]> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "-q", "--no-prompt", "--allow-read", "--allow-env", "--allow-sys", "--allow-ffi"],
      ...["--config", projectFile("tests/duckdb/deno.json"), projectFile("tests/duckdb/query.ts")],
    ],
    cwd: dir,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const output = child.output();
  await new Response(JSON.stringify(statements)).body!.pipeTo(child.stdin);
  const { code, stdout, stderr } = await output;
  assert.equal(code, 0, new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout));
}
