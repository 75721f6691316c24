import { Readable } from 'node:stream';
import type { ReadableStream as NodeStream } from 'node:stream/web';
import type { McpServerConfig } from '../../mcp/mcp-options.ts';
import { findProxy } from '../../providers/wire/proxy.ts';
import { createTransport } from '../../providers/wire/transport.ts';
import type { Setup } from '../setup.ts';
import { readCertificates } from './open-models.ts';

/** Headers of the protocol, beside those that the transport lets through in any case. */
const PROTOCOL_HEADERS = ['mcp-session-id', 'mcp-protocol-version', 'last-event-id'];
const WITHOUT_BODY = [101, 204, 205, 304];

/** Makes the `fetch` for one MCP server: through the same proxy and with the same certificates as the models. */
export function mcpFetch({ environment, config }: Setup, server: McpServerConfig): typeof globalThis.fetch {
  const proxy = findProxy({ environment, proxy: config.proxy });
  const ca = readCertificates(config.ca_file);
  const transport = createTransport({
    name: 'mcp',
    base_url: server.url ?? '',
    headers: { ...Object.fromEntries(PROTOCOL_HEADERS.map((name) => [name, ''])), ...server.headers },
    ...(proxy === undefined ? {} : { proxy }),
    ...(ca === undefined ? {} : { ca }),
  });
  return async (input, init) => {
    const { status, headers, body } = await transport(input, init);
    const hasBody = !WITHOUT_BODY.includes(status) && body !== null;
    return new Response(hasBody ? webStream(body) : null, {
      status,
      headers: [...headers],
    });
  };
}

/** Our transport gives bytes as they come; the client of the protocol wants a stream to pipe. */
function webStream(body: unknown): ReadableStream<Uint8Array> {
  const stream: NodeStream = Readable.toWeb(Readable.from(body as AsyncIterable<Uint8Array>));
  return stream as unknown as ReadableStream<Uint8Array>;
}
