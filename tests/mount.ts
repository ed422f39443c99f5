/** Small file systems of one's own, for what a disk can do wrong. Root alone may mount. */

async function run(command: string, args: string[]): Promise<boolean> {
  try {
    const { success } = await new Deno.Command(command, { args, stderr: "null" }).output();
    return success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** A file system mounted at a folder, until the `using` block ends. */
export async function mounted(dir: string, ...options: string[]): Promise<AsyncDisposable> {
  if (!await run("mount", [...options, dir])) throw new Error(`cannot mount ${dir}`);
  return {
    async [Symbol.asyncDispose]() {
      if (!await run("umount", [dir])) throw new Error(`cannot unmount ${dir}`);
    },
  };
}

/** Makes a mounted file system read-only. */
export async function makeReadOnly(dir: string): Promise<void> {
  if (!await run("mount", ["-o", "remount,ro,bind", dir])) throw new Error(`cannot remount ${dir}`);
}

async function canMount(): Promise<boolean> {
  const dir = await Deno.makeTempDir();
  const can = await run("mount", ["-t", "tmpfs", "-o", "size=16k", "tmpfs", dir]);
  if (can) await run("umount", [dir]);
  await Deno.remove(dir);
  return can;
}

/** Whether file systems may be mounted here; `ignore: !mayMount` skips a test where not. */
export const mayMount: boolean = await canMount();

if (!mayMount) console.error("Tests of full and read-only disks are skipped: not root.");
