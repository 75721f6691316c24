import type { McpServers } from '../../mcp/mcp-servers.ts';
import { CliError, EXIT } from '../exit-codes.ts';
import { onSignals } from '../on-signals.ts';
import { NO_OPTIONS } from '../options.ts';
import { describeAbsence, describeServer } from '../services/report-mcp.ts';
import type { Setup } from '../setup.ts';
import { tell } from '../streams/standard-error.ts';
import { openGrants } from '../wiring/open-grants.ts';
import { openMcp } from '../wiring/open-mcp.ts';
import { knownSecrets } from '../wiring/secrets.ts';
import type { CliCommand } from './cli-command.ts';

/** Connects to the MCP servers, or to one of them, and lists their tools. Fails when one cannot be used. */
export const mcp: CliCommand = async ({ words, flags, setup, output }) => {
  const [only] = words;
  const names = Object.keys(setup.config.mcp_servers ?? {});
  if (only !== undefined && !names.includes(only)) {
    throw new CliError(`There is no MCP server "${only}" in ${setup.configFile}.${wordsFor(names)}`);
  }
  for (const warning of setup.warnings) tell(`${warning}\n`);
  if (names.length === 0) {
    await output.write(flags.json === true ? '[]\n' : `${describeAbsence(setup)}\n`);
    return EXIT.answered;
  }
  const servers = await open(setup, only);
  // Whoever gives up waiting leaves no server behind.
  const forgetSignals = onSignals((exitCode) => process.exit(exitCode));
  servers.start();
  await servers.settled();
  const states = servers.states();
  await servers.close();
  forgetSignals();
  await output.write(
    flags.json === true ? `${JSON.stringify(states, null, 2)}\n` : `${states.map(describeServer).join('\n')}\n`,
  );
  return states.some(({ status }) => status === 'failed') ? EXIT.failed : EXIT.answered;
};

function wordsFor(names: readonly string[]): string {
  return names.length === 0 ? '' : ` There are: ${names.join(', ')}.`;
}

async function open(setup: Setup, only: string | undefined): Promise<McpServers> {
  const secrets = knownSecrets(setup.environment, setup.config);
  const { environment } = await openGrants(setup, { options: NO_OPTIONS, canAsk: false, secrets });
  const servers = openMcp(setup, {
    secrets,
    environment,
    ...(only === undefined ? {} : { only }),
    isWanted: () => true,
    // Why one failed is said with its state; the rest is about the tools, and worth a line.
    warn: (message) => {
      const isSaidBelow = servers.states().some(({ reason }) => reason !== undefined && message.includes(reason));
      if (!isSaidBelow) tell(`${message}\n`);
    },
  });
  return servers;
}
