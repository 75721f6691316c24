import { HttpError } from './http-error.ts';

/** A JSON object whose fields nobody has checked. */
export type JsonRecord = Readonly<Record<string, unknown>>;

/** Tells JSON objects from lists and everything else. */
export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Tells whether a value is a whole number from 0. */
export function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

/** Gives a list, empty when absent; anything else is refused by its name. */
export function optionalArray(body: JsonRecord, field: string): readonly unknown[] {
  const value = body[field];
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw new HttpError(400, `${field} must be a list.`);
  return value;
}

/** Gives a string of 1 to 256 characters; anything else is refused by its name. */
export function requiredString(body: JsonRecord, field: string): string {
  const value = body[field];
  if (typeof value !== 'string' || value === '' || value.length > 256) {
    throw new HttpError(400, `${field} must be a string of 1 to 256 characters.`);
  }
  return value;
}
