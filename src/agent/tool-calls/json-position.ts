const TOKEN =
  /\s*(?:(?<value>"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)|(?<mark>[[\]{}:,]))/y;

/** What may come next, by what the text has led to. */
type Expected = 'value' | 'value or ]' | 'name' | 'name or }' | ':' | ', or end' | 'nothing';

/** Finds the first character at which a text stops being JSON; the length of the text when it only ends too early. */
export function jsonErrorPosition(text: string): number {
  const closers: string[] = [];
  let expected: Expected = 'value';
  let position = 0;
  for (;;) {
    TOKEN.lastIndex = position;
    const match = TOKEN.exec(text);
    if (match === null) return position + leadingSpace(text, position);
    const token = match.groups?.mark ?? match.groups?.value ?? '';
    const next = step(token, expected, closers);
    if (next === undefined) return TOKEN.lastIndex - token.length;
    expected = next;
    position = TOKEN.lastIndex;
  }
}

function leadingSpace(text: string, position: number): number {
  return text.slice(position).length - text.slice(position).trimStart().length;
}

function step(token: string, expected: Expected, closers: string[]): Expected | undefined {
  if (token === '{' || token === '[') return open(token, expected, closers);
  if (token === '}' || token === ']') return close(token, expected, closers);
  if (token === ':') return expected === ':' ? 'value' : undefined;
  if (token === ',') return expected === ', or end' ? afterComma(closers) : undefined;
  if (expected === 'name' || expected === 'name or }') return token.startsWith('"') ? ':' : undefined;
  return isValueExpected(expected) ? afterValue(closers) : undefined;
}

function open(token: string, expected: Expected, closers: string[]): Expected | undefined {
  if (!isValueExpected(expected)) return undefined;
  closers.push(token === '{' ? '}' : ']');
  return token === '{' ? 'name or }' : 'value or ]';
}

function close(token: string, expected: Expected, closers: string[]): Expected | undefined {
  const isAllowed = expected === ', or end' || expected === (token === '}' ? 'name or }' : 'value or ]');
  if (!isAllowed || closers.at(-1) !== token) return undefined;
  closers.pop();
  return afterValue(closers);
}

function isValueExpected(expected: Expected): boolean {
  return expected === 'value' || expected === 'value or ]';
}

function afterValue(closers: readonly string[]): Expected {
  return closers.length === 0 ? 'nothing' : ', or end';
}

function afterComma(closers: readonly string[]): Expected {
  return closers.at(-1) === '}' ? 'name' : 'value';
}
