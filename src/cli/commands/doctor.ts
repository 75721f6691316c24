import type { Finding } from '../../providers/catalog-settings.ts';
import { EXIT } from '../exit-codes.ts';
import { openGrants } from '../open-grants.ts';
import { openModels } from '../open-models.ts';
import { sessionFolder } from '../session-store.ts';
import type { Setup } from '../setup.ts';
import type { CliCommand } from './cli-command.ts';

const MARKS = { ok: '✓', info: '·', warning: '!' } as const;

/** Explains the setup: what works, what does not, and what to do about it. */
export const doctor: CliCommand = async ({ flags, setup, output }) => {
  const models = openModels(setup, false);
  const findings = (await Promise.all([models.diagnose(), ownFindings(setup)])).flat();
  if (flags.json === true) {
    await output.write(`${JSON.stringify(findings, null, 2)}\n`);
    return EXIT.answered;
  }
  for (const { level, message, suggested_action } of findings) {
    await output.write(`${MARKS[level]} ${message}${suggested_action === undefined ? '' : ` ${suggested_action}`}\n`);
  }
  return EXIT.answered;
};

async function ownFindings(setup: Setup): Promise<readonly Finding[]> {
  const { sandboxProblem } = await openGrants(setup, {
    options: { allow: [], deny: [], events: [], session: false },
    canAsk: true,
    secrets: [],
  });
  const problem = await sandboxProblem();
  const { TERM = 'unknown', COLORTERM, TERM_PROGRAM } = setup.environment;
  const terminal = [TERM, COLORTERM, TERM_PROGRAM].filter((part) => part !== undefined && part !== '').join(', ');
  return [
    problem === undefined
      ? { topic: 'data', level: 'ok', message: 'Commands can be put in a sandbox: the mode auto works.' }
      : { topic: 'data', level: 'warning', message: `The mode auto asks before every command: ${problem}` },
    ...setup.warnings.map((message) => ({ topic: 'data', level: 'warning', message }) as const),
    ...serverFindings(setup),
    { topic: 'data', level: 'info', message: `Config: ${setup.configFile}` },
    { topic: 'data', level: 'info', message: `Sessions: ${sessionFolder(setup)}` },
    { topic: 'data', level: 'info', message: `Terminal: ${terminal}` },
  ];
}

/** Says which MCP servers there are; none is started for it. */
function serverFindings({ config }: Setup): readonly Finding[] {
  const servers = Object.entries(config.mcp_servers ?? {});
  if (servers.length === 0) return [];
  const names = servers.map(([name, { enabled }]) => (enabled === false ? `${name} (disabled)` : name)).join(', ');
  const message = `MCP servers: ${names}.`;
  return [{ topic: 'data', level: 'info', message, suggested_action: 'agent-chat mcp connects to them.' }];
}
