import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import './polyfills.ts';
import { formatCount } from '../format.ts';
import type { AgentMessage } from '../messages.ts';
import { narrowerMode } from '../permissions/modes.ts';
import type { ChatExit } from '../ui/render-chat.tsx';
import { CliError, EXIT } from './exit-codes.ts';
import { fanOut, sinkStream } from './fan-out.ts';
import { fillerOf } from './headless/fill-prompt.ts';
import { cancelFirst, onSignals } from './on-signals.ts';
import type { RunOptions } from './options.ts';
import { chatFacts } from './services/chat-facts.ts';
import { createChatServices } from './services/chat-services.ts';
import { openPromptHistory } from './services/prompt-history.ts';
import { type Mentioned, withMentioned } from './services/prompt-mentions.ts';
import { sessionMemory } from './services/session-memory.ts';
import { readSetup, type Setup } from './setup.ts';
import { showChat } from './show-chat.ts';
import { openSideSinks } from './streams/side-sinks.ts';
import { tell } from './streams/standard-error.ts';
import { choiceOf } from './wiring/choice-of.ts';
import { settingsOf } from './wiring/kept-settings.ts';
import { type OpenedAgent, openAgent } from './wiring/open-agent.ts';
import type { NextSession, SessionChoice } from './wiring/session-store.ts';
import { wireLog } from './wiring/wire-log.ts';

/** Chats on the screen until the person leaves. Resolves with the exit code. */
export async function chat(options: RunOptions): Promise<number> {
  const setup = await readSetup();
  let isPicking = options.resume === true;
  let next: NextSession | undefined = { choice: isPicking ? { kind: 'new' } : choiceOf(options) };
  const { prompt: given } = options;
  const asked = given === undefined ? undefined : (await fillerOf(given, () => undefined))(given);
  let mentioned = asked === undefined ? undefined : await withMentioned(setup, given, asked);
  let exitCode: number = EXIT.answered;
  let terminal: ChatExit['terminal'];
  let from: ChatEnd['from'];
  try {
    while (next !== undefined) {
      const start: ChatStart = {
        setup,
        options,
        next,
        isPicking,
        ...(mentioned === undefined ? {} : { mentioned }),
        ...(terminal === undefined ? {} : { terminal }),
      };
      const ended: ChatEnd = await chatOnce(start).catch((error: unknown) => stayIn(from, start, error));
      isPicking = false;
      ({ next, exitCode, terminal, from } = ended);
      mentioned = undefined;
    }
  } finally {
    terminal?.restore();
  }
  return exitCode;
}

interface ChatStart {
  readonly setup: Setup;
  readonly options: RunOptions;
  readonly next: NextSession;
  /** Which session is meant is still to be chosen. */
  readonly isPicking: boolean;
  /** What the command line asks. */
  readonly mentioned?: Mentioned;
  /** As the session before this one left it. */
  readonly terminal?: ChatExit['terminal'];
}

interface ChatEnd {
  readonly exitCode: number;
  readonly next: NextSession | undefined;
  readonly terminal?: ChatExit['terminal'];
  /** The session that was left, to come back to when the next one cannot be opened. */
  readonly from?: Pick<NextSession, 'choice' | 'left'>;
}

/** Comes back to the session that was left when the one that was wanted cannot be opened: a wrong name ends no chat. */
function stayIn(from: ChatEnd['from'], { next, terminal }: ChatStart, error: unknown): ChatEnd {
  if (from === undefined || !(error instanceof CliError)) throw error;
  const back: NextSession = {
    ...from,
    arrival: 'shown',
    note: error.message,
    ...(next.draft === undefined ? {} : { draft: next.draft }),
  };
  return { exitCode: EXIT.answered, next: back, ...(terminal === undefined ? {} : { terminal }) };
}

async function chatOnce({ setup, options, next: start, isPicking, mentioned, terminal }: ChatStart): Promise<ChatEnd> {
  const wire = wireLog();
  const opened = await openLike(start, { setup, options, wire });
  const { agent, session } = opened;
  const memory = sessionMemory(session.log);
  const from = { options, environment: setup.environment, secrets: opened.secrets };
  const side = await openSideSinks(from, (notice) => agent.warn(notice));
  const history = openPromptHistory(setup);
  const screen = sinkStream();
  let next: NextSession | undefined;
  let exitCode: number = EXIT.answered;
  const leave = (to?: NextSession): void => {
    next = to;
    void agent.close();
  };
  const interrupting = cancelFirst({ isBusy: memory.isBusy, cancel: () => agent.send({ type: 'cancel' }) });
  const forgetSignals = onSignals((code) => {
    exitCode = code;
    leave();
  }, interrupting);
  const pump = fanOut(agent.messages, [...opened.sinks, ...side.sinks, memory.sink, screen.sink]).finally(() =>
    screen.end(),
  );
  const { draft, terminal: kept } = await showChat({
    setup,
    memory,
    isPlain: options.plain === true,
    messages: screen.messages,
    history: session.log,
    ...(start.arrival === undefined ? {} : { arrival: start.arrival }),
    ...(isPicking ? { initialPanel: 'sessions' as const } : {}),
    send: (message) => void agent.send(message),
    newId: randomUUID,
    services: createChatServices({ setup, opened, memory, history, wire, leave }),
    facts: chatFacts(setup, opened),
    introduction: [...introduction(opened, session.log, start), ...(mentioned?.problems ?? [])],
    ...(start.arrival === 'shown' && start.left !== undefined ? { known: start.left } : {}),
    ...(mentioned === undefined ? {} : { prompt: mentioned.content }),
    ...(start.draft === undefined ? {} : { draft: start.draft }),
    ...(start.attached === undefined ? {} : { attached: start.attached }),
    ...(terminal === undefined ? {} : { terminal }),
    isLeaving: () => next !== undefined,
    onReady: () => opened.mcp?.start(),
  });
  await agent.close();
  await pump;
  const problems = await side.end();
  const unsaved = await opened.close();
  forgetSignals();
  if (next !== undefined) {
    const left = settingsOf(opened, memory);
    const from = { choice: choiceOfLeft(opened), left };
    return { exitCode, next: { ...withDraft(next, draft), left }, terminal: kept, from };
  }
  if (draft.trim() !== '') history.append(draft);
  sayGoodbye({ opened, draft, unsaved, problems, hasTurns: memory.hasTurns() });
  return { exitCode, next };
}

type OpenParts = Pick<ChatStart, 'setup' | 'options'> & { readonly wire: ReturnType<typeof wireLog> };

/** A screen that changes 20 times a second needs no more reads than twice as many; a wake-up for each piece is dear. */
const SCREEN_READS_MS = 25;

/** Opens a session with what was set and allowed in the chat; of another chat's only the mode, where it allows less. */
async function openLike({ choice, arrival, left }: NextSession, parts: OpenParts): Promise<OpenedAgent> {
  const { setup, options, wire } = parts;
  const kept = arrival === 'shown' ? left : undefined;
  const reading = { onSent: wire.take, read_every_ms: SCREEN_READS_MS };
  const opened = await openAgent(setup, { options, choice, kept, canAsk: true, isWatched: true, wire: reading });
  const { permissions } = opened.grants;
  permissions.adopt(kept?.always ?? []);
  if (left !== undefined) permissions.setMode(kept?.mode ?? narrowerMode(left.mode, permissions.mode));
  return opened;
}

function choiceOfLeft({ session }: OpenedAgent): SessionChoice {
  const isSaved = existsSync(session.file?.path ?? '');
  return isSaved ? { kind: 'named', name: session.session_id } : { kind: 'new' };
}

/** What was typed and not sent goes along into the next session. */
function withDraft(next: NextSession, typed: string): NextSession {
  const draft = [next.draft ?? '', typed].filter((text) => text !== '').join('\n');
  return draft === '' ? next : { ...next, draft };
}

function introduction({ model }: OpenedAgent, log: readonly AgentMessage[], start: NextSession): readonly string[] {
  if (start.note !== undefined) return [start.note];
  if (log.length > 0) return start.arrival === 'shown' ? [] : ['Session resumed'];
  if (model.why === undefined) return [];
  return [`Chosen because ${model.why}; /model changes it.`];
}

interface Goodbye {
  readonly opened: OpenedAgent;
  readonly draft: string;
  readonly unsaved: number;
  /** What else could not be written, a line each. */
  readonly problems: readonly string[];
  readonly hasTurns: boolean;
}

/** Says how to come back, and hands back what was typed and not sent. */
function sayGoodbye({ opened, draft, unsaved, problems, hasTurns }: Goodbye): void {
  const lines = [
    ...(hasTurns && existsSync(opened.session.file?.path ?? '')
      ? [`To go on: agent-chat -r ${opened.session.session_id}`]
      : []),
    ...(unsaved > 0 ? [`${unsaved} messages of this session could not be saved.`] : []),
    ...problems,
    ...(draft.trim() === ''
      ? []
      : [`Not sent, and kept in the history of the prompt (↑): ${formatCount(draft.length, 'character')}.`]),
  ];
  tell(lines.map((line) => `${line}\n`).join(''));
}
