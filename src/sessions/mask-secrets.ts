/** Stands in files where a known secret was. */
export const MASK = '[secret]';

/** Shorter values are too common to be looked for. */
const MIN_LENGTH = 8;

export interface SecretMask {
  /** Replaces every known secret in a line of JSON. */
  mask(line: string): string;
  /** Whether a text ends with the beginning of a secret. */
  endsInside(text: string): boolean;
}

/** Makes a mask of the secrets that this program holds. Their values are compared, not their look. */
export function createSecretMask(secrets: readonly string[]): SecretMask {
  const known = [...new Set(secrets)].filter((secret) => secret.length >= MIN_LENGTH);
  // As they stand in JSON: by themselves, and once more inside a string that is JSON itself.
  const spellings = known.flatMap((secret) => {
    const once = escaped(secret);
    return [...new Set([once, escaped(once)])];
  });
  return {
    mask: (line) => spellings.reduce((text, secret) => text.replaceAll(secret, MASK), line),
    endsInside: (text) => known.some((secret) => endsWithBeginning(text, secret)),
  };
}

function escaped(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

function endsWithBeginning(text: string, secret: string): boolean {
  for (let length = Math.min(secret.length - 1, text.length); length > 0; length -= 1) {
    if (text.endsWith(secret.slice(0, length))) return true;
  }
  return false;
}
