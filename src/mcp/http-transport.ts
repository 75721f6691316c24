import type { Transport } from '@modelcontextprotocol/client';
import type { ServerTransport } from './stdio-transport.ts';

export interface HttpServer {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly fetch: typeof globalThis.fetch;
}

/** Speaks with a server over HTTP, as streams. Redirects are refused: they would take the headers to another host. */
export async function httpTransport({ url, headers, fetch }: HttpServer): Promise<ServerTransport> {
  const { StreamableHTTPClientTransport } = await import('@modelcontextprotocol/client');
  const transport: Transport = new StreamableHTTPClientTransport(new URL(url), {
    fetch,
    requestInit: { headers: { ...headers }, redirect: 'error' },
  });
  return Object.assign(transport, { ending: () => undefined });
}
