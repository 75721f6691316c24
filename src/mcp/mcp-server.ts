import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Client, Tool as ListedTool } from '@modelcontextprotocol/client';
import { clipLine } from '../format.ts';
import { safeLine } from '../safe-text.ts';
import { type Tool, ToolFailure, type ToolOutput, type ToolRunContext } from '../tools/tool.ts';
import { waitAtMost } from '../wait-at-most.ts';
import { callServerTool, createClient, describeError, listTools } from './client.ts';
import type { McpOptions, McpServerConfig } from './mcp-options.ts';
import { mcpTool } from './mcp-tool.ts';
import { resultOutput } from './result-text.ts';
import { openServerLog } from './server-log.ts';
import { type ServerTransport, stdioTransport } from './stdio-transport.ts';

export type McpStatus = 'idle' | 'connecting' | 'ready' | 'failed' | 'disabled';

/** What a person may know of a server. */
export interface McpServerState {
  readonly name: string;
  /** The command line, or the address without its query. */
  readonly target: string;
  readonly status: McpStatus;
  /** Why it failed. */
  readonly reason?: string;
  readonly tools: readonly { readonly name: string; readonly description: string }[];
  /** Where its standard error lies. */
  readonly log?: string;
}

/** Milliseconds that a server may take to start: `npx` may have to fetch it first. */
const CONNECT_MS = 60_000;
/** What comes before each start that follows an end, in milliseconds. */
const BACK_OFF_MS = [0, 1_000, 4_000];
/** A connection that lasted so long makes the ends before it void. */
const STEADY_MS = 60_000;
const MAX_REASON = 300;

/** One server: connected when it is wanted, started again a few times when it ends, never left behind. */
export class McpServer {
  readonly name: string;
  readonly #config: McpServerConfig;
  readonly #options: McpOptions;
  readonly #onChange: () => void;
  #status: McpStatus;
  #reason: string | undefined;
  #log: string | undefined;
  #client: Client | undefined;
  #attempt: Promise<void> | undefined;
  #tools: readonly Tool[] = [];
  readonly #known = new Map<string, { readonly json: string; readonly tool: Tool }>();
  #starts = 0;
  #connected_ms = 0;
  #isStale = false;
  readonly #over = new AbortController();

  constructor(name: string, options: McpOptions, onChange: () => void) {
    this.name = name;
    this.#options = options;
    this.#config = options.servers[name] ?? {};
    this.#onChange = onChange;
    this.#status = this.#config.enabled === false ? 'disabled' : 'idle';
  }

  get tools(): readonly Tool[] {
    return this.#tools;
  }

  /** The start that runs now, which never rejects; undefined when none does. */
  get attempt(): Promise<void> | undefined {
    return this.#attempt;
  }

  get isStale(): boolean {
    return this.#isStale && this.#status === 'ready';
  }

  get state(): McpServerState {
    const tools = this.#tools.map(({ name, description }) => ({ name, description }));
    return {
      name: this.name,
      target: targetOf(this.#config),
      status: this.#status,
      ...(this.#reason === undefined ? {} : { reason: this.#reason }),
      tools,
      ...(this.#log === undefined ? {} : { log: this.#log }),
    };
  }

  /** Begins to connect, unless it has. */
  start(): void {
    if (this.#status === 'idle') this.#connect(0);
  }

  /** Ends the connection and begins a new one, with all its starts ahead of it. */
  async restart(): Promise<void> {
    if (this.#status === 'disabled') throw new Error(`The server ${this.name} is disabled in the config file.`);
    await this.#disconnect();
    await this.#attempt;
    // A start that had no connection to end yet has made one meanwhile.
    await this.#disconnect();
    this.#starts = 0;
    this.#connect(0);
  }

  async close(): Promise<void> {
    this.#over.abort();
    await this.#disconnect();
    await this.#attempt;
  }

  /** Asks again which tools there are. Never rejects. */
  async refresh(): Promise<void> {
    this.#isStale = false;
    try {
      if (this.#client !== undefined) await this.#list(this.#client);
    } catch (error) {
      this.#options.warn(`The MCP server "${this.name}" did not say which tools it has now: ${this.#say(error)}.`);
    }
  }

  #connect(delay_ms: number): void {
    this.#status = 'connecting';
    this.#reason = undefined;
    const attempt = this.#open(delay_ms).catch((error: unknown) => {
      this.#status = 'failed';
      this.#reason = this.#say(error);
      if (!this.#over.signal.aborted) {
        this.#options.warn(
          `The MCP server "${this.name}" cannot be used: ${this.#reason}.`,
          `agent-chat mcp ${this.name} tries it alone; "enabled": false leaves it out.`,
        );
      }
    });
    this.#attempt = attempt.finally(() => {
      this.#attempt = undefined;
      this.#onChange();
    });
  }

  async #open(delay_ms: number): Promise<void> {
    if (delay_ms > 0) await delay(delay_ms, undefined, { signal: this.#over.signal });
    const transport = await this.#transport();
    const client = await createClient(this.#options.version);
    this.#client = client;
    this.#over.signal.throwIfAborted();
    client.setNotificationHandler('notifications/tools/list_changed', () => {
      this.#isStale = true;
    });
    client.onclose = () => this.#lost(client, transport);
    try {
      await client.connect(transport, { timeout: CONNECT_MS });
      await this.#list(client);
      this.#connected_ms = performance.now();
      this.#status = 'ready';
    } catch (error) {
      const why = transport.ending() ?? error;
      if (this.#client === client) this.#client = undefined;
      await client.close().catch(() => undefined);
      await transport.close().catch(() => undefined);
      throw why;
    }
  }

  async #transport(): Promise<ServerTransport> {
    const { cwd, environment, log_dir, mask, fetchFor } = this.#options;
    const { command, args = [], env = {}, url, headers = {} } = this.#config;
    if (url !== undefined) {
      const { httpTransport } = await import('./http-transport.ts');
      return httpTransport({ url, headers, fetch: fetchFor(this.#config) });
    }
    const log = openServerLog(log_dir, this.name, mask);
    this.#log = log.path;
    return stdioTransport({
      argv: [command ?? '', ...args],
      cwd: resolve(cwd, this.#config.cwd ?? '.'),
      environment: { ...environment, ...env },
      log,
    });
  }

  async #list(client: Client): Promise<void> {
    const tools = await listTools(client);
    const wanted = this.#config.tools;
    const kept = tools.filter(({ name }) => wanted === undefined || wanted.includes(name));
    const missing = (wanted ?? []).filter((name) => !tools.some((tool) => tool.name === name));
    if (missing.length > 0)
      this.#options.warn(`The MCP server "${this.name}" has no tool ${missing.map((name) => `"${name}"`).join(', ')}.`);
    const made = kept.map((listed) => this.#toolFor(listed));
    this.#tools = made.filter(
      ({ name }, index) => this.#options.isWanted(name) && made.findIndex((other) => other.name === name) === index,
    );
    this.#onChange();
  }

  /** A tool that did not change stays the same object. */
  #toolFor(listed: ListedTool): Tool {
    const json = JSON.stringify(listed);
    const known = this.#known.get(listed.name);
    if (known?.json === json) return known.tool;
    const tool = mcpTool(this.name, listed, (name, input, context) => this.#call(name, input, context)) as Tool;
    this.#known.set(listed.name, { json, tool });
    return tool;
  }

  async #call(tool: string, input: Readonly<Record<string, unknown>>, context: ToolRunContext): Promise<ToolOutput> {
    const client = await this.#live(context.signal);
    const timeout_ms = this.#config.timeout === undefined ? undefined : this.#config.timeout * 1000;
    const answer = await callServerTool(client, { tool, input, context, timeout_ms });
    const { spill_dir, mask } = this.#options;
    if ('result' in answer) return resultOutput(answer.result, spill_dir, `mcp-${this.name}-${context.call_id}`);
    if (!answer.isLost) throw new ToolFailure(`${this.name}: ${mask(answer.problem)}`);
    const reason = this.#status === 'failed' ? this.#reason : this.#say(answer.problem);
    if (this.#client === client) {
      // Over HTTP nothing else says that the connection, or the session in it, is lost.
      this.#end(reason ?? 'the connection was lost');
      void client.close().catch(() => undefined);
    }
    throw new ToolFailure(
      `The MCP server "${this.name}" was lost during the call: ${reason}. ` +
        'What it had done is not known. It is started again at the next call.',
    );
  }

  /** Gives the connection; a server that has ended is started again, if it has not ended too often. */
  async #live(signal: AbortSignal): Promise<Client> {
    if (this.#status === 'failed' && !this.#over.signal.aborted) {
      const delay_ms = BACK_OFF_MS[this.#starts];
      if (delay_ms === undefined) {
        throw new ToolFailure(
          `The MCP server "${this.name}" has ended ${this.#starts + 1} times and is not started again: ${this.#reason}.`,
        );
      }
      this.#starts += 1;
      this.#connect(delay_ms);
    }
    if (this.#attempt !== undefined) await waitAtMost(this.#attempt, CONNECT_MS, signal);
    if (this.#client !== undefined && this.#status === 'ready') return this.#client;
    throw new ToolFailure(`The MCP server "${this.name}" cannot be used: ${this.#reason ?? 'it does not answer'}.`);
  }

  #lost(client: Client, transport: ServerTransport): void {
    if (this.#client !== client || this.#status !== 'ready') return;
    const reason = this.#say(transport.ending() ?? 'the connection was lost');
    this.#end(reason);
    this.#options.warn(`The MCP server "${this.name}" is gone: ${reason}. It is started again when it is called.`);
  }

  #end(reason: string): void {
    this.#client = undefined;
    this.#status = 'failed';
    this.#reason = reason;
    if (performance.now() - this.#connected_ms > STEADY_MS) this.#starts = 0;
    this.#onChange();
  }

  async #disconnect(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    await client?.close().catch(() => undefined);
  }

  #say(error: unknown): string {
    return clipLine(safeLine(this.#options.mask(describeError(error))), MAX_REASON).replace(/\.$/, '');
  }
}

function targetOf({ command, args = [], url }: McpServerConfig): string {
  if (url === undefined) return [command, ...args].join(' ');
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}
