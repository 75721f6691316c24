type Given = Iterable<readonly [string, string]> | Readonly<Record<string, string>>;

/**
 * The built-in `Headers` as far as the SDKs and our transport use it: touching the built-in one loads all of undici,
 * which costs as much start-up as the rest of a request.
 *
 * Contract: names are lower case, values that were appended stand behind each other with commas; a value that would end
 * its line is refused without being repeated.
 */
export class WireHeaders {
  readonly #values = new Map<string, string>();

  constructor(given: Given = {}) {
    const pairs = isIterable(given) ? given : Object.entries(given);
    for (const [name, value] of pairs) this.append(name, value);
  }

  append(name: string, value: string): void {
    const before = this.get(name);
    this.set(name, before === null ? value : `${before}, ${value}`);
  }

  set(name: string, value: string): void {
    const trimmed = String(value).replace(/^[\t\r\n ]+|[\t\r\n ]+$/g, '');
    if (/[\0\r\n]/.test(trimmed)) throw new TypeError(`The header ${name} must be one line`);
    this.#values.set(name.toLowerCase(), trimmed);
  }

  get(name: string): string | null {
    return this.#values.get(name.toLowerCase()) ?? null;
  }

  has(name: string): boolean {
    return this.#values.has(name.toLowerCase());
  }

  delete(name: string): void {
    this.#values.delete(name.toLowerCase());
  }

  keys(): IterableIterator<string> {
    return this.#values.keys();
  }

  entries(): IterableIterator<[string, string]> {
    return this.#values.entries();
  }

  [Symbol.iterator](): IterableIterator<[string, string]> {
    return this.#values.entries();
  }
}

/** Stands where the SDKs ask whether something is a `Response` of the built-in `fetch`, which nothing here ever is. */
export class BuiltInResponse {}

/** Stands where the SDKs ask whether a request is a form, which none of ours is. */
export class BuiltInFormData {}

function isIterable(given: Given): given is Iterable<readonly [string, string]> {
  return Symbol.iterator in given;
}
