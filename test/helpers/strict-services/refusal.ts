/** What a service answers to a request that it refuses, in its own shape. */
export interface Refusal {
  readonly status: number;
  readonly body: unknown;
}

/** A rule that was broken; the service's own words. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly status: number;
  readonly param: string | null;
  readonly code: string | null;

  constructor(message: string, details: { status?: number; param?: string | null; code?: string | null } = {}) {
    super(message);
    this.status = details.status ?? 400;
    this.param = details.param ?? null;
    this.code = details.code ?? null;
  }
}

/** What a strict service knows of one of its models. */
export interface StrictModel {
  readonly output_limit: number;
  readonly has_vision: boolean;
  /** The service's own words for efforts; empty: it cannot reason. */
  readonly efforts: readonly string[];
  /** How Anthropic's model takes thinking. */
  readonly thinking?: 'adaptive' | 'budget' | 'none';
}

/** Whatever a service signed or encrypted, so that a foreign or altered one is found out. */
export interface IssuedThoughts {
  /** Remembers a signature with the model and the text it was made for. */
  issue(signature: string, origin: { readonly model: string; readonly text: string }): void;
  /** Says whether this model made this signature for this text. */
  isGenuine(signature: string, origin: { readonly model: string; readonly text?: string }): boolean;
}

/** Makes an empty memory of signatures. */
export function createIssuedThoughts(): IssuedThoughts {
  const issued = new Map<string, { readonly model: string; readonly text: string }>();
  return {
    issue: (signature, origin) => issued.set(signature, origin),
    isGenuine: (signature, { model, text }) => {
      const known = issued.get(signature);
      return known !== undefined && known.model === model && (text === undefined || known.text === text);
    },
  };
}

/** What validators are given. */
export interface StrictWorld {
  readonly models: Readonly<Record<string, StrictModel>>;
  readonly issued: IssuedThoughts;
}

export type Json = Readonly<Record<string, unknown>>;

/** Gives a value as an object, or breaks the rule that it is one. */
export function object(value: unknown, where: string): Json {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Json;
  throw new Refused(`${where}: Input should be a valid dictionary`, { param: where });
}

/** Gives a value as a list, or breaks the rule that it is one. */
export function array(value: unknown, where: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new Refused(`${where}: Input should be a valid array`, { param: where });
}

/** Breaks the rule that no string in a body has half of a surrogate pair. */
export function requireWellFormed(value: unknown): void {
  if (typeof value === 'string' && /\p{Surrogate}/u.test(value)) {
    throw new Refused('The request body is not valid JSON: no low surrogate in string: line 1 column 1 (char 0)');
  }
  if (typeof value === 'object' && value !== null) for (const inner of Object.values(value)) requireWellFormed(inner);
}
