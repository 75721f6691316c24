import { type Agent, createAgent } from '../../agent/agent.ts';
import type { Instructions } from '../../config/project.ts';
import type { McpServers } from '../../mcp/mcp-servers.ts';
import type { AgentMessage, ReasoningEffort } from '../../messages.ts';
import type { InstalledModels } from '../../providers/catalog/catalog.ts';
import type { Tool } from '../../tools/tool.ts';
import { CliError } from '../exit-codes.ts';
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
import { isFirst } from './said-once.ts';
import { knownSecrets } from './secrets.ts';
import { type OpenedSession, openSessionLog, type SessionChoice } from './session-store.ts';
import { writeSystemPrompt } from './system-prompt.ts';

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
  const catalog = openModels(setup, how.isWatched, how.wire);
  let agent: Agent | undefined;
  const early: Notice[] = setup.warnings.filter((text) => !how.isWatched || isFirst(text)).map((text) => [text]);
  const notice = (...said: Notice): void => {
    if (agent === undefined) early.push(said);
    else agent.warn(...said);
  };
  const session = await openSessionLog(setup, {
    choice: how.choice,
    isKept: how.options.session,
    secrets,
    onNotice: notice,
  });
  const model = await chooseModel(catalog, how.kept?.model ?? how.options.model ?? lastModel(session.log));
  const options = optionsWith(model, how);
  early.push(...modelNotices(catalog, model, how));
  const grants = await openGrants(setup, { options, canAsk: how.canAsk, secrets });
  const tools = pickTools(withoutTwins([...grants.tools, ...(how.moreTools ?? [])]), options.tools);
  const mcp = await openServers(setup, { options, secrets, environment: grants.environment, notice });
  const project = openProject(setup, options, how.isWatched ? session.log : undefined);
  const branch = readGitBranch(setup.cwd);
  const budget = { dollars: how.kept === undefined ? (options.budget ?? setup.config.budget) : how.kept.budget };
  agent = createAgent({
    session_id: session.session_id,
    cwd: setup.cwd,
    catalog,
    model: model.name,
    ...(setup.config.effort === undefined ? {} : { effort: setup.config.effort as ReasoningEffort }),
    ...(how.kept === undefined ? {} : { kept: how.kept }),
    tools,
    ...(mcp === undefined ? {} : { toolSource: mcp }),
    permissions: grants.permissions,
    mask: grants.mask,
    systemPrompt: systemPrompt(setup, {
      options,
      branch,
      hasTools: tools.length > 0 || mcp !== undefined,
      instructions: project.inUse,
    }),
    limits: limits(setup, options),
    budget: () => budget.dollars,
    ...(session.log.length === 0 ? {} : { resume: { log: session.log } }),
  });
  for (const said of early) agent.warn(...said);
  for (const text of [...session.notices, ...project.notices]) agent.warn(text);
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

/** What the log says already is taken at once. */
function sinksOf({ noteOutput }: Grants, { file, log }: OpenedSession): readonly Sink[] {
  const note = (message: AgentMessage): void => {
    const path = outputOf(message);
    if (path !== undefined) noteOutput(path);
  };
  for (const message of log) note(message);
  return [note, ...(file === undefined ? [] : [(message: AgentMessage) => file.write(message)])];
}

/** Of tools with one name the first stays: nobody outside replaces a tool of ours. */
function withoutTwins(tools: readonly Tool[]): readonly Tool[] {
  return tools.filter((tool, index) => tools.findIndex(({ name }) => name === tool.name) === index);
}

function pickTools(tools: readonly Tool[], wanted: RunOptions['tools']): readonly Tool[] {
  if (wanted === undefined || wanted === true) return tools;
  if (wanted === false) return [];
  const unknown = wanted.find((name) => !isServerTool(name) && !tools.some((tool) => tool.name === name));
  if (unknown !== undefined) {
    throw new CliError(`There is no tool "${unknown}". There are: ${tools.map((tool) => tool.name).join(', ')}.`);
  }
  return tools.filter((tool) => wanted.includes(tool.name));
}

interface ServerParts {
  readonly options: RunOptions;
  readonly secrets: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly notice: (message: string, suggested_action?: string) => void;
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
  const { secrets, environment, notice } = parts;
  return openMcp(setup, { secrets, environment, isWanted, warn: notice });
}

/** Whether there is such a tool is only known when its server has been asked. */
function isServerTool(name: string): boolean {
  return name.startsWith('mcp__');
}

interface PromptFacts {
  readonly options: RunOptions;
  readonly branch: string | undefined;
  readonly hasTools: boolean;
  /** Filled when the folder becomes trusted. */
  readonly instructions: readonly Instructions[];
}

function systemPrompt(setup: Setup, facts: PromptFacts): () => string {
  const date = new Date().toISOString().slice(0, 10);
  const appended = [setup.config.append_system_prompt, facts.options.appendSystemPrompt].filter(
    (text) => text !== undefined,
  );
  return () =>
    writeSystemPrompt({
      cwd: setup.cwd,
      ...(facts.branch === undefined ? {} : { branch: facts.branch }),
      date,
      hasTools: facts.hasTools,
      instructions: facts.instructions,
      appended,
    });
}

function limits(setup: Setup, options: RunOptions) {
  const { config } = setup;
  const max_turns = options.maxTurns ?? config.max_turns;
  const tool_timeout_s = options.toolTimeout ?? config.tool_timeout;
  return {
    ...(max_turns === undefined ? {} : { max_turns }),
    ...(tool_timeout_s === undefined ? {} : { tool_timeout_ms: tool_timeout_s * 1000 }),
    ...stallLimits(config),
  };
}

function stallLimits({ stall_timeout: stall_s, first_timeout: first_s }: Setup['config']) {
  const warning_s = Math.min(20, (stall_s ?? 90) / 2, (first_s ?? 90) / 2);
  const first_ms = (first_s ?? 0) * 1000;
  return {
    stall_warning_ms: warning_s * 1000,
    ...(stall_s === undefined ? {} : { stall_ms: stall_s * 1000 }),
    ...(first_s === undefined ? {} : { first_event_ms: first_ms, first_event_local_ms: first_ms }),
  };
}
