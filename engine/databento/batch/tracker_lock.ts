import { dirname } from "node:path";
import { UserError } from "../../errors.ts";
import { onDisk } from "./durable.ts";

/**
 * Makes sure that one process alone works on a tracker. The system gives the lock back when the
 * process ends, however it ends.
 *
 * @param tracker the tracker's file; the lock lies beside it
 * @returns the lock, held until it is disposed of
 * @throws UserError when another process holds it: its number is in the message; or the disk is full
 */
export function lockTracker(tracker: string): Disposable {
  const path = `${tracker}.lock`;
  const file = onDisk(path, () => {
    Deno.mkdirSync(dirname(path), { recursive: true });
    return Deno.openSync(path, { read: true, write: true, create: true });
  });
  if (!file.tryLockSync(true)) {
    const holder = new Uint8Array(32);
    const n = file.readSync(holder) ?? 0;
    file.close();
    const pid = new TextDecoder().decode(holder.subarray(0, n)).trim();
    throw new UserError(
      `another download works on ${tracker} (process ${pid}); wait for it or end it first`,
    );
  }
  try {
    onDisk(path, () => {
      file.truncateSync();
      file.writeSync(new TextEncoder().encode(`${Deno.pid}\n`));
    });
  } catch (error) {
    file.close();
    throw error;
  }
  return { [Symbol.dispose]: () => file.close() };
}
