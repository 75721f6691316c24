import { randomUUID } from 'node:crypto';
import { errorMessage } from '../../errors.ts';
import { connectAgent, type RemoteAgent } from '../../server/connect/connect.ts';
import { CliError, EXIT } from '../exit-codes.ts';
import { fanOut, sinkStream } from '../fan-out.ts';
import { findFormat } from '../find-format.ts';
import { denyUnattended } from '../headless/deny-unattended.ts';
import { fillerOf } from '../headless/fill-prompt.ts';
import { runHeadless } from '../headless/headless.ts';
import { loudnessOf } from '../headless/report-progress.ts';
import { isHeadless } from '../is-headless.ts';
import { cancelFirst, onSignals } from '../on-signals.ts';
import { openPromptHistory } from '../services/prompt-history.ts';
import { attachMentioned, withMentioned } from '../services/prompt-mentions.ts';
import { remoteServices } from '../services/remote-services.ts';
import { sessionMemory } from '../services/session-memory.ts';
import { showChat } from '../show-chat.ts';
import { readPrompt } from '../streams/read-stdin.ts';
import { readUserMessages } from '../streams/read-user-messages.ts';
import { tell } from '../streams/standard-error.ts';
import { type CliCommand, type CommandCall, textFlag } from './cli-command.ts';

/** Chats with any AG-UI agent in this terminal, or has it answer without a screen. */
export const connect: CliCommand = (call) => (isHeadless(call.flags) ? answer(call) : chat(call));

async function answer(call: CommandCall): Promise<number> {
  const { words, flags, output } = call;
  const encoder = findFormat(textFlag(flags, 'outputFormat'));
  const { inputFormat = 'text' } = flags;
  if (inputFormat !== 'text' && inputFormat !== 'stream-json') {
    throw new CliError(`There is no input format "${String(inputFormat)}". There are: text, stream-json.`);
  }
  const given = promptIn(words);
  const fill = await fillerOf(given, (line) => (flags.quiet === true ? undefined : tell(line)));
  const prompt = inputFormat === 'text' ? await readPrompt(given, tell, fill) : undefined;
  const asked = prompt ?? (given === undefined ? undefined : fill(given));
  const isQuiet = flags.quiet === true;
  const content = asked === undefined ? undefined : await attachMentioned(call.setup, { words: given, asked, isQuiet });
  const agent = open(call);
  const unattended = denyUnattended(agent);
  if (prompt !== undefined) unattended.leave();
  return runHeadless({
    isUnattended: unattended.hasDenied,
    isReadingInput: prompt === undefined,
    session: agent,
    encoder,
    encoderOptions: {},
    output,
    sinks: [unattended.sink],
    loudness: loudnessOf(flags),
    writeError: tell,
    ask: async () =>
      prompt === undefined || content === undefined
        ? readUserMessages(process.stdin, agent, content).finally(unattended.leave)
        : [agent.send({ type: 'text', content })],
  });
}

function promptIn([, ...words]: readonly string[]): string | undefined {
  return words.length === 0 ? undefined : words.join(' ');
}

async function chat(call: CommandCall): Promise<number> {
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
  const given = promptIn(call.words);
  const asked = given === undefined ? undefined : (await fillerOf(given, () => undefined))(given);
  const mentioned = asked === undefined ? undefined : await withMentioned(setup, given, asked);
  const { draft } = await showChat({
    setup,
    memory,
    isPlain: flags.plain === true,
    messages: screen.messages,
    send: (message) => void agent.send(message),
    newId: randomUUID,
    services: remoteServices({ setup, agent, memory, history, leave }),
    facts: () => ({ directory: '' }),
    introduction: [`The agent at ${host}, over AG-UI.`, ...(mentioned?.problems ?? [])],
    ...(mentioned === undefined ? {} : { prompt: mentioned.content }),
  });
  if (draft.trim() !== '') history.append(draft);
  await agent.close();
  await pump;
  forgetSignals();
  return exitCode;
}

function open({ words, flags, setup }: CommandCall): RemoteAgent {
  const token = textFlag(flags, 'token') ?? setup.environment.AGENT_CHAT_TOKEN;
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
    throw new CliError(errorMessage(error));
  }
}

function readHeader(given: unknown): readonly [string, string] {
  const [, name, value] = /^([A-Za-z0-9-]+):\s*(.*)$/.exec(String(given)) ?? [];
  if (name === undefined || value === undefined) {
    throw new CliError(`--header takes "Name: value", not "${String(given)}".`);
  }
  return [name, value];
}
