import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { type Frame, type ModelAnswer, type Protocol, spellAnswer, spellFrame } from './answers.mjs';

export type { Frame, ModelAnswer, Protocol } from './answers.mjs';

/** Bytes sent exactly as they stand. */
export interface RawAnswer {
  readonly status?: number;
  /** `text/event-stream` unless it says otherwise. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly bytes: string | Uint8Array;
  /** Cuts the bytes into writes of this size, or at these offsets; each write is a packet of its own. */
  readonly cut?: number | readonly number[];
  /** `end`: properly; `fin`: the connection closes before the response ended; `stall`: nothing more, ever. */
  readonly ending?: 'end' | 'fin' | 'reset' | 'stall' | 'endless';
  /** What `endless` repeats; all the bytes unless given. */
  readonly repeated?: string;
  /** Sends nothing at all, not even headers. */
  readonly is_silent?: true;
}

/** Events of one's own, with places to wait. */
export interface FrameAnswer {
  readonly frames: readonly Frame[];
  readonly ending?: RawAnswer['ending'];
}

export type ScriptedAnswer = ModelAnswer | RawAnswer | FrameAnswer;

export interface ModelServerOptions {
  readonly protocol: Protocol;
  /** One answer for each request; when they are used up, 500. Or a function of the request. */
  readonly script: readonly ScriptedAnswer[] | ((request: ModelServerRequest, index: number) => ScriptedAnswer);
  /** A wait before every event, in milliseconds. */
  readonly delta_ms?: number;
}

export interface ModelServerRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Parsed JSON, else the text. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies freely
  readonly body: any;
}

export interface ModelServer {
  /** Without a path. */
  readonly url: string;
  /** What the SDK of the protocol takes as its base URL. */
  readonly base_url: string;
  /** Every request so far, in their order; GET requests for models are answered but not listed. */
  readonly requests: readonly ModelServerRequest[];
  /** Resolves when the server waits at the named place. */
  reaches(pause: string): Promise<void>;
  /** Lets the server go on from the named place, also before it is reached. */
  resume(pause: string): void;
  /** How many connections are open. */
  readonly connections: number;
  /** Resolves when no connection is open. */
  allClosed(): Promise<void>;
  close(): Promise<void>;
}

/** Starts a stand-in for a model service on loopback. It plays its script and judges nothing. */
export async function startModelServer(options: ModelServerOptions): Promise<ModelServer> {
  const requests: ModelServerRequest[] = [];
  const sockets = new Set<Socket>();
  const gates = createGates();
  const waiters: (() => void)[] = [];
  const server = createServer((request, response) => {
    response.on('error', () => {});
    void answer(request, response).catch(() => response.destroy());
  });
  server.keepAliveTimeout = 60_000;
  server.on('connection', (socket) => {
    socket.setNoDelay(true);
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => {
      sockets.delete(socket);
      if (sockets.size === 0) for (const wake of waiters.splice(0)) wake();
    });
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const text = await readText(request);
    if (request.method === 'GET') {
      response.setHeader('content-type', 'application/json').end(JSON.stringify(MODELS));
      return;
    }
    const listed = {
      method: request.method ?? '',
      path: request.url ?? '',
      headers: request.headers,
      body: parse(text),
    };
    const index = requests.push(listed) - 1;
    const { script } = options;
    const scripted = typeof script === 'function' ? script(listed, index) : script[index];
    if (scripted === undefined) sendUsedUp(response, index);
    else if ('bytes' in scripted) await sendRaw(response, scripted);
    else
      await sendFrames(
        response,
        'frames' in scripted ? scripted : { frames: spellAnswer(options.protocol, scripted, index + 1) },
      );
  }

  async function sendFrames(response: ServerResponse, { frames, ending }: FrameAnswer): Promise<void> {
    response.writeHead(200, EVENT_STREAM);
    response.flushHeaders();
    for (const frame of frames) {
      if (response.destroyed) return;
      if ('pause' in frame) await gates.wait(frame.pause, response);
      else {
        if (options.delta_ms !== undefined) await new Promise((resolve) => setTimeout(resolve, options.delta_ms));
        response.write(spellFrame(frame));
      }
    }
    finish(response, ending);
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    base_url: options.protocol === 'anthropic' ? url : `${url}/v1`,
    requests,
    reaches: gates.reaches,
    resume: gates.resume,
    get connections() {
      return sockets.size;
    },
    allClosed: () => (sockets.size === 0 ? Promise.resolve() : new Promise<void>((resolve) => waiters.push(resolve))),
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

const EVENT_STREAM = { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' };
const MODELS = {
  object: 'list',
  data: [{ id: 'stand-in-1', object: 'model', type: 'model', display_name: 'Stand-in' }],
};

async function sendRaw(response: ServerResponse, raw: RawAnswer): Promise<void> {
  if (raw.is_silent) return;
  response.writeHead(raw.status ?? 200, raw.headers ?? EVENT_STREAM);
  response.flushHeaders();
  const bytes = typeof raw.bytes === 'string' ? Buffer.from(raw.bytes) : Buffer.from(raw.bytes);
  for (const piece of cutBytes(bytes, raw.cut)) {
    if (response.destroyed) return;
    response.write(piece);
    await new Promise((resolve) => setImmediate(resolve));
  }
  if (raw.ending === 'endless') await repeat(response, raw.repeated === undefined ? bytes : Buffer.from(raw.repeated));
  else finish(response, raw.ending);
}

async function repeat(response: ServerResponse, bytes: Buffer): Promise<void> {
  while (!response.destroyed) {
    if (response.write(bytes)) await new Promise((resolve) => setTimeout(resolve, 5));
    else await roomOrEnd(response);
  }
}

async function roomOrEnd(response: ServerResponse): Promise<void> {
  const over = new AbortController();
  const { signal } = over;
  await Promise.race([once(response, 'drain', { signal }), once(response, 'close', { signal })]).catch(() => {});
  over.abort();
}

function cutBytes(bytes: Buffer, cut: RawAnswer['cut']): Buffer[] {
  if (bytes.length === 0) return [];
  if (cut === undefined) return [bytes];
  const ends =
    typeof cut === 'number'
      ? Array.from({ length: Math.ceil(bytes.length / cut) }, (_, index) => (index + 1) * cut)
      : [...cut, bytes.length];
  let start = 0;
  return ends.flatMap((end) => {
    const piece = bytes.subarray(start, end);
    start = end;
    return piece.length > 0 ? [piece] : [];
  });
}

function finish(response: ServerResponse, ending: RawAnswer['ending'] = 'end'): void {
  if (ending === 'end') response.end();
  else if (ending === 'fin') response.socket?.end();
  else if (ending === 'reset') setImmediate(() => response.socket?.resetAndDestroy());
}

function sendUsedUp(response: ServerResponse, index: number): void {
  const error = { type: 'api_error', message: `The script has no answer ${index + 1}` };
  response.writeHead(500, { 'content-type': 'application/json' }).end(JSON.stringify({ type: 'error', error }));
}

interface Gates {
  reaches(name: string): Promise<void>;
  resume(name: string): void;
  wait(name: string, response: ServerResponse): Promise<void>;
}

function createGates(): Gates {
  const reached = new Map<string, PromiseWithResolve>();
  const opened = new Map<string, PromiseWithResolve>();
  const get = (map: Map<string, PromiseWithResolve>, name: string): PromiseWithResolve => {
    const known = map.get(name) ?? withResolve();
    map.set(name, known);
    return known;
  };
  return {
    reaches: (name) => get(reached, name).promise,
    resume: (name) => get(opened, name).resolve(),
    wait: (name, response) => {
      get(reached, name).resolve();
      return Promise.race([get(opened, name).promise, new Promise<void>((resolve) => response.once('close', resolve))]);
    },
  };
}

interface PromiseWithResolve {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
}

function withResolve(): PromiseWithResolve {
  let resolve = (): void => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
