import type { LookupAddress } from 'node:dns';
import type { IncomingMessage } from 'node:http';
import { isIP, type LookupFunction } from 'node:net';
import { pipeline, type Readable } from 'node:stream';
import type { PageAnswer, PageAsk } from '../options.ts';
import { ToolFailure } from '../tool.ts';
import { isPrivateAddress } from './private-address.ts';

/**
 * Asks for one address over a connection of its own. A host name that leads to a private address is refused at the
 * moment of connecting, whatever it led to before; an address given as digits, or `localhost`, is what it says.
 */
export async function requestPage(url: URL, { headers, signal }: PageAsk): Promise<PageAnswer> {
  const { request } = url.protocol === 'https:' ? await import('node:https') : await import('node:http');
  const { lookup } = await import('node:dns');
  const message = await new Promise<IncomingMessage>((resolve, reject) => {
    const asked = request(
      url,
      {
        headers: { ...headers, 'accept-encoding': 'gzip, deflate, br' },
        signal,
        lookup: guarded(url, lookup),
        agent: false,
      },
      resolve,
    );
    asked.on('error', reject);
    asked.end();
  });
  return {
    status: message.statusCode ?? 0,
    header: (name) => {
      const value = message.headers[name];
      return Array.isArray(value) ? value[0] : value;
    },
    body: await decoded(message),
  };
}

/**
 * Refuses a host name that leads to a private address, as far as this machine knows it: what a proxy finds behind a name
 * cannot be seen from here.
 */
export async function refusePrivateName({ hostname }: URL): Promise<void> {
  if (isNamedPrivate(hostname)) return;
  const { lookup } = await import('node:dns/promises');
  const addresses = await lookup(hostname, { all: true }).catch(() => []);
  const inner = addresses.find(({ address }) => isPrivateAddress(address));
  if (inner !== undefined) throw new ToolFailure(privateBehind(hostname, inner));
}

type Lookup = typeof import('node:dns').lookup;

function guarded(url: URL, lookup: Lookup): LookupFunction {
  if (isNamedPrivate(url.hostname)) return lookup as LookupFunction;
  return (host, options, done) => {
    lookup(host, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return done(error, []);
      const inner = addresses.find(({ address }) => isPrivateAddress(address));
      if (inner !== undefined) return done(new ToolFailure(privateBehind(host, inner)), []);
      const [first] = addresses;
      if (options.all === true || first === undefined) return done(null, addresses);
      return done(null, first.address, first.family);
    });
  };
}

function privateBehind(host: string, { address }: LookupAddress): string {
  return `${host} leads to ${address}, a private address; it is not fetched. Ask for that address itself if it is meant.`;
}

function isNamedPrivate(host: string): boolean {
  return isIP(host.replace(/^\[|\]$/g, '')) !== 0 || host === 'localhost' || host.endsWith('.localhost');
}

async function decoded(message: IncomingMessage): Promise<Readable> {
  const encoding = message.headers['content-encoding']?.trim().toLowerCase();
  if (encoding === undefined || encoding === '' || encoding === 'identity') return message;
  const { createBrotliDecompress, createUnzip } = await import('node:zlib');
  return pipeline(message, encoding === 'br' ? createBrotliDecompress() : createUnzip(), () => undefined);
}
