import { formatCount } from '../format.ts';
import type { Tool, ToolSource } from '../tools/tool.ts';
import { waitAtMost } from '../wait-at-most.ts';
import type { McpOptions } from './mcp-options.ts';
import { McpServer, type McpServerState } from './mcp-server.ts';

/** The MCP servers of a session. Nothing is started before `start` or `ready`. */
export interface McpServers extends ToolSource {
  /** Begins to connect to every enabled server; comes back at once. */
  start(): void;
  states(): readonly McpServerState[];
  /** Resolves when no server is being connected any more. */
  settled(): Promise<void>;
  /** Ends a server and connects to it again. Rejects with a sentence for a name that does not exist. */
  restart(name: string): Promise<void>;
  /** Resolves when no process of a server is left. */
  close(): Promise<void>;
}

const WAIT_MS = 10_000;
/** A shorter wait is not worth a word. */
const SILENT_MS = 1_000;
const REFRESH_MS = 5_000;
/** OpenAI takes 128 tools; some of them are our own. */
const MAX_TOOLS = 110;

/** Makes the servers of a session. */
export function createMcpServers(options: McpOptions): McpServers {
  let tools: readonly Tool[] = [];
  let hasSaidTooMany = false;
  let isClosed = false;
  const warn: McpOptions['warn'] = (...said) => {
    if (!isClosed) options.warn(...said);
  };
  const gather = (): void => {
    const all = servers.flatMap((server) => server.tools);
    tools = all.slice(0, MAX_TOOLS);
    if (all.length <= MAX_TOOLS || hasSaidTooMany) return;
    hasSaidTooMany = true;
    warn(
      `The MCP servers have ${formatCount(all.length, 'tool')}; models get the first ${MAX_TOOLS}.`,
      'Choose with "tools" in mcp_servers.',
    );
  };
  const servers = Object.keys(options.servers).map((name) => new McpServer(name, { ...options, warn }, gather));
  const start = (): void => {
    if (!isClosed) for (const server of servers) server.start();
  };

  const waitForStarts = startWaiter(servers, { warn, wait_ms: options.wait_ms ?? WAIT_MS });

  return {
    get tools() {
      return tools;
    },
    start,
    states: () => servers.map((server) => server.state),
    settled: async () => {
      await Promise.all(servers.map((server) => server.attempt));
    },
    ready: async (signal) => {
      start();
      await waitForStarts(signal);
      const stale = servers.filter((server) => server.isStale);
      if (stale.length === 0) return;
      const before = tools;
      await waitAtMost(Promise.all(stale.map((server) => server.refresh())), REFRESH_MS, signal);
      const change = describeChange(before, tools);
      if (change !== undefined) warn(`The ${listed(stale)} changed its tools: ${change}.`);
    },
    restart: async (name) => {
      const server = servers.find((candidate) => candidate.name === name);
      if (server === undefined) {
        throw new Error(`There is no MCP server "${name}". There are: ${servers.map((one) => one.name).join(', ')}.`);
      }
      await server.restart();
    },
    close: async () => {
      isClosed = true;
      await Promise.all(servers.map((server) => server.close()));
    },
  };
}

/** Makes what waits for the servers that are being started, for each start once and for a bounded time. */
function startWaiter(
  servers: readonly McpServer[],
  { warn, wait_ms }: { warn: McpOptions['warn']; wait_ms: number },
): (signal: AbortSignal) => Promise<void> {
  const awaited = new WeakSet<Promise<void>>();
  return async (signal) => {
    const starting = servers.filter(({ attempt }) => attempt !== undefined && !awaited.has(attempt));
    if (starting.length === 0) return;
    const attempts = starting.flatMap(({ attempt }) => (attempt === undefined ? [] : [attempt]));
    const all = Promise.all(attempts).then(() => true);
    const stillStarting = (): McpServer[] => starting.filter(({ attempt }) => attempt !== undefined);
    const tell = (): void => warn(`Waiting for the ${listed(stillStarting())} …`);
    const notice = setTimeout(tell, Math.min(SILENT_MS, wait_ms / 2));
    try {
      const isReady = await waitAtMost(all, wait_ms, signal);
      for (const attempt of attempts) awaited.add(attempt);
      if (isReady === true) return;
      warn(
        `The ${listed(stillStarting())}: not ready after ${wait_ms / 1000} s; this goes on without.`,
        'Its tools join when it is.',
      );
    } finally {
      clearTimeout(notice);
    }
  };
}

function listed(servers: readonly McpServer[]): string {
  const names = servers.map(({ name }) => `"${name}"`).join(', ');
  return servers.length === 1 ? `MCP server ${names}` : `MCP servers ${names}`;
}

/** Undefined when they are the same. */
function describeChange(before: readonly Tool[], after: readonly Tool[]): string | undefined {
  const isIn = (tools: readonly Tool[], { name }: Tool): boolean => tools.some((tool) => tool.name === name);
  const added = after.filter((tool) => !isIn(before, tool)).length;
  const removed = before.filter((tool) => !isIn(after, tool)).length;
  const changed = after.filter((tool) => isIn(before, tool) && !before.includes(tool)).length;
  const parts = [
    ...(added > 0 ? [`${added} added`] : []),
    ...(removed > 0 ? [`${removed} removed`] : []),
    ...(changed > 0 ? [`${changed} changed`] : []),
  ];
  return parts.length === 0 ? undefined : parts.join(', ');
}
