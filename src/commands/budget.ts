import type { SlashCommand } from './command.ts';

export const budget: SlashCommand = {
  name: 'budget',
  argument: '[dollars|off]',
  description: 'Limit what this session may cost',
  isAvailable: (services) => services.setBudget !== undefined,
  complete: () => ['off', '0.50', '1', '5', '20'].map((value) => ({ value })),
  run: async (argument, { services, screen }) => {
    if (argument === '') {
      const said = await services.report?.budget?.('');
      screen.print(`/budget\n${said ?? 'Write dollars after it, such as /budget 2.50, or /budget off.'}`);
      return;
    }
    const said = await services.setBudget?.(dollarsOf(argument));
    if (said !== undefined) screen.print(said);
  },
};

function dollarsOf(argument: string): number | undefined {
  if (argument.toLowerCase() === 'off') return undefined;
  const dollars = /^\$?\d*\.?\d+$/.test(argument) ? Number(argument.replace('$', '')) : Number.NaN;
  if (dollars > 0) return dollars;
  throw new Error(`"${argument}" is no budget. Write dollars, such as /budget 2.50, or /budget off.`);
}
