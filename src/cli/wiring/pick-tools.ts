import type { Tool } from '../../tools/tool.ts';
import { CliError } from '../exit-codes.ts';
import type { RunOptions } from '../options.ts';

/**
 * Gives the tools that `--tools` names, all without it. Of tools with one name the first stays: nobody outside replaces a
 * tool of ours. A name that no tool has, and no server's tool can have, is a {@link CliError}.
 */
export function pickTools(given: readonly Tool[], wanted: RunOptions['tools']): readonly Tool[] {
  const tools = given.filter((tool, index) => given.findIndex(({ name }) => name === tool.name) === index);
  if (wanted === undefined || wanted === true) return tools;
  if (wanted === false) return [];
  const unknown = wanted.find((name) => !isServerTool(name) && !tools.some((tool) => tool.name === name));
  if (unknown !== undefined) {
    throw new CliError(`There is no tool "${unknown}". There are: ${tools.map((tool) => tool.name).join(', ')}.`);
  }
  return tools.filter((tool) => wanted.includes(tool.name));
}

/** Tells whether a name can be that of a server's tool; whether there is such a tool only its server knows. */
export function isServerTool(name: string): boolean {
  return name.startsWith('mcp__');
}
