import { type Agent, createAgent } from '../../agent/agent.ts';
import type { McpServers } from '../../mcp/mcp-servers.ts';
import type { AgentMessage } from '../../messages.ts';
import type { InstalledModels } from '../../providers/catalog/catalog.ts';
import type { Tool } from '../../tools/tool.ts';
import type { Sink } from '../fan-out.ts';
import type { RunOptions } from '../options.ts';
import type { Setup } from '../setup.ts';
import { chooseModel, lastModel, modelNotices, type Notice, optionsWith } from './choose-model.ts';
import { readGitBranch } from './git-branch.ts';
import type { KeptSettings } from './kept-settings.ts';
import { outputOf } from './known-outputs.ts';
import { type Grants, openGrants } from './open-grants.ts';
import { openModels, type WireSettings } from './open-models.ts';
import { openProject } from './open-project.ts';
import { isServerTool, pickTools } from './pick-tools.ts';
import { isFirst } from './said-once.ts';
import { knownSecrets } from './secrets.ts';
import { type OpenedSession, openSessionLog, type SessionChoice } from './session-store.ts';
import { systemPrompt } from './system-prompt.ts';
import { turnLimits } from './turn-limits.ts';

/** An agent of this installation with everything around it. */
export interface OpenedAgent {
  readonly agent: Agent;
  readonly catalog: InstalledModels;
  readonly grants: Grants;
  readonly session: OpenedSession;
  /** Those of MCP servers come and go beside them. */
  readonly tools: readonly Tool[];
  /** Absent when none is configured. */
  readonly mcp?: McpServers;
  /** Take every message: to the session's file, where one is kept, and to what the model may read. */
  readonly sinks: readonly Sink[];
  /** Values that must never be written. */
  readonly secrets: readonly string[];
  /** The model, and why it was chosen when nobody named it. */
  readonly model: { readonly name: string; readonly why?: string };
  readonly branch?: string;
  readonly systemPrompt: () => string;
  /** US dollars for the session; undefined: no limit. Can be changed. */
  budget: { dollars?: number | undefined };
  /** Uses the folder's instructions from the next request on, and remembers it. */
  trust?: () => void;
  /** Ends the agent and its file. Resolves with the number of records that could not be saved. */
  close(): Promise<number>;
}

export interface OpenAgentOptions {
  readonly options: RunOptions;
  readonly choice: SessionChoice;
  /** What was set in the chat that goes on; comes before flags, config and log. */
  readonly kept?: KeptSettings | undefined;
  /** Somebody can answer an approval. */
  readonly canAsk: boolean;
  /** The demo model answers at a pace to be read. */
  readonly isWatched: boolean;
  readonly wire?: WireSettings;
  /** Tools beside the built-in ones. */
  readonly moreTools?: readonly Tool[];
}

/** Puts an agent together. A model that cannot be used is a {@link CliError}. */
export async function openAgent(setup: Setup, how: OpenAgentOptions): Promise<OpenedAgent> {
  const secrets = knownSecrets(setup.environment, setup.config);
  const catalog = openModels(setup, how);
  const notices = holdNotices();
  notices.sayAll(setup.warnings.filter((text) => !how.isWatched || isFirst(text)));
  const session = await openSessionLog(setup, {
    choice: how.choice,
    isKept: how.options.session,
    secrets,
    onNotice: notices.say,
  });
  const model = await chooseModel(catalog, how.kept?.model ?? how.options.model ?? lastModel(session.log));
  const options = optionsWith(model, how);
  modelNotices(catalog, model, how).forEach((said) => void notices.say(...said));
  const grants = await openGrants(setup, { options, canAsk: how.canAsk, secrets });
  const tools = pickTools([...grants.tools, ...(how.moreTools ?? [])], options.tools);
  const mcp = await openServers(setup, { options, secrets, environment: grants.environment, warn: notices.say });
  const project = openProject(setup, options, how.isWatched ? session.log : undefined);
  const branch = readGitBranch(setup.cwd);
  const budget = { dollars: how.kept === undefined ? (options.budget ?? setup.config.budget) : how.kept.budget };
  const prompt = systemPrompt(setup, {
    options,
    branch,
    hasTools: tools.length > 0 || mcp !== undefined,
    instructions: project.inUse,
  });
  const agent = createAgent({
    session_id: session.session_id,
    cwd: setup.cwd,
    catalog,
    model: model.name,
    ...(setup.config.effort === undefined ? {} : { effort: setup.config.effort }),
    ...(how.kept === undefined ? {} : { kept: how.kept }),
    tools,
    ...(mcp === undefined ? {} : { toolSource: mcp }),
    permissions: grants.permissions,
    mask: grants.mask,
    systemPrompt: prompt,
    limits: turnLimits(setup, options),
    budget: () => budget.dollars,
    ...(session.log.length === 0 ? {} : { resume: { log: session.log } }),
  });
  notices.sayAll([...session.notices, ...project.notices]);
  notices.sayThrough(agent);
  const { file } = session;
  return {
    agent,
    catalog,
    grants,
    session,
    tools,
    ...(mcp === undefined ? {} : { mcp }),
    sinks: sinksOf(grants, session),
    secrets,
    model,
    systemPrompt: prompt,
    budget,
    ...(branch === undefined ? {} : { branch }),
    ...(project.trust === undefined ? {} : { trust: project.trust }),
    close: async () => {
      await agent.close();
      await mcp?.close();
      return (await file?.close()) ?? 0;
    },
  };
}

/** Throws the {@link CliError} that every session would meet which begins with these tools, rules and mode. */
export async function checkGrants(setup: Setup, options: RunOptions): Promise<void> {
  const { tools } = await openGrants(setup, { options, canAsk: true, secrets: [] });
  pickTools(tools, options.tools);
}

/** Keeps what there is to say until there is an agent to say it through. */
function holdNotices() {
  const held: Notice[] = [];
  let agent: Agent | undefined;
  const say = (...said: Notice): void => {
    if (agent === undefined) held.push(said);
    else agent.warn(...said);
  };
  return {
    say,
    sayAll: (texts: readonly string[]): void => {
      for (const text of texts) say(text);
    },
    sayThrough: (opened: Agent): void => {
      agent = opened;
      for (const said of held.splice(0)) agent.warn(...said);
    },
  };
}

/** What the log says already is taken at once. */
function sinksOf({ noteOutput }: Grants, { file, log }: OpenedSession): readonly Sink[] {
  const note = (message: AgentMessage): void => {
    const path = outputOf(message);
    if (path !== undefined) noteOutput(path);
  };
  for (const message of log) note(message);
  return [note, ...(file === undefined ? [] : [(message: AgentMessage) => file.write(message)])];
}

interface ServerParts {
  readonly options: RunOptions;
  readonly secrets: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly warn: (...said: Notice) => void;
}

/** Makes the MCP servers. Where none is wanted, nothing of theirs is even loaded. */
async function openServers(setup: Setup, parts: ServerParts): Promise<McpServers | undefined> {
  const { tools } = parts.options;
  const wanted = typeof tools === 'object' ? tools : undefined;
  const isOff = tools === false || wanted?.some(isServerTool) === false;
  const hasServers = Object.values(setup.config.mcp_servers ?? {}).some(({ enabled }) => enabled !== false);
  if (!hasServers || isOff) return undefined;
  const { openMcp } = await import('./open-mcp.ts');
  const isWanted = (name: string): boolean => wanted?.includes(name) ?? true;
  const { secrets, environment, warn } = parts;
  return openMcp(setup, { secrets, environment, isWanted, warn });
}
