import { readFileSync } from 'node:fs';
import { createServer as createHttpServer, type Server, request as sendHttp } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Protocol, spellAnswer, spellFrame } from './model-server/answers.mjs';

const TLS = join(import.meta.dirname, '../fixtures/wire/tls');
export const TLS_KEY = readFileSync(join(TLS, 'key.pem'), 'utf8');
/** The file of the certificate for `localhost` that {@link serveTls} shows; nobody vouches for it. */
export const CERTIFICATE_FILE = join(TLS, 'certificate.pem');
export const CERTIFICATE = readFileSync(CERTIFICATE_FILE, 'utf8');

/** Starts a server on loopback for the running test; gives its port. */
export async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as AddressInfo).port;
}

/** Answers over TLS. */
export function serveTls(protocol: Protocol): Promise<number> {
  const bytes = spellAnswer(protocol, { text: 'ok' }).map((frame) => ('pause' in frame ? '' : spellFrame(frame)));
  return listen(
    createTlsServer({ key: TLS_KEY, cert: CERTIFICATE }, (request, response) => {
      request.resume();
      response.writeHead(200, { 'content-type': 'text/event-stream' }).end(bytes.join(''));
    }),
  );
}

export interface Proxy {
  readonly url: string;
  /** What was asked of it: absolute addresses, or hosts to connect to. */
  readonly asked: string[];
}

/** A proxy that takes every name for loopback, and wants a password when it is given one. */
export async function startProxy(password?: string): Promise<Proxy> {
  const asked: string[] = [];
  const isLetIn = (given: string | undefined): boolean =>
    password === undefined || given === `Basic ${btoa(`me:${password}`)}`;
  const server = createHttpServer((request, response) => {
    asked.push(request.url ?? '');
    if (!isLetIn(request.headers['proxy-authorization'])) response.writeHead(407).end();
    else {
      const { port, pathname } = new URL(request.url ?? '');
      const { 'proxy-authorization': _, ...headers } = request.headers;
      const target = sendHttp(
        { host: '127.0.0.1', port, path: pathname, method: request.method, headers },
        (answer) => {
          response.writeHead(answer.statusCode ?? 500, answer.headers);
          answer.pipe(response);
        },
      );
      request.pipe(target);
    }
  });
  server.on('connect', (request, socket, head) => {
    asked.push(`CONNECT ${request.url}`);
    if (!isLetIn(request.headers['proxy-authorization'])) {
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
      return;
    }
    const target = connect(Number(request.url?.split(':')[1]), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      target.write(head);
      target.pipe(socket).pipe(target);
    });
    for (const end of [target, socket]) end.on('error', () => {});
    onTestFinished(() => {
      target.destroy();
      socket.destroy();
    });
  });
  return { url: `http://127.0.0.1:${await listen(server)}`, asked };
}

/** Gives the address of a proxy that is no longer there. */
export async function goneProxy(): Promise<string> {
  const server = createHttpServer();
  const port = await listen(server);
  await new Promise((resolve) => server.close(resolve));
  return `127.0.0.1:${port}`;
}
