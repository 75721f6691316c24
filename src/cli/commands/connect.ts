import { randomUUID } from 'node:crypto';
import { connectAgent, type RemoteAgent } from '../../server/connect/connect.ts';
import { CliError, EXIT } from '../exit-codes.ts';
import { fanOut, sinkStream } from '../fan-out.ts';
import { cancelFirst, onSignals } from '../on-signals.ts';
import { openPromptHistory } from '../services/prompt-history.ts';
import { remoteServices } from '../services/remote-services.ts';
import { sessionMemory } from '../services/session-memory.ts';
import { showChat } from '../show-chat.ts';
import type { CliCommand, CommandCall } from './cli-command.ts';

/** Chats with any AG-UI agent in this terminal. */
export const connect: CliCommand = async (call) => {
  if (!process.stdin.isTTY || !process.stdout.isTTY) throw new CliError('connect needs a terminal on both ends.');
  const { setup, flags } = call;
  const agent = open(call);
  const memory = sessionMemory([]);
  const screen = sinkStream();
  let exitCode: number = EXIT.answered;
  const leave = (): void => void agent.close();
  const interrupting = cancelFirst({ isBusy: memory.isBusy, cancel: () => agent.send({ type: 'cancel' }) });
  const forgetSignals = onSignals((code) => {
    exitCode = code;
    leave();
  }, interrupting);
  const pump = fanOut(agent.messages, [memory.sink, screen.sink]).finally(() => screen.end());
  const host = agent.model_name.replace(/^[^/]*\//, '');
  const history = openPromptHistory(setup);
  const { draft } = await showChat({
    setup,
    memory,
    isPlain: flags.plain === true,
    messages: screen.messages,
    send: (message) => void agent.send(message),
    newId: randomUUID,
    services: remoteServices({ setup, agent, memory, history, leave }),
    facts: () => ({ directory: host }),
    introduction: [`The agent at ${host}, over AG-UI.`],
  });
  if (draft.trim() !== '') history.append(draft);
  await agent.close();
  await pump;
  forgetSignals();
  return exitCode;
};

function open({ words, flags, setup }: CommandCall): RemoteAgent {
  const token = typeof flags.token === 'string' ? flags.token : setup.environment.AGENT_CHAT_TOKEN;
  try {
    return connectAgent({
      url: words[0] ?? '',
      cwd: setup.cwd,
      headers: Object.fromEntries((Array.isArray(flags.header) ? flags.header : []).map(readHeader)),
      ...(token ? { token } : {}),
      newId: randomUUID,
      clock: { now: () => Date.now(), monotonic: () => performance.now() },
    });
  } catch (error) {
    throw new CliError((error as Error).message);
  }
}

function readHeader(given: unknown): readonly [string, string] {
  const [, name, value] = /^([A-Za-z0-9-]+):\s*(.*)$/.exec(String(given)) ?? [];
  if (name === undefined || value === undefined) {
    throw new CliError(`--header takes "Name: value", not "${String(given)}".`);
  }
  return [name, value];
}
