import { ServiceError } from "./service_error.ts";

/** Fields of an object in an answer of the service, read by name and type. */
export class Fields {
  readonly #fields: Readonly<Record<string, unknown>>;

  /**
   * @param value a value in an answer
   * @param where what it is called in messages
   * @throws ServiceError when it is no object
   */
  constructor(value: unknown, readonly where: string) {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      throw unreadable(where, "an object", value);
    }
    this.#fields = value as Record<string, unknown>;
  }

  /** Whether the field is there and not null. */
  has(name: string): boolean {
    return this.#fields[name] !== undefined && this.#fields[name] !== null;
  }

  /** Whether the field is there, and neither null, false nor 0. */
  isSet(name: string): boolean {
    return Boolean(this.#fields[name]);
  }

  /** A field of text. */
  text(name: string): string {
    const value = this.#fields[name];
    if (typeof value === "string") return value;
    throw unreadable(`${this.where}.${name}`, "a text", value);
  }

  /** A field with a whole number from 0 on. */
  whole(name: string): number {
    const value = this.#fields[name];
    if (Number.isSafeInteger(value) && (value as number) >= 0) return value as number;
    throw unreadable(`${this.where}.${name}`, "a whole number", value);
  }

  /** A field with texts: a list, or one text with commas. */
  texts(name: string): string[] {
    const value = this.#fields[name];
    if (typeof value === "string") return value.split(",");
    return listOf(value, `${this.where}.${name}`, (item, where) => {
      if (typeof item === "string") return item;
      throw unreadable(where, "a text", item);
    });
  }

  /** A field that is an object. */
  object(name: string): Fields {
    return new Fields(this.#fields[name], `${this.where}.${name}`);
  }

  /** Names of all fields. */
  names(): string[] {
    return Object.keys(this.#fields);
  }
}

/**
 * Reads a list in an answer.
 *
 * @param value the value
 * @param where what it is called in messages
 * @param read reads one item
 * @returns the items
 * @throws ServiceError when it is no list
 */
export function listOf<T>(
  value: unknown,
  where: string,
  read: (item: unknown, where: string) => T,
): T[] {
  if (!Array.isArray(value)) throw unreadable(where, "a list", value);
  return value.map((item, i) => read(item, `${where}[${i}]`));
}

/**
 * @param where what a value is called
 * @param wanted what it should be
 * @param value what it is
 * @returns the error that says so
 */
export function unreadable(where: string, wanted: string, value: unknown): ServiceError {
  const shown = `${JSON.stringify(value)}`.slice(0, 80);
  return new ServiceError(`${where}: the service's answer has ${shown}, not ${wanted}`, 200);
}
