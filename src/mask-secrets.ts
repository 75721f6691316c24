/** Stands where a known secret was. */
export const MASK = '[secret]';

/** Shorter values are too common to be looked for. */
const MIN_LENGTH = 8;

export interface SecretMask {
  /** Replaces every known secret in a text, or in a line of JSON. */
  mask(text: string): string;
  /** Whether a text ends with the beginning of a secret. */
  endsInside(text: string): boolean;
  /** Masks bytes that come in pieces: gives what can be passed on, and at the end, asked with nothing, the rest. */
  stream(): (bytes?: Uint8Array) => Uint8Array;
}

/** Makes a mask of the secrets that this program holds. Their values are compared, not their look. */
export function createSecretMask(secrets: readonly string[]): SecretMask {
  const known = longestFirst(secrets.filter((secret) => secret.length >= MIN_LENGTH));
  // As they stand in JSON: by themselves, and once more inside a string that is JSON itself.
  const spellings = longestFirst(known.flatMap((secret) => [secret, escaped(secret), escaped(escaped(secret))]));
  const bytes = known.map((secret) => Buffer.from(secret).toString('latin1'));
  return {
    mask: (text) => maskAll(text, spellings),
    endsInside: (text) => openLength(text, known) > 0,
    stream: () => maskStream(bytes),
  };
}

/** Where a secret begins with another, nothing of it may stay behind the mask of the other. */
function longestFirst(secrets: readonly string[]): readonly string[] {
  return [...new Set(secrets)].sort((one, other) => other.length - one.length);
}

function maskAll(text: string, secrets: readonly string[]): string {
  return secrets.reduce((masked, secret) => masked.replaceAll(secret, MASK), text);
}

/** One character stands for one byte, so that no piece is cut inside of one. */
function maskStream(secrets: readonly string[]): (bytes?: Uint8Array) => Uint8Array {
  let held = '';
  return (bytes) => {
    const text = held + Buffer.from(bytes ?? []).toString('latin1');
    const end = bytes === undefined ? text.length : safeEnd(text, secrets);
    held = text.slice(end);
    return Buffer.from(maskAll(text.slice(0, end), secrets), 'latin1');
  };
}

/** Finds where a text may be cut: before what may be the beginning of a secret, and not inside of one. */
function safeEnd(text: string, secrets: readonly string[]): number {
  let end = text.length - openLength(text, secrets);
  for (let before = -1; before !== end; ) {
    before = end;
    for (const secret of secrets) {
      const start = text.indexOf(secret, Math.max(0, end - secret.length + 1));
      if (start !== -1 && start < end) end = start;
    }
  }
  return end;
}

function escaped(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

/** Counts the characters at the end of a text that may be the beginning of a secret. */
function openLength(text: string, secrets: readonly string[]): number {
  return Math.max(0, ...secrets.map((secret) => beginningAtEnd(text, secret)));
}

function beginningAtEnd(text: string, secret: string): number {
  for (let length = Math.min(secret.length - 1, text.length); length > 0; length -= 1) {
    if (text.endsWith(secret.slice(0, length))) return length;
  }
  return 0;
}
