import type { Halt } from './messages.ts';

/** What a chat calls by a slash, as who runs the program in a pipe writes it. */
const IN_A_PIPE: readonly (readonly [RegExp, string])[] = [
  [/Compact the conversation \(\/compact\)/g, 'Give less text'],
  [/,? or see what was sent with \/wire/g, ''],
  [/See what is known with \/cost/g, 'See what is known with agent-chat stats'],
  [/(?<![\w/])\/clear\b/g, 'without -c and -r'],
  [/(?<![\w/])\/model\b/g, '--model'],
  [/(?<![\w/])\/budget\b/g, '--budget'],
];

/** Says advice that was written for the chat as it holds in a pipe: flags in the place of slash commands. */
export function flagAdvice(text: string): string {
  return IN_A_PIPE.reduce((said, [command, flag]) => said.replace(command, flag), text);
}

/** Gives the ways on from a halt that a pipe has; `send` is what is written on the command line then. */
export function flagActions({ actions }: Halt): Halt['actions'] {
  return actions.flatMap(({ label, send }) => {
    if (send === '/compact') return [];
    if (send === '/clear') return [{ label: 'Start afresh', send: 'without -c and -r' }];
    if (send === '/model') return [{ label, send: '--model PROVIDER/MODEL' }];
    return [{ label, send: send.startsWith('/') ? flagAdvice(send) : `-c -p "${send}"` }];
  });
}
