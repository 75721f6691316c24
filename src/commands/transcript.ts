import type { SlashCommand } from './command.ts';

export const transcript: SlashCommand = {
  name: 'transcript',
  description: 'Read the whole session: scroll, search, unfold, copy',
  needsScreen: true,
  run: (_argument, { screen }) => screen.openTranscript(),
};
