/**
 * Runs SQL in DuckDB: a JSON array of statements on standard input, an array of their results on
 * standard output. It has a configuration of its own, because whatever that of the project names is
 * fetched before the first start of anything, and DuckDB's library is as large as all the rest.
 */
import { DuckDBInstance } from "@duckdb/node-api";

const statements: string[] = JSON.parse(await new Response(Deno.stdin.readable).text());
const instance = await DuckDBInstance.create(":memory:");
const connection = await instance.connect();
const results = [];
for (const sql of statements) {
  const reader = await connection.runAndReadAll(sql);
  results.push({
    columns: reader.columnNames(),
    types: reader.columnTypes().map((type) => `${type}`),
    // As text, which keeps 64-bit integers and the sign of zero.
    rows: reader.getRows().map((row) =>
      row.map((value) => Object.is(value, -0) ? "-0" : `${value}`)
    ),
  });
}
await new Response(JSON.stringify(results)).body?.pipeTo(Deno.stdout.writable);
