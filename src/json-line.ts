/** Valid in JSON, yet obeyed by terminals or taken for line ends by some readers: C1 controls, bidi, separators, tags. */
const UNSAFE = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]|\udb40[\udc00-\udfff]/;
const EVERY_UNSAFE = new RegExp(UNSAFE.source, 'g');

/**
 * Writes a value as JSON on one line, without the line end. Reads back as the same value; nothing in it can act on a
 * terminal, and lone surrogates are escaped.
 */
export function jsonLine(value: unknown): string {
  const json = JSON.stringify(value);
  return UNSAFE.test(json) ? json.replace(EVERY_UNSAFE, escapeUnits) : json;
}

function escapeUnits(units: string): string {
  let escaped = '';
  for (let index = 0; index < units.length; index += 1) {
    escaped += `\\u${units.charCodeAt(index).toString(16).padStart(4, '0')}`;
  }
  return escaped;
}
