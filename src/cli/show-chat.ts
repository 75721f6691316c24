import type { ChatExit, ChatOptions } from '../ui/render-chat.tsx';
import { detectTerminal, type TerminalFeatures } from '../ui/terminal/features.ts';
import { needsBackground } from '../ui/terminal/hear-background.ts';
import { ASK_BACKGROUND } from '../ui/terminal/sequences.ts';
import { plainCommands } from './plain-commands.ts';
import type { SessionMemory } from './services/session-memory.ts';
import type { Setup } from './setup.ts';

/** A chat to be shown: everything but what the terminal and the config decide. */
export interface ShownChat extends Omit<ChatOptions, 'stdin' | 'stdout' | 'features' | 'theme' | 'keys'> {
  readonly setup: Setup;
  /** Only lines that are added, for screen readers and simple terminals. */
  readonly isPlain: boolean;
  readonly memory: SessionMemory;
}

/** Shows a chat on this terminal, as rich as it and the config allow. */
export async function showChat({ setup, isPlain, memory, ...chat }: ShownChat): Promise<ChatExit> {
  const features = detectTerminal(setup.environment);
  if (isPlain || setup.config.plain === true || features.isDumb) return showPlainChat(chat, memory);
  return showScreenChat(chat, setup, features);
}

type Chat = Omit<ShownChat, 'setup' | 'isPlain' | 'memory'>;

async function showScreenChat(chat: Chat, { config }: Setup, features: TerminalFeatures): Promise<ChatExit> {
  const theme = config.theme ?? 'auto';
  // Asked now, answered while the screen is loaded.
  if (needsBackground({ features, theme })) process.stdout.write(ASK_BACKGROUND);
  const { renderChat } = await import('../ui/render-chat.tsx');
  return renderChat({
    ...chat,
    stdin: process.stdin,
    stdout: process.stdout,
    features: config.notifications === false ? withoutNotifications(features) : features,
    theme,
    ...(config.keys === undefined ? {} : { keys: config.keys }),
    ...(config.thinking === 'shown' ? { hasThoughts: true } : {}),
  });
}

function withoutNotifications({ notification: _notification, ...features }: TerminalFeatures): TerminalFeatures {
  return features;
}

async function showPlainChat(chat: Chat, memory: SessionMemory): Promise<ChatExit> {
  const { renderPlainChat } = await import('../ui/plain.ts');
  process.stdin.setRawMode(false);
  const { services, newId } = chat;
  const runCommand = plainCommands({
    services,
    memory,
    send: (message) => chat.send({ ...message, id: newId() }),
  });
  return renderPlainChat({
    ...chat,
    stdin: process.stdin,
    stdout: process.stdout,
    quit: () => services.quit(''),
    ...(services.permissionMode === undefined ? {} : { permissionMode: services.permissionMode }),
    runCommand,
  });
}
