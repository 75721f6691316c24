/** A JSON object from the wire, of which nothing is known. */
export type Fields = Readonly<Record<string, unknown>>;

const NOTHING: Fields = {};

/** Gives an object's fields; anything else has none. */
export function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : NOTHING;
}

/** Gives a list's items; anything else has none. */
export function itemsOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Gives a text; anything else is ''. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Gives a whole, non-negative count; anything else is absent. */
export function countOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? Math.round(value) : undefined;
}
