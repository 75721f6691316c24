/**
 * Reads how long a service asks to wait, in milliseconds: `retry-after-ms`, `retry-after` in seconds or as a date, the
 * resets of used-up limits, else what the message says. Undefined when it asks for nothing.
 */
export function readRetryAfter(headers: Headers | undefined, message = ''): number | undefined {
  return fromRetryAfter(headers) ?? fromResets(headers) ?? fromMessage(message);
}

function fromRetryAfter(headers: Headers | undefined): number | undefined {
  const milliseconds = number(headers?.get('retry-after-ms'));
  if (milliseconds !== undefined) return wait(milliseconds);
  const value = headers?.get('retry-after') ?? undefined;
  const seconds = number(value);
  if (seconds !== undefined) return wait(seconds * 1000);
  return value === undefined ? undefined : untilDate(value, headers);
}

const RESET = /^(anthropic-ratelimit-.+|x-ratelimit)-reset(-.+)?$/;

/** The latest reset of those limits of which nothing remains; of all, where nothing says what remains. */
function fromResets(headers: Headers | undefined): number | undefined {
  const waits: number[] = [];
  const names = [...(headers?.keys() ?? [])].filter((name) => RESET.test(name));
  for (const name of names) {
    const remaining = number(headers?.get(name.replace('-reset', '-remaining')));
    const reset = untilReset(headers?.get(name) ?? '', headers);
    if (reset !== undefined && (remaining === undefined || remaining <= 0)) waits.push(reset);
  }
  return waits.length === 0 ? undefined : Math.max(...waits);
}

/** A reset is a date, a duration (`6m0s`), seconds from now, or a time in seconds or milliseconds of the epoch. */
function untilReset(value: string, headers: Headers | undefined): number | undefined {
  const count = number(value);
  if (count === undefined) return duration(value) ?? untilDate(value, headers);
  if (count > 1e11) return wait(count - now(headers));
  if (count > 1e8) return wait(count * 1000 - now(headers));
  return wait(count * 1000);
}

const SAID =
  /(?:try again|retry|retryDelay"?:\s*"?)\s*(?:in|after)?\s*((?:[\d.]+\s*(?:ms|h|m(?:in(?:ute)?s?)?|s(?:ec(?:ond)?s?)?)\s*)+)/i;

function fromMessage(message: string): number | undefined {
  const said = SAID.exec(message.slice(0, 4_000))?.[1];
  return said === undefined ? undefined : duration(said);
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

function duration(text: string): number | undefined {
  const parts = [...text.matchAll(/([\d.]+)\s*(ms|[dhms])/gi)];
  if (parts.length === 0) return undefined;
  return wait(
    parts.reduce((sum, [, count, unit]) => sum + Number(count) * (UNITS[unit?.toLowerCase() ?? 's'] ?? 0), 0),
  );
}

function untilDate(value: string, headers: Headers | undefined): number | undefined {
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : wait(date - now(headers));
}

/** The service's own clock where it tells it: ours may be wrong. */
function now(headers: Headers | undefined): number {
  const date = Date.parse(headers?.get('date') ?? '');
  return Number.isNaN(date) ? Date.now() : date;
}

function number(value: string | null | undefined): number | undefined {
  if (value === null || value === undefined || !/^\s*-?\d+(\.\d+)?\s*$/.test(value)) return undefined;
  return Number(value);
}

/** A year: a service that asks for more would give a time that no clock can show. */
const LONGEST_MS = 365 * 86_400_000;

function wait(milliseconds: number): number | undefined {
  return Number.isFinite(milliseconds) ? Math.min(LONGEST_MS, Math.max(0, Math.ceil(milliseconds))) : undefined;
}
