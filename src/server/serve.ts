import { randomBytes, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Encoder } from '../encoders/encoder.ts';
import { guardHost, guardOrigin, guardRequest, originHeaders } from './guard.ts';
import { HttpError } from './http-error.ts';
import { answerRequest, type RouteContext } from './routes.ts';
import { DEFAULT_LIMITS, type ServerLimits } from './server-limits.ts';
import type { OpenSession, SessionSummary } from './session-host.ts';
import { Threads } from './threads.ts';

/** How the server is started. */
export interface ServerOptions {
  readonly openSession: OpenSession;
  listSessions(): Promise<readonly SessionSummary[]>;
  /** What `?as=` can name. */
  readonly encoders: readonly Encoder[];
  /** 0 takes any free port. */
  readonly port: number;
  /** Loopback only: `127.0.0.1` (the default), `localhost` or `::1`. */
  readonly host?: string;
  /** Made when absent. */
  readonly token?: string;
  /** Origins of web pages that may call it, such as `http://localhost:3000`; none by default. */
  readonly allowed_origins?: readonly string[];
  /** `0.0.45` for clients that know the `THINKING_*` events and no interrupts: approvals are denied then. */
  readonly ag_ui_compat?: string;
  readonly limits?: Partial<ServerLimits>;
  newId?(): string;
}

/** A server that listens. */
export interface RunningServer {
  /** `http://127.0.0.1:8123`; AG-UI is at `/ag-ui`. */
  readonly url: string;
  readonly token: string;
  /** Ends every run and session, then every connection. */
  close(): Promise<void>;
}

const LOOPBACK = ['127.0.0.1', 'localhost', '::1'];

/**
 * Serves sessions over HTTP on loopback.
 *
 * Contract: nobody without the token learns or does anything. Rejects with a sentence when the host is not loopback,
 * the token is unusable or the port is taken.
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const host = options.host ?? '127.0.0.1';
  if (!LOOPBACK.includes(host)) throw new Error(`The server listens on loopback only, not on ${host}.`);
  const token = options.token ?? randomBytes(32).toString('base64url');
  if (!/^[\x21-\x7e]+$/.test(token)) throw new Error('The token must be visible ASCII characters without spaces.');
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const newId = options.newId ?? randomUUID;
  const threads = new Threads({ openSession: options.openSession, newId, max_sessions: limits.max_sessions });
  const context: RouteContext = {
    threads,
    limits,
    newId,
    encoders: options.encoders,
    listSessions: () => options.listSessions(),
    open: { runs: 0, streams: 0 },
    ...(options.ag_ui_compat === undefined ? {} : { ag_ui_compat: options.ag_ui_compat }),
  };
  const allowed_origins = options.allowed_origins ?? [];
  let isClosing = false;
  let port = options.port;
  const answering = new Set<Promise<unknown>>();
  const server = createServer((request, response) => {
    const answered = new Promise<void>((resolve) => {
      response.once('close', resolve);
    });
    answering.add(answered);
    void answered.then(() => answering.delete(answered));
    const answer = isClosing ? refuseClosing : handle;
    void answer({ request, response, context, guard: { token, port, allowed_origins } });
  });
  hardenServer(server);
  port = await listen(server, { port: options.port, host });
  return {
    url: `http://${host === '::1' ? '[::1]' : host}:${port}`,
    token,
    close: async () => {
      isClosing = true;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      const told = threads.close().then(() => Promise.all(answering));
      await Promise.race([told, new Promise((resolve) => setTimeout(resolve, limits.close_ms).unref())]);
      server.closeAllConnections();
      await closed;
    },
  };
}

interface Incoming {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly context: RouteContext;
  readonly guard: { readonly token: string; readonly port: number; readonly allowed_origins: readonly string[] };
}

async function handle(incoming: Incoming): Promise<void> {
  const { request, response, context, guard } = incoming;
  const headers = originHeaders(request, guard.allowed_origins);
  try {
    if (request.method === 'OPTIONS' && headers['access-control-allow-origin'] !== undefined) {
      guardHost(request.headers.host, guard.port);
      guardOrigin(request, guard.allowed_origins);
      return answerPreflight(response, headers);
    }
    guardRequest(request, guard);
    await answerRequest({ request, response, headers }, context);
  } catch (error) {
    refuse(response, error, headers);
  }
}

async function refuseClosing({ response }: Incoming): Promise<void> {
  refuse(response, new HttpError(503, 'The server is shutting down.', { connection: 'close' }), {});
}

function answerPreflight(response: ServerResponse, headers: Readonly<Record<string, string>>): void {
  response.writeHead(204, {
    ...headers,
    'access-control-allow-methods': 'GET, POST',
    'access-control-allow-headers': 'authorization, content-type, accept, last-event-id',
    'access-control-max-age': '600',
  });
  response.end();
}

function refuse(response: ServerResponse, error: unknown, headers: Readonly<Record<string, string>>): void {
  const known = error instanceof HttpError ? error : new HttpError(500, 'The server failed to answer.');
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.writeHead(known.status, {
    'content-type': 'application/json',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...headers,
    ...known.headers,
  });
  response.end(`${JSON.stringify({ error: { status: known.status, message: known.message } })}\n`);
}

/** Bounds how long and how much a client may take before it has said what it wants. */
function hardenServer(server: Server): void {
  server.headersTimeout = 10_000;
  server.requestTimeout = 30_000;
  server.maxHeadersCount = 100;
  server.maxConnections = 256;
  server.on('clientError', (_error, socket) => {
    if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n');
    else socket.destroy();
  });
}

async function listen(server: Server, at: { readonly port: number; readonly host: string }): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE'
          ? new Error(`The port ${at.port} is taken. Choose another one with --port, or 0 for any free one.`)
          : error,
      ),
    );
    server.listen(at.port, at.host, resolve);
  });
  return (server.address() as AddressInfo).port;
}
