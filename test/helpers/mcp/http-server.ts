import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { createHandler } from './answer-rpc.mjs';

/** An MCP server on loopback, over streamable HTTP; plain JSON-RPC. */
export interface McpHttpServer {
  readonly url: string;
  /** What came in: methods, calls, and the headers that matter. */
  readonly notes: readonly string[];
  /** Forgets every session when this tool is called, as a server does that was started again. */
  forgetOn(tool: string): void;
  /** Cuts every connection when this tool is called. */
  cutOn(tool: string): void;
}

export interface McpHttpOptions {
  /** A value that the Authorization header must have. */
  readonly authorization?: string;
  /** Where every request is sent on to. */
  readonly redirect?: string;
}

type Rpc = { readonly id?: number; readonly method: string; readonly params?: { readonly name?: string } };

/** Starts the server on a free port; it ends with the test. */
export async function startMcpHttpServer(options: McpHttpOptions = {}): Promise<McpHttpServer> {
  const notes: string[] = [];
  const sessions = new Set<string>();
  let cut = '';
  let forget = '';
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (options.redirect !== undefined) {
      response.writeHead(307, { location: options.redirect }).end();
      return;
    }
    if (options.authorization !== undefined && request.headers.authorization !== options.authorization) {
      response.writeHead(401).end('who are you?');
      return;
    }
    if (request.method === 'GET') {
      notes.push('GET');
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write(': open\n\n');
      return;
    }
    if (request.method === 'DELETE') {
      response.writeHead(200).end();
      return;
    }
    const message = JSON.parse(await bodyOf(request)) as Rpc;
    if (message.params?.name === forget) sessions.clear();
    const given = request.headers['mcp-session-id'];
    if (message.method !== 'initialize' && !sessions.has(String(given))) {
      response.writeHead(404).end('no such session');
      return;
    }
    if (message.params?.name === cut) {
      request.socket.destroy();
      return;
    }
    await answer(message, response);
  };
  const answer = async (message: Rpc, response: ServerResponse): Promise<void> => {
    if (message.id === undefined) {
      notes.push(message.method);
      response.writeHead(202).end();
      return;
    }
    const session = `session-${sessions.size + 1}`;
    const head = message.method === 'initialize' ? { 'mcp-session-id': session } : {};
    if (message.method === 'initialize') sessions.add(session);
    response.writeHead(200, { 'content-type': 'text/event-stream', ...head });
    const send = (value: unknown): void => void response.write(`event: message\ndata: ${JSON.stringify(value)}\n\n`);
    const handle = createHandler({ send, note: (line: string) => void notes.push(line) });
    const result: unknown = await handle(message);
    if (result === undefined) return;
    send(result);
    response.end();
  };
  const server = createServer((request, response) => void serve(request, response));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`,
    notes,
    forgetOn: (tool) => {
      forget = tool;
    },
    cutOn: (tool) => {
      cut = tool;
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += chunk;
  return text;
}
