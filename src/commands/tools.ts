import { chooseOne } from './choice.ts';
import type { CommandContext, SlashCommand } from './command.ts';

export const tools: SlashCommand = {
  name: 'tools',
  argument: '[+name -name …]',
  description: 'List the tools, or give and take some',
  isAvailable: (services) => services.listTools !== undefined,
  complete: ({ services, session }) =>
    (services.listTools?.() ?? []).map(({ name, description, isEnabled }) => ({
      value: `${isOn(session, { name, isEnabled }) ? '-' : '+'}${name}`,
      description,
    })),
  run: (argument, context) => (argument === '' ? list(context) : change(argument, context)),
};

function list({ services, screen, session }: CommandContext): void {
  const all = services.listTools?.() ?? [];
  const width = Math.max(0, ...all.map((tool) => tool.name.length));
  const rows = all.map(
    (tool) => `${isOn(session, tool) ? '+' : '-'} ${tool.name.padEnd(width)}  ${tool.description.split('\n')[0] ?? ''}`,
  );
  screen.print(['/tools', ...(rows.length === 0 ? ['There are no tools.'] : rows)].join('\n'));
}

function change(argument: string, { services, send, session }: CommandContext): void {
  const all = services.listTools?.() ?? [];
  const enabled = new Set(all.filter((tool) => isOn(session, tool)).map((tool) => tool.name));
  for (const word of argument.split(/[\s,]+/)) {
    const names = all.map((tool) => tool.name);
    const name = chooseOne(word.replace(/^[+-]/, ''), names, 'tool');
    if (word.startsWith('-')) enabled.delete(name);
    else enabled.add(name);
  }
  send({ type: 'update_tools', tools: all.map((tool) => tool.name).filter((name) => enabled.has(name)) });
}

function isOn(session: CommandContext['session'], tool: { name: string; isEnabled: boolean }): boolean {
  return session.tools?.includes(tool.name) ?? tool.isEnabled;
}
