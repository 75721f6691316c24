import type { IncomingMessage } from 'node:http';
import { HttpError } from './http-error.ts';

/** Reads the JSON body of a request, of at most `limit_bytes`; more is refused before it is read. */
export async function readJson(request: IncomingMessage, limit_bytes: number): Promise<unknown> {
  const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json') {
    throw new HttpError(415, `The content type ${JSON.stringify(type)} is not accepted. Send application/json.`);
  }
  const value = parse(await readText(request, limit_bytes));
  if (isDeeper(value, MAX_DEPTH)) throw new HttpError(400, `The body is nested more than ${MAX_DEPTH} levels deep.`);
  return value;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new HttpError(400, 'The body is not valid JSON.');
  }
}

/** Nothing that is meant is nested so deep, and what takes a value apart calls itself for each level. */
const MAX_DEPTH = 200;

/** Goes level by level, so that it calls itself for none. */
function isDeeper(value: unknown, limit: number): boolean {
  let level = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > limit) return true;
    level = level.flatMap((one) => (typeof one === 'object' && one !== null ? Object.values(one) : []));
  }
  return false;
}

async function readText(request: IncomingMessage, limit_bytes: number): Promise<string> {
  const tooLarge = (): HttpError =>
    new HttpError(413, `The body is larger than ${limit_bytes} bytes.`, { connection: 'close' });
  if (Number(request.headers['content-length'] ?? 0) > limit_bytes) throw tooLarge();
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit_bytes) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
