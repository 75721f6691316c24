import { createHash } from 'node:crypto';
import type { Tool as ListedTool } from '@modelcontextprotocol/client';
import { clipLine } from '../format.ts';
import { safeLine } from '../safe-text.ts';
import { plainOutput } from '../tools/output/model-text.ts';
import type { Tool, ToolOutput, ToolRunContext } from '../tools/tool.ts';
import { foreignInput } from '../tools/tool-input.ts';
import { modelToolName } from './tool-name.ts';
import { providerSchema } from './tool-schema.ts';

type Arguments = Readonly<Record<string, unknown>>;

/** How a tool of a server is called. */
export type CallServer = (tool: string, input: Arguments, context: ToolRunContext) => Promise<ToolOutput>;

const MAX_DESCRIPTION = 2_000;
const MAX_SUMMARY = 200;

/** Makes a tool of the agent from one that a server lists. All that the server says of it is text from outside. */
export function mcpTool(server: string, listed: ListedTool, call: CallServer): Tool<Arguments> {
  const name = modelToolName(server, listed.name);
  const claims = claimsOf(listed);
  const listing = digestOf(listed);
  return {
    name,
    display_name: `${server} · ${clipLine(safeLine(listed.name), 60)}`,
    description: clipLine(plainOutput(listed.description ?? listed.title ?? listed.name), MAX_DESCRIPTION),
    input: foreignInput(providerSchema(listed.inputSchema)),
    summarize: (input) => clipLine(JSON.stringify(input), MAX_SUMMARY),
    access: () => ({ kind: 'mcp', name, listing }),
    preview: (input) => ({
      kind: 'text',
      text: `MCP server: ${server}\nTool: ${listed.name}\nArguments: ${JSON.stringify(input, null, 2)}`,
      ...(claims.length === 0 ? {} : { facts: [`the server says: ${claims.join(', ')}`] }),
    }),
    run: (input, context) => call(listed.name, input, context),
  };
}

/** The same for the same words, whatever the order of an object's members. */
function digestOf({ name, title, description, inputSchema, annotations }: ListedTool): string {
  const said = JSON.stringify({ name, title, description, inputSchema, annotations }, sortMembers);
  return createHash('sha256').update(said).digest('hex');
}

function sortMembers(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** Shown to the person, never believed. */
function claimsOf({ annotations = {} }: ListedTool): readonly string[] {
  return [
    ...(annotations.readOnlyHint === true ? ['it only reads'] : []),
    ...(annotations.destructiveHint === true ? ['it may destroy'] : []),
    ...(annotations.openWorldHint === true ? ['it reaches the network'] : []),
  ];
}
