import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AgentMessage, AgentMessageOf } from '../../src/messages.ts';
import { checkPromises } from './check-promises.ts';
import { type ModelAnswer, type Protocol, spellAnswer, spellFrame } from './model-server/answers.mjs';
import {
  type ModelServerRequest,
  type RawAnswer,
  type ScriptedAnswer,
  startModelServer,
} from './model-server/model-server.ts';
import { type Home, homeIn, readMessages, startProgram } from './run-program.ts';

export const PROTOCOLS: readonly Protocol[] = ['anthropic', 'responses', 'chat'];
export const FAULT_KEY = 'sk-faults-0123456789abcdef';
/** What the model says when nothing is wrong. */
export const FINE: ModelAnswer = { text: 'All is fine.' };

const WIRE_NAMES = { anthropic: 'anthropic-messages', responses: 'openai-responses', chat: 'openai-chat' } as const;

/** What a service answers to one question, request by request; when they are used up, that all is fine. */
export type FaultCase = (protocol: Protocol) => readonly ScriptedAnswer[];

/** What became of one question. */
export interface FaultEnd {
  readonly log: readonly AgentMessage[];
  /** The requests that the service got for it. */
  readonly requests: readonly ModelServerRequest[];
  readonly done: AgentMessageOf<'done'>;
  readonly error?: AgentMessageOf<'error'>;
  readonly retries: readonly AgentMessageOf<'retrying'>[];
  readonly tool_errors: readonly AgentMessageOf<'tool_error'>[];
  readonly warnings: readonly string[];
}

export interface FaultRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Of the whole run. */
  readonly requests: readonly ModelServerRequest[];
  readonly violations: readonly string[];
  of(name: string): FaultEnd;
}

export interface FaultSetup {
  readonly config?: Readonly<Record<string, unknown>>;
  readonly args?: readonly string[];
  readonly home?: Home;
  readonly delta_ms?: number;
  /** The program is killed after so long; what it did not come to was never done. */
  readonly limit_ms?: number;
}

const LIMIT_MS = 40_000;

/** A home that is the caller's to remove: for suites and concurrent tests, where no one test could do it. */
export function privateHome(): Home {
  return homeIn(mkdtempSync(join(tmpdir(), 'agent-chat-faults-')));
}

/** Writes a config whose provider `stand` is the service at this address; `stand/in-1` is then its model. */
export function configure(home: Home, protocol: Protocol, base_url: string, more: FaultSetup['config'] = {}): void {
  const folder = join(home.env.XDG_CONFIG_HOME ?? '', 'agent-chat');
  mkdirSync(folder, { recursive: true });
  const stand = { protocol: WIRE_NAMES[protocol], base_url, key: FAULT_KEY };
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ providers: { stand }, ...more }));
}

/** Asks the built program one question a case, all in one run, each answered with the case's faults. */
export async function askAll(
  protocol: Protocol,
  cases: Readonly<Record<string, FaultCase>>,
  setup: FaultSetup = {},
): Promise<FaultRun> {
  const asked = new Map<string, ModelServerRequest[]>();
  const server = await startModelServer({
    protocol,
    ...(setup.delta_ms === undefined ? {} : { delta_ms: setup.delta_ms }),
    script: (request) => {
      const name = [...JSON.stringify(request.body).matchAll(/case:([\w-]+)/g)].at(-1)?.[1] ?? '';
      const earlier = asked.get(name) ?? [];
      asked.set(name, [...earlier, request]);
      return cases[name]?.(protocol)[earlier.length] ?? FINE;
    },
  });
  const home = setup.home ?? privateHome();
  configure(home, protocol, server.base_url, setup.config);
  const input = Object.keys(cases).map((name) =>
    JSON.stringify({ type: 'text', id: name, content: `case:${name}`, delivery: 'queue' }),
  );
  const args = ['--input-format', 'stream-json', '-o', 'stream-json', '-m', 'stand/in-1', ...(setup.args ?? [])];
  const { child, ended } = startProgram(args, { home, input: `${input.join('\n')}\n` });
  const hung = setTimeout(() => child.kill('SIGKILL'), setup.limit_ms ?? LIMIT_MS);
  const { code, stdout, stderr } = await ended;
  clearTimeout(hung);
  await server.close();
  if (setup.home === undefined) rmSync(home.path, { recursive: true, force: true });
  const log = readMessages(stdout);
  return {
    code,
    stdout,
    stderr,
    requests: server.requests,
    violations: checkPromises(log),
    of: (name) => endOf(log, name, asked.get(name) ?? []),
  };
}

function endOf(log: readonly AgentMessage[], name: string, requests: readonly ModelServerRequest[]): FaultEnd {
  const start = log.find((message) => message.type === 'turn_started' && message.input.id === name);
  const turn = log.filter((message) => message.turn_id !== undefined && message.turn_id === start?.turn_id);
  const of = <T extends AgentMessage['type']>(type: T) =>
    turn.filter((message): message is AgentMessageOf<T> => message.type === type);
  const [done] = of('done');
  const [error] = of('error');
  if (done === undefined) throw new Error(`The question ${name} was never done`);
  return {
    log: turn,
    requests,
    done,
    ...(error === undefined ? {} : { error }),
    retries: of('retrying'),
    tool_errors: of('tool_error'),
    warnings: of('system_warning').map(({ message }) => message),
  };
}

/** Spells a whole answer as it stands on the wire. */
export function bytesOf(protocol: Protocol, answer: ModelAnswer = FINE): string {
  return spellAnswer(protocol, answer)
    .map((frame) => ('pause' in frame ? '' : spellFrame(frame)))
    .join('');
}

/** Spells an answer up to the end of the event that holds the given words, and not the rest. */
export function bytesUntil(protocol: Protocol, answer: ModelAnswer, words: string): string {
  const whole = bytesOf(protocol, answer);
  return whole.slice(0, whole.indexOf('\n\n', whole.indexOf(words)) + 2);
}

/** An HTTP error with a body in the shape of the protocol. */
export function refusal(status: number, error: unknown, headers: Record<string, string> = {}): RawAnswer {
  const bytes = JSON.stringify({ type: 'error', error });
  return { status, bytes, headers: { 'content-type': 'application/json', ...headers } };
}
