import { join } from 'node:path';
import { createSecretMask } from '../../mask-secrets.ts';
import type { McpServerConfig } from '../../mcp/mcp-options.ts';
import { createMcpServers, type McpServers } from '../../mcp/mcp-servers.ts';
import { expandVariables } from '../../providers/catalog/find-endpoint.ts';
import { outputFolder, type Setup } from '../setup.ts';
import { mcpFetch } from './mcp-fetch.ts';

export interface OpenMcpOptions {
  readonly secrets: readonly string[];
  /** The environment of the tools. */
  readonly environment: Readonly<Record<string, string>>;
  /** Only this server; absent: all. */
  readonly only?: string;
  isWanted(name: string): boolean;
  warn(message: string, suggested_action?: string): void;
}

/** Makes the MCP servers of the config file; none is started yet. */
export function openMcp(setup: Setup, { secrets, environment, only, ...told }: OpenMcpOptions): McpServers {
  const named = Object.entries(setup.config.mcp_servers ?? {});
  const servers = named
    .filter(([name]) => only === undefined || name === only)
    .map(([name, server]) => [name, filledIn(server, setup)] as const);
  const { mask } = createSecretMask(secrets);
  return createMcpServers({
    servers: Object.fromEntries(servers),
    cwd: setup.cwd,
    environment,
    spill_dir: outputFolder(setup),
    log_dir: join(setup.folders.state, 'mcp'),
    version: AGENT_CHAT_VERSION,
    fetchFor: (server) => mcpFetch(setup, server),
    mask,
    ...told,
  });
}

/** Puts variables in their places: tokens need not stand in the config file. */
function filledIn(server: McpServerConfig, { environment }: Setup): McpServerConfig {
  const fill = (values: Readonly<Record<string, string>> = {}): Record<string, string> =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [name, expandVariables(value, environment)]));
  return { ...server, env: fill(server.env), headers: fill(server.headers) };
}
