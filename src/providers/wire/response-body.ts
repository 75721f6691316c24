import type { IncomingMessage } from 'node:http';
import { createRequire } from 'node:module';
import type { Readable } from 'node:stream';
import { ProviderError } from '../provider.ts';

const ERROR_BYTES = 64 * 1024;
const ERROR_WAIT_MS = 5_000;
const RESPONSE_BYTES = 64 * 1024 * 1024;
/** How long a connection may take to end by itself after the last event, to be used again. */
const LINGER_MS = 200;

const load = createRequire(import.meta.url);

/** A read of so many bytes is part of a burst: it is not held up. */
const BURST_BYTES = 8 * 1024;

/**
 * Reads the bytes of a response, uncompressed. Stops at 64 MB with a {@link ProviderError}. A reader that leaves early
 * gives the connection a moment to end and be used again, without holding the process; an aborted one closes it.
 * With `every_ms`, what comes after the first bytes waits in the system to be read together.
 */
export async function* readBody(
  message: IncomingMessage,
  signal: AbortSignal,
  every_ms = 0,
): AsyncGenerator<Uint8Array> {
  const stream = uncompressed(message);
  let bytes = 0;
  try {
    for await (const chunk of stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>) {
      bytes += chunk.length;
      if (bytes > RESPONSE_BYTES) throw tooLarge(message);
      yield chunk;
      const isFirst = bytes === chunk.length;
      if (every_ms > 0 && !isFirst && chunk.length < BURST_BYTES && !message.complete) await gather(message, every_ms);
    }
  } finally {
    leave(message, stream, signal);
  }
}

/** What stops the reading in the system. `pause` of a socket reads on, and wakes the process, until its buffer is full. */
interface SocketHandle {
  readStop?(): number;
  readStart?(): number;
}

/** Lets bytes gather in the system: each time that some wake the process costs more than what is done with them. */
async function gather(message: IncomingMessage, wait_ms: number): Promise<void> {
  const handle = handleOf(message);
  handle?.readStop?.();
  await new Promise((resolve) => setTimeout(resolve, wait_ms));
  // A connection that was closed meanwhile has none any more.
  if (handle === handleOf(message)) handle?.readStart?.();
  // All that waits is read before any of it is used: over TLS it comes in as many records as were sent.
  await new Promise((resolve) => setImmediate(resolve));
}

function handleOf({ socket }: IncomingMessage): SocketHandle | undefined {
  return (socket as { readonly _handle?: SocketHandle | null } | null)?._handle ?? undefined;
}

function uncompressed(message: IncomingMessage): Readable {
  const encoding = message.headers['content-encoding']?.trim().toLowerCase() ?? 'identity';
  if (encoding === 'identity' || encoding === '') return message;
  const zlib = load('node:zlib') as typeof import('node:zlib');
  const { pipeline } = load('node:stream') as typeof import('node:stream');
  switch (encoding) {
    case 'gzip':
    case 'x-gzip':
    case 'deflate':
      return pipeline(message, zlib.createUnzip(), () => {});
    case 'br':
      return pipeline(message, zlib.createBrotliDecompress(), () => {});
    default:
      return message;
  }
}

function tooLarge(message: IncomingMessage): ProviderError {
  const host = message.socket?.remoteAddress ?? 'The service';
  return new ProviderError({
    kind: 'stream_interrupted',
    message: `${host} sent more than ${RESPONSE_BYTES / 1024 / 1024} MB in one response; it was stopped`,
    retryable: false,
  });
}

function leave(message: IncomingMessage, stream: Readable, signal: AbortSignal): void {
  if (message.complete && message.readableEnded) return;
  if (signal.aborted || stream !== message) {
    message.destroy();
    return;
  }
  const timer = setTimeout(() => message.destroy(), LINGER_MS).unref();
  message.on('close', () => clearTimeout(timer));
  message.socket?.unref();
  message.resume();
}

/** Reads the text of an error: at most 64 KB, for at most 5 s. What came until then counts; never throws. */
export async function readErrorText(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  const iterator = body[Symbol.asyncIterator]();
  let timer: NodeJS.Timeout | undefined;
  const isOver = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ERROR_WAIT_MS);
  });
  try {
    for (let bytes = 0; bytes < ERROR_BYTES; ) {
      const next = await Promise.race([iterator.next(), isOver]);
      if (next === undefined || next.done === true) break;
      chunks.push(next.value);
      bytes += next.value.length;
    }
  } catch {
    // A connection that breaks inside an error leaves what it had said.
  } finally {
    clearTimeout(timer);
    void iterator.return?.().then(undefined, () => {});
  }
  return new TextDecoder().decode(Buffer.concat(chunks).subarray(0, ERROR_BYTES));
}
