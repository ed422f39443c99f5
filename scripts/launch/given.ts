/** What the user said. */
export interface Given {
  /** Arguments of the task. */
  args: readonly string[];
  /** Environment variables by name. */
  env: Readonly<Record<string, string | undefined>>;
  /** Fields of the locked instrument, as its file has them. */
  instrument?: Readonly<Record<string, string>>;
  /** Addresses that the name which `--host` gives stands for; none when it gives an address. */
  hostAddresses?: readonly string[];
}

/**
 * @param given what the user said
 * @param name a flag, with a value or without
 * @returns whether it is given
 */
export function isGiven({ args }: Given, name: string): boolean {
  return args.some((arg) => arg === name || arg.startsWith(`${name}=`));
}

/**
 * @param given what the user said
 * @param name a flag
 * @returns the value of `--name value` or `--name=value`, the last one given
 */
export function flag({ args }: Given, name: string): string | undefined {
  const at = args.findLastIndex((arg) => arg === name || arg.startsWith(`${name}=`));
  const arg = args[at];
  return arg === name ? args[at + 1] : arg?.slice(name.length + 1);
}
