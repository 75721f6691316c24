import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { hideVariables } from '../../config/hide-variables.ts';
import { createSecretMask } from '../../mask-secrets.ts';
import { PERMISSION_MODES, type PermissionMode, readPermissionMode, refuseFullMode } from '../../permissions/modes.ts';
import { createPermissions, type SessionPermissions } from '../../permissions/permissions.ts';
import { createSandbox } from '../../permissions/sandbox/create-sandbox.ts';
import { toolEnvironment } from '../../permissions/tool-environment.ts';
import { createTools } from '../../tools/registry.ts';
import type { Tool } from '../../tools/tool.ts';
import { CliError } from '../exit-codes.ts';
import type { RunOptions } from '../options.ts';
import { outputFolder, type Setup, surroundings } from '../setup.ts';
import { knownOutputs, noting } from './known-outputs.ts';
import { pageRequest } from './page-request.ts';
import { secretVariables } from './secrets.ts';

/** What the agent may do, and what it does it with. */
export interface Grants {
  readonly permissions: SessionPermissions;
  readonly tools: readonly Tool[];
  /** The environment of every child process. */
  readonly environment: Readonly<Record<string, string>>;
  /** Takes the values of secrets out of a text. */
  mask(text: string): string;
  /** Lets the model read an output of this session that was too long for it. */
  noteOutput(path: string): void;
  /** Why the mode `auto` will ask after all; undefined where commands can be put in a sandbox. */
  sandboxProblem(): Promise<string | undefined>;
}

export interface GrantsOptions {
  readonly options: RunOptions;
  /** Somebody can answer an approval. */
  readonly canAsk: boolean;
  readonly secrets: readonly string[];
}

/** Makes the tools and the permissions of a session. A wrong mode or rule is a {@link CliError}. */
export async function openGrants(setup: Setup, { options, canAsk, secrets }: GrantsOptions): Promise<Grants> {
  const { config, folders } = setup;
  const mode = chooseMode(options, config.permission_mode);
  const { home, own } = surroundings(setup);
  const workspace = realpathSync(setup.cwd);
  hideVariables(secretVariables(setup.environment, secrets));
  const environment = toolEnvironment(setup.environment, { workspace, secrets, pass: config.env_pass ?? [] });
  const scratch = join(folders.state, 'sandbox');
  const outputs = outputFolder(setup);
  const known = knownOutputs(outputs);
  const sandbox = createSandbox({ workspace, home, own, scratch, search_path: environment.PATH ?? '' });
  const permissions = createPermissions({
    mode,
    around: { workspace, home, own, readable: known.paths },
    can_ask: canAsk,
    rules: {
      allow: [...(config.allow ?? []), ...options.allow],
      ask: config.ask ?? [],
      deny: [...(config.deny ?? []), ...options.deny],
    },
    sandbox,
  });
  await permissions.checkRules().catch((error: Error) => {
    throw new CliError(error.message);
  });
  const sandboxProblem = async (): Promise<string | undefined> => {
    const status = await sandbox.probe();
    return status.works ? undefined : `${status.reason} ${status.remedy}`;
  };
  if (options.requireSandbox === true) {
    const problem = await sandboxProblem();
    if (problem !== undefined) throw new CliError(`--require-sandbox: ${problem}`);
  }
  const mask = createSecretMask(secrets);
  const request_page = pageRequest(setup);
  const tools = createTools({
    spill_dir: outputs,
    environment,
    sandbox,
    mask,
    ...(request_page === undefined ? {} : { request_page }),
  });
  const noted = tools.map((tool) => noting(tool, known.note));
  return { permissions, tools: noted, environment, sandboxProblem, mask: mask.mask, noteOutput: known.note };
}

function chooseMode(options: RunOptions, configured: string | undefined): PermissionMode {
  const named = options.permissionMode ?? configured ?? 'ask';
  const mode = readPermissionMode(named);
  if (mode === undefined) {
    const names = PERMISSION_MODES.map(({ name }) => name).join(', ');
    throw new CliError(`There is no permission mode "${named}". There are: ${names}.`);
  }
  const refusal =
    mode === 'full'
      ? refuseFullMode({
          is_root: process.getuid?.() === 0,
          is_container: isContained(),
          is_insisted: options.iKnow === true,
        })
      : undefined;
  if (refusal !== undefined) throw new CliError(refusal);
  return mode;
}

/** Says whether this is a container or a virtual machine: root there is not root of somebody's own computer. */
function isContained(): boolean {
  if (['/.dockerenv', '/run/.containerenv'].some((file) => existsSync(file))) return true;
  try {
    return /^flags\s*:.*\bhypervisor\b/m.test(readFileSync('/proc/cpuinfo', 'utf8'));
  } catch {
    return false;
  }
}
