import { DuckDBInstance } from "@duckdb/node-api";
const i = await DuckDBInstance.create(":memory:");
const c = await i.connect();
console.log((await c.runAndReadAll("select 42::bigint")).getRows(), c.constructor.name);
