import type { CatalogSettings } from './catalog-settings.ts';
import type { LocalServer } from './local-servers.ts';

/** Milliseconds for which a server's word on its models holds: a start needs it several times, a chat for long. */
const FRESH_MS = 5_000;

interface Seen {
  readonly server: LocalServer;
  /** On the monotonic clock. */
  readonly at_ms: number;
}

/** What the servers of each installation said last, by address. */
const seen = new WeakMap<CatalogSettings, Map<string, Seen>>();

/** Remembers what a server has just said. */
export function noteServer(settings: CatalogSettings, server: LocalServer): void {
  const servers = seen.get(settings) ?? new Map<string, Seen>();
  seen.set(settings, servers.set(server.root_url, { server, at_ms: performance.now() }));
}

/** Gives what a server has said a moment ago, so that it need not be asked again. */
export function seenServer(settings: CatalogSettings, root_url: string): LocalServer | undefined {
  const last = seen.get(settings)?.get(root_url);
  return last !== undefined && performance.now() - last.at_ms < FRESH_MS ? last.server : undefined;
}
