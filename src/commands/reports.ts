import type { ReportKind, SlashCommand } from './command.ts';

/** Makes a command that prints what a service reports. */
function report(kind: ReportKind, command: Omit<SlashCommand, 'run' | 'isAvailable'>): SlashCommand {
  return {
    ...command,
    isAvailable: (services) => services.report?.[kind] !== undefined,
    run: async (argument, { services, screen }) => {
      const text = await services.report?.[kind]?.(argument);
      if (text !== undefined) screen.print(`/${command.name}\n${text}`);
    },
  };
}

export const context = report('context', {
  name: 'context',
  description: 'Show what fills the context window',
});

export const cost = report('cost', {
  name: 'cost',
  aliases: ['usage'],
  description: 'Show tokens and money spent, by model',
});

export const status = report('status', {
  name: 'status',
  description: 'Show session, model, directory, permissions and where files lie',
});

export const mcp = report('mcp', {
  name: 'mcp',
  argument: '[restart name]',
  description: 'Show the MCP servers and their tools, or start one again',
});

export const wire = report('wire', {
  name: 'wire',
  argument: '[n]',
  description: 'Show what was really sent for the last request, or request n',
});
