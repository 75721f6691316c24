import type { CommandContext, SlashCommand } from '../commands/command.ts';
import { OWN_MODEL } from '../commands/model.ts';
import { findCommand, parseCommand, unknownCommand } from '../commands/parse-command.ts';
import { availableCommands, whyUnavailable, withCustom } from '../commands/registry.ts';
import { personMessages } from '../conversation.ts';
import { errorMessage } from '../errors.ts';
import { clipLine } from '../format.ts';
import { REASONING_EFFORTS, type UserMessageBody } from '../messages.ts';
import { ownEntry } from '../own-entry.ts';
import { nameMessage } from '../own-words.ts';
import type { ChatServices } from '../ui/input/services.ts';
import type { SessionMemory } from './services/session-memory.ts';

/** What slash commands work with where there is no screen. */
export interface PlainCommandParts {
  readonly services: ChatServices;
  readonly memory: SessionMemory;
  send(message: UserMessageBody): void;
  write(text: string): void;
}

const NEEDS_SCREEN = 'That needs a screen. Start without --plain.';

/** Makes what runs a slash command without a screen, or says why not; false: the text is none. */
export function plainCommands(
  fixed: Omit<PlainCommandParts, 'write'>,
): (text: string, write: PlainCommandParts['write']) => boolean {
  return (text, write) => {
    const parts = { ...fixed, write };
    const line = parseCommand(text);
    if (line === undefined) return false;
    const available = withCustom(availableCommands(parts.services), parts.services, write);
    const commands = available.filter(({ needsScreen }) => needsScreen !== true);
    const command = findCommand(commands, line.name);
    if (command === undefined) {
      const isForScreen = findCommand(available, line.name) !== undefined;
      write(isForScreen ? NEEDS_SCREEN : (whyUnavailable(line.name) ?? unknownCommand(commands, line.name)));
      return true;
    }
    if (command.needsIdle === true && parts.memory.isRunning()) {
      write(`/${command.name} has to wait: /cancel stops the run.`);
      return true;
    }
    void run(command, line.argument, plainContext(parts, commands));
    return true;
  };
}

async function run(command: SlashCommand, argument: string, context: CommandContext): Promise<void> {
  try {
    await command.run(argument, context);
  } catch (error) {
    context.screen.print(errorMessage(error));
  }
}

function plainContext(parts: PlainCommandParts, commands: readonly SlashCommand[]): CommandContext {
  const { services, memory, write } = parts;
  const noScreen = (): void => write(NEEDS_SCREEN);
  const answers = memory
    .conversation()
    .messages.flatMap((message) =>
      message.role === 'assistant'
        ? [message.parts.map((part) => (part.type === 'text' ? part.text : '')).join('')]
        : [],
    );
  return {
    services,
    session: { isRunning: memory.isRunning(), model: memory.model(), answers: answers.filter((text) => text !== '') },
    send: (message) => parts.send(message),
    quit: () => services.quit(''),
    hint: write,
    // Nothing is drawn here that could show it, and no key stops it.
    work: (_name, run) => run(new AbortController().signal, () => undefined),
    open: (panel) => void openPanel(panel, parts, commands),
    screen: {
      print: write,
      toggleThinking: () => NEEDS_SCREEN,
      toggleRaw: noScreen,
      openTranscript: noScreen,
      themes: [],
      setTheme: noScreen,
    },
  };
}

type Panel = (parts: PlainCommandParts, commands: readonly SlashCommand[]) => Promise<readonly string[]>;

const listCommands: Panel = async (_parts, commands) =>
  commands.map(({ name, argument, description }) => `/${name} ${argument ?? ''}  ${description}`);

/** What a panel would offer, as lines that can be typed. */
const PANELS: Readonly<Record<string, Panel>> = {
  help: listCommands,
  keys: listCommands,
  models: async ({ services }) => {
    const models = (await services.listModels()).filter((model) => model.unavailable === undefined);
    return models.length === 0 ? [OWN_MODEL] : models.map(({ name, detail = '' }) => `/model ${name}  ${detail}`);
  },
  efforts: async () => REASONING_EFFORTS.map((effort) => `/effort ${effort}`),
  sessions: async ({ services }) =>
    ((await services.listSessions?.()) ?? []).map(({ id, title, detail = '' }) => `/resume ${id}  ${title}  ${detail}`),
  permissions: async ({ services }) => [
    ...(services.permissionModes ?? []).map(({ value, description = '' }) => `/permissions ${value}  ${description}`),
    ...(services.alwaysRules?.() ?? []).map((rule) => `/permissions forget ${rule}`),
  ],
  rewind: async ({ memory }) =>
    personMessages(memory.conversation()).map(
      ({ content }, index, { length }) => `/rewind ${length - index}  ${clipLine(nameMessage(content), 60)}`,
    ),
};

async function openPanel(panel: string, parts: PlainCommandParts, commands: readonly SlashCommand[]): Promise<void> {
  const list = ownEntry(PANELS, panel);
  const lines = (await list?.(parts, commands)) ?? [NEEDS_SCREEN];
  for (const line of lines.length === 0 ? ['There is nothing to choose from yet.'] : lines) parts.write(line);
}
