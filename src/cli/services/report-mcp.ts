import { formatCount } from '../../format.ts';
import type { McpServerState } from '../../mcp/mcp-server.ts';
import type { McpServers } from '../../mcp/mcp-servers.ts';
import { assertNever } from '../../messages.ts';
import { safeLine } from '../../safe-text.ts';
import { waitAtMost } from '../../wait-at-most.ts';
import type { Setup } from '../setup.ts';

/** A server that needs longer to start again is shown as it is then. */
const SHOWN_AFTER_MS = 10_000;

/** Says how the MCP servers are, or starts one again: `restart NAME`. */
export async function reportMcp(argument: string, mcp: McpServers | undefined, setup: Setup): Promise<string> {
  if (mcp === undefined) return describeAbsence(setup);
  const [word = '', name = '', ...rest] = argument.split(/\s+/);
  if (word === '') return mcp.states().map(describeServer).join('\n');
  if (word !== 'restart' || name === '' || rest.length > 0) throw new Error('It is /mcp, or /mcp restart NAME.');
  await mcp.restart(name);
  await waitAtMost(mcp.settled(), SHOWN_AFTER_MS);
  return mcp
    .states()
    .filter((state) => state.name === name)
    .map(describeServer)
    .join('\n');
}

/** Says why there are no servers. */
export function describeAbsence({ config, configFile }: Setup): string {
  const names = Object.keys(config.mcp_servers ?? {});
  if (names.length === 0) return `No MCP server is configured. They stand under "mcp_servers" in ${configFile}.`;
  return `No MCP server is in use here: ${names.join(', ')}.`;
}

/** Says how one server is, and which tools it has. */
export function describeServer(state: McpServerState): string {
  const { name, status, target, tools, log } = state;
  return [
    `${name}  ${describeStatus(state)}`,
    `  ${safeLine(target)}`,
    ...(status === 'failed' && log !== undefined ? [`  What it said: ${log}`] : []),
    ...tools.map((tool) => `  ${tool.name}  ${safeLine(tool.description.split('\n', 1)[0] ?? '').slice(0, 100)}`),
  ].join('\n');
}

function describeStatus({ status, reason, tools }: McpServerState): string {
  switch (status) {
    case 'ready':
      return `ready, ${formatCount(tools.length, 'tool')}`;
    case 'failed':
      return `failed: ${safeLine(reason ?? 'for no known reason')}`;
    case 'idle':
      return 'not started yet';
    case 'connecting':
    case 'disabled':
      return status;
    default:
      return assertNever(status);
  }
}
