import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { AgentMessage, AgentMessageOf } from '../../../src/messages.ts';
import { type Home, makeHome } from '../run-program.ts';

const SERVER = resolve(import.meta.dirname, 'stdio-server.mjs');

/** A home whose config names MCP servers, with a script that calls these tools, one response each. */
export interface McpHome extends Home {
  /** What a server that was started with `stdio(…, { note })` has noted so far. */
  notes(): readonly string[];
}

export interface StdioOptions {
  readonly kind?: string;
  readonly gate?: string;
  readonly note?: string;
}

/** The config of a test server on standard input and output. */
export function stdio({ kind, gate, note }: StdioOptions = {}): { command: string; args: string[] } {
  const options = Object.entries({ kind, gate, note }).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name}`, value],
  );
  return { command: process.execPath, args: [SERVER, ...options] };
}

/** One call of a tool, as a response of a script. */
export function call(name: string, input: Readonly<Record<string, unknown>> = {}): unknown {
  return [{ tool_call: { name, arguments: input } }];
}

export function mcpHome(config: Readonly<Record<string, unknown>>, script: readonly unknown[]): McpHome {
  const home = makeHome({ 's.json': JSON.stringify([...script, 'The end.']) });
  const folder = join(home.path, 'config/agent-chat');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'config.json'), JSON.stringify(config));
  return { ...home, notes: () => readLines(join(home.path, 'notes')) };
}

/** Where {@link McpHome.notes} looks. */
export function noteFile(home: string): string {
  return join(home, 'notes');
}

function readLines(file: string): readonly string[] {
  try {
    return readFileSync(file, 'utf8').split('\n');
  } catch {
    return [];
  }
}

/** What the calls came to: the text of each result, or `kind: text` of each error, in order of publication. */
export function outcomes(messages: readonly AgentMessage[]): readonly string[] {
  return messages.flatMap((message) => {
    if (message.type === 'tool_result') return [message.result.result];
    return message.type === 'tool_error' ? [`${message.kind}: ${message.error.error}`] : [];
  });
}

export function warnings(messages: readonly AgentMessage[]): readonly string[] {
  return messages.flatMap((message) => (message.type === 'system_warning' ? [message.message] : []));
}

export function ofType<Type extends AgentMessage['type']>(
  messages: readonly AgentMessage[],
  type: Type,
): readonly AgentMessageOf<Type>[] {
  return messages.filter((message): message is AgentMessageOf<Type> => message.type === type);
}
