import { findProxy, proxyFor } from '../../providers/wire/proxy.ts';
import type { PageRequest } from '../../tools/options.ts';
import { refusePrivateName, requestPage } from '../../tools/web/request-page.ts';
import type { Setup } from '../setup.ts';
import { readCertificates } from './open-models.ts';

/** Gives how pages are asked for where requests go through a proxy; undefined where the tool does it by itself. */
export function pageRequest({ environment, config }: Setup): PageRequest | undefined {
  const proxy = findProxy({ environment, proxy: config.proxy });
  if (proxy === undefined) return undefined;
  return async (url, ask) => {
    const used = proxyFor(url, { proxy });
    if (used === undefined) return requestPage(url, ask);
    await refusePrivateName(url);
    const { sendThroughProxy } = await import('../../providers/wire/proxy-transport.ts');
    const request = { url, method: 'GET', headers: ask.headers, body: undefined, signal: ask.signal };
    const { status, headers, body } = await sendThroughProxy(request, {
      proxy: used,
      ca: readCertificates(config.ca_file),
    });
    return { status, header: (name) => headers.get(name) ?? undefined, body };
  };
}
