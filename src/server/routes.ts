import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Encoder } from '../encoders/encoder.ts';
import { waitAtMost } from '../wait-at-most.ts';
import { openEventStream } from './event-stream.ts';
import { HttpError } from './http-error.ts';
import { readJson } from './read-json.ts';
import { readUserMessage } from './read-user-message.ts';
import { isMeantFor } from './resume-answer.ts';
import { readRunInput } from './run-input.ts';
import type { ServerLimits } from './server-limits.ts';
import type { SessionSummary } from './session-host.ts';
import { tellEvents } from './tell-events.ts';
import { tellRun } from './tell-run.ts';
import type { Thread } from './thread.ts';
import { sessionIdOf, type Threads } from './threads.ts';

/** What every request shares. */
export interface RouteContext {
  readonly threads: Threads;
  readonly limits: ServerLimits;
  readonly encoders: readonly Encoder[];
  readonly ag_ui_compat?: string;
  readonly newId: () => string;
  /** How many of each are open now. */
  readonly open: { runs: number; streams: number };
  listSessions(): Promise<readonly SessionSummary[]>;
}

/** A request that may be answered. `headers` go out with every answer. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly headers: Readonly<Record<string, string>>;
}

type Handler = (exchange: Exchange, context: RouteContext, id: string) => Promise<void>;

interface Route {
  readonly method: 'GET' | 'POST';
  readonly path: RegExp;
  readonly answer: Handler;
}

const ROUTES: readonly Route[] = [
  { method: 'POST', path: /^\/ag-ui\/?$/, answer: answerRun },
  { method: 'GET', path: /^\/sessions\/?$/, answer: answerSessions },
  { method: 'GET', path: /^\/sessions\/([^/]+)\/events$/, answer: answerEvents },
  { method: 'POST', path: /^\/sessions\/([^/]+)\/messages$/, answer: answerMessages },
  { method: 'GET', path: /^\/openapi\.json$/, answer: answerOpenApi },
];

/** Answers a request, or throws the {@link HttpError} it is refused with. */
export async function answerRequest(exchange: Exchange, context: RouteContext): Promise<void> {
  const { pathname } = urlOf(exchange.request);
  const routes = ROUTES.filter((route) => route.path.test(pathname));
  if (routes.length === 0) throw new HttpError(404, `There is no ${pathname}. GET /openapi.json lists what there is.`);
  const route = routes.find((each) => each.method === exchange.request.method);
  if (route === undefined) {
    throw new HttpError(405, `${exchange.request.method} is not allowed for ${pathname}.`, {
      allow: routes.map((each) => each.method).join(', '),
    });
  }
  await route.answer(exchange, context, sessionIdIn(route.path.exec(pathname)?.[1] ?? ''));
}

async function answerRun({ request, response, headers }: Exchange, context: RouteContext): Promise<void> {
  const { limits, threads, open } = context;
  const input = readRunInput(await readJson(request, limits.max_body_bytes));
  if (open.runs >= limits.max_runs) throw tooMany(`${limits.max_runs} runs are going on`);
  open.runs += 1;
  try {
    await threads.use(sessionIdOf(input.thread_id), async (thread) => {
      while (thread.running !== undefined) await waitForTurn(thread, thread.running);
      const end = thread.beginRun();
      try {
        const session = await thread.open(input.tools, true);
        const stream = openEventStream(response, { ...limits, headers });
        stream.signal.addEventListener('abort', () => {
          thread.isBeingRead = false;
        });
        await tellRun(input, { ...limits, ...compat(context), thread, session, stream });
      } finally {
        end();
      }
    });
  } finally {
    open.runs -= 1;
  }
}

/** Waits for the end of a run whose reader has gone or is about to go; a run that is read is not disturbed. */
async function waitForTurn(thread: Thread, running: Promise<void>): Promise<void> {
  await waitAtMost(running, ABOUT_TO_GO_MS);
  if (thread.running === running && !thread.isBeingRead) await waitAtMost(running, LEFT_BEHIND_MS);
  if (thread.running === running) {
    throw new HttpError(409, 'A run of this thread is going on. Steer it with POST /sessions/<id>/messages, or wait.');
  }
}

async function answerEvents(
  { request, response, headers }: Exchange,
  context: RouteContext,
  id: string,
): Promise<void> {
  const { limits, threads, open, encoders } = context;
  const name = urlOf(request).searchParams.get('as') ?? undefined;
  const encoder = encoders.find((each) => each.name === name);
  if (name !== undefined && encoder === undefined) {
    throw new HttpError(
      400,
      `There is no vocabulary ${JSON.stringify(name)}. Use one of: ${encoders.map((each) => each.name).join(', ')}.`,
    );
  }
  const after_seq = lastEventId(request);
  if (open.streams >= limits.max_streams) throw tooMany(`${limits.max_streams} event streams are open`);
  open.streams += 1;
  try {
    await threads.use(id, async (thread) => {
      const session = await thread.open(undefined, false);
      const stream = openEventStream(response, { ...limits, headers });
      await tellEvents({
        session,
        stream,
        after_seq,
        ...compat(context),
        ...(encoder === undefined ? {} : { encoder }),
      });
    });
  } finally {
    open.streams -= 1;
  }
}

async function answerMessages(
  { request, response, headers }: Exchange,
  context: RouteContext,
  id: string,
): Promise<void> {
  const body = await readJson(request, context.limits.max_body_bytes);
  const message = readUserMessage(body, context.newId);
  await context.threads.use(id, async (thread) => {
    const session = await thread.open(undefined, false);
    if (!isMeantFor(await thread.stateNow(session), message, body)) {
      throw new HttpError(409, '"hash" names something else than what waits for this approval now. Look at it again.');
    }
    session.send(message);
  });
  sendJson(response, { status: 202, headers, body: { id: message.id } });
}

async function answerSessions({ response, headers }: Exchange, context: RouteContext): Promise<void> {
  sendJson(response, { status: 200, headers, body: { sessions: await context.listSessions() } });
}

async function answerOpenApi({ response, headers }: Exchange, context: RouteContext): Promise<void> {
  const { openApi } = await import('./openapi.ts');
  sendJson(response, { status: 200, headers, body: openApi(context.encoders.map((encoder) => encoder.name)) });
}

interface JsonAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

function sendJson(response: ServerResponse, { status, headers, body }: JsonAnswer): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers });
  response.end(`${JSON.stringify(body)}\n`);
}

function urlOf(request: IncomingMessage): URL {
  try {
    return new URL(request.url ?? '/', 'http://localhost');
  } catch {
    throw new HttpError(400, 'The address cannot be read.');
  }
}

/** A session is named by its own id, or by the id of its AG-UI thread. */
function sessionIdIn(segment: string): string {
  try {
    return sessionIdOf(decodeURIComponent(segment));
  } catch {
    throw new HttpError(400, `The session id ${JSON.stringify(segment)} cannot be read.`);
  }
}

function lastEventId(request: IncomingMessage): number {
  const given = request.headers['last-event-id'];
  if (given === undefined || given === '') return 0;
  const seq = Number(given);
  if (!Number.isSafeInteger(seq) || seq < 0) throw new HttpError(400, 'Last-Event-ID must be the id of an event.');
  return seq;
}

function compat(context: RouteContext): { readonly ag_ui_compat?: string } {
  return context.ag_ui_compat === undefined ? {} : { ag_ui_compat: context.ag_ui_compat };
}

function tooMany(what: string): HttpError {
  return new HttpError(429, `${what}; that is the limit. Try again later.`, { 'retry-after': '5' });
}

/** A client that aborts one run and starts the next may be heard in the other order. */
const ABOUT_TO_GO_MS = 500;
const LEFT_BEHIND_MS = 10_000;
