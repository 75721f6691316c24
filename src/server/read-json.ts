import type { IncomingMessage } from 'node:http';
import { HttpError } from './http-error.ts';

/** Reads the JSON body of a request, of at most `limit_bytes`; more is refused before it is read. */
export async function readJson(request: IncomingMessage, limit_bytes: number): Promise<unknown> {
  const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json') {
    throw new HttpError(415, `The content type ${JSON.stringify(type)} is not accepted. Send application/json.`);
  }
  const text = await readText(request, limit_bytes);
  try {
    return JSON.parse(text);
  } catch {
    throw new HttpError(400, 'The body is not valid JSON.');
  }
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
