import { errorMessage } from '../../errors.ts';
import type { Finding } from '../../providers/catalog/catalog-settings.ts';
import { safeText } from '../../safe-text.ts';
import { EXIT } from '../exit-codes.ts';
import { NO_OPTIONS } from '../options.ts';
import type { Setup } from '../setup.ts';
import { checkModel } from '../wiring/choose-model.ts';
import { openGrants } from '../wiring/open-grants.ts';
import { openModels } from '../wiring/open-models.ts';
import { sessionFolder } from '../wiring/session-store.ts';
import type { CliCommand } from './cli-command.ts';

const MARKS = { ok: '✓', info: '·', warning: '!', error: '✗' } as const;

/** Explains the setup: what works, what does not, and what to do about it. Fails when a check does. */
export const doctor: CliCommand = async ({ flags, setup, output }) => {
  const checks = [modelFindings, sandboxFindings, configFindings, placeFindings].map((check) => guarded(check, setup));
  const findings = (await Promise.all(checks)).flat();
  if (flags.json === true) await output.write(`${JSON.stringify(findings, null, 2)}\n`);
  else {
    for (const { level, message, suggested_action } of findings) {
      const said = safeText(suggested_action === undefined ? message : `${message} ${suggested_action}`);
      await output.write(`${MARKS[level]} ${said}\n`);
    }
  }
  return findings.some(({ level }) => level === 'error') ? EXIT.failed : EXIT.answered;
};

type Check = (setup: Setup) => Promise<readonly Finding[]>;

/** What would stop the start of a chat is one failing check here; the others go on. */
async function guarded(check: Check, setup: Setup): Promise<readonly Finding[]> {
  try {
    return await check(setup);
  } catch (error) {
    return [{ topic: 'data', level: 'error', message: errorMessage(error) }];
  }
}

async function modelFindings(setup: Setup): Promise<readonly Finding[]> {
  const findings = await openModels(setup).diagnose();
  const usable = await guarded(async () => {
    await checkModel(setup, NO_OPTIONS);
    return [];
  }, setup);
  // Of a wrong proxy or address the check of it says the same.
  const problems = usable.filter(({ message }) => !findings.some((known) => known.message.endsWith(message)));
  const level: Finding['level'] = usable.length > 0 ? 'info' : 'ok';
  return [...findings.map((one) => (one.topic === 'model' ? { ...one, level } : one)), ...problems];
}

async function sandboxFindings(setup: Setup): Promise<readonly Finding[]> {
  const { sandboxProblem } = await openGrants(setup, { options: NO_OPTIONS, canAsk: true, secrets: [] });
  const problem = await sandboxProblem();
  return [
    problem === undefined
      ? { topic: 'data', level: 'ok', message: 'Commands can be put in a sandbox: the mode auto works.' }
      : { topic: 'data', level: 'warning', message: `The mode auto asks before every command: ${problem}` },
  ];
}

async function configFindings(setup: Setup): Promise<readonly Finding[]> {
  const { configFile, configProblem, warnings } = setup;
  return [
    ...warnings.map((message) => ({ topic: 'data', level: 'error', message }) as const),
    ...serverFindings(setup),
    configProblem === undefined
      ? { topic: 'data', level: 'info', message: `Config: ${configFile}` }
      : { topic: 'data', level: 'error', message: configProblem },
  ];
}

async function placeFindings(setup: Setup): Promise<readonly Finding[]> {
  const { TERM = 'unknown', COLORTERM, TERM_PROGRAM } = setup.environment;
  const terminal = [TERM, COLORTERM, TERM_PROGRAM].filter((part) => part !== undefined && part !== '').join(', ');
  return [
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
