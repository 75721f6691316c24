import type { Dispatcher } from 'undici';
import type { UsedProxy } from './proxy.ts';
import { trusted, type WireRequest, type WireResponse } from './wire-message.ts';

const dispatchers = new Map<string, Dispatcher>();

interface Way {
  readonly proxy: UsedProxy;
  /** Certificates (PEM) that are trusted beside the built-in ones. */
  readonly ca: readonly string[] | undefined;
}

/** Sends a request through a proxy. undici is loaded only here: nobody else needs it. */
export async function sendThroughProxy(request: WireRequest, way: Way): Promise<WireResponse> {
  const undici = await import('undici');
  const dispatcher = await dispatcherFor(way);
  const response = await undici.fetch(request.url, {
    method: request.method,
    headers: request.headers,
    signal: request.signal,
    redirect: 'manual',
    dispatcher,
    ...(request.body === undefined ? {} : { body: request.body }),
  });
  const { body } = response;
  return {
    status: response.status,
    headers: new Headers([...response.headers]),
    body: (body ?? nothing()) as AsyncIterable<Uint8Array>,
    discard: () => void body?.cancel().catch(() => {}),
  };
}

async function dispatcherFor({ proxy, ca }: Way): Promise<Dispatcher> {
  const name = JSON.stringify([proxy.url, ca]);
  const known = dispatchers.get(name);
  if (known !== undefined) return known;
  const { ProxyAgent } = await import('undici');
  const dispatcher = new ProxyAgent({
    uri: proxy.url,
    // Proxies rarely let anything but port 443 through a tunnel.
    proxyTunnel: false,
    // The agent watches for stalls; these limits would end a slow thought.
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: trusted(ca),
    requestTls: trusted(ca),
    proxyTls: trusted(ca),
  });
  dispatchers.set(name, dispatcher);
  return dispatcher;
}

async function* nothing(): AsyncGenerator<Uint8Array> {}
