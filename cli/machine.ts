import { availableParallelism, cpus } from "node:os";

/** What machine this is, in one line. */
export function machine(): string {
  return `${availableParallelism()} cores of ${cpus()[0]?.model}, ${Deno.build.os}, ` +
    `Deno ${Deno.version.deno}, V8 ${Deno.version.v8}`;
}
