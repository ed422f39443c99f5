/**
 * Leaves streams of a Zstandard file that another thread decompresses, each with the thread that it was
 * the last of, and writes by how many MB the process has grown meanwhile.
 */
import { ZstdThread } from "../../../engine/source/zstd_thread.ts";

const [path] = Deno.args;

async function leave(times: number): Promise<number> {
  for (let i = 0; i < times; i++) {
    const thread = new ZstdThread(path!);
    await thread.next();
    thread.close();
  }
  return Deno.memoryUsage().rss / 2 ** 20;
}

const before = await leave(8);
console.log(await leave(16) - before);
