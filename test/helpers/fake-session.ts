import { createChannel } from '../../src/channel.ts';
import type {
  AgentMessage,
  AgentMessageBody,
  ApprovalDecision,
  ApprovalPreview,
  TurnStatus,
  UserContent,
  UserMessage,
} from '../../src/messages.ts';
import { PROTOCOL_VERSION } from '../../src/messages.ts';
import {
  createSessionHost,
  type FrontEndAnswer,
  type FrontEndTool,
  type OpenSession,
  type SessionHandle,
} from '../../src/server/session-host.ts';

const MODEL = 'script/one';

/** What a scripted turn can do. Every method publishes what the real agent would. */
export interface FakeTurn {
  readonly signal: AbortSignal;
  readonly input: string;
  readonly tools: readonly FrontEndTool[];
  say(body: AgentMessageBody): void;
  text(...chunks: string[]): void;
  think(text: string): void;
  /** Announces a call and makes its arguments complete. */
  call(id: string, name: string, json?: string): void;
  /** Asks for an approval; resolves with the decision. */
  ask(id: string, preview?: ApprovalPreview): Promise<ApprovalDecision>;
  start(id: string): void;
  result(id: string, text: string): void;
  fail(id: string, text: string, kind?: 'failed' | 'denied' | 'cancelled'): void;
  /** Runs a tool of the front end, as the agent would. */
  frontEnd(id: string, name: string): Promise<FrontEndAnswer>;
  iteration(): void;
  /** Messages that were sent to steer this turn, taken. */
  steers(): string[];
}

/** Plays one turn. Returns or resolves with its status; nothing means `completed`. */
export type FakeScript = (turn: FakeTurn) => unknown;

export interface FakeAgent {
  readonly received: UserMessage[];
  readonly handle: SessionHandle;
  publish(body: AgentMessageBody): void;
}

/** Opens sessions whose agent follows a script; every user text starts a turn of it. */
export function fakeSessions(script: FakeScript): {
  readonly openSession: OpenSession;
  readonly agents: Map<string, FakeAgent>;
  readonly logs: Map<string, AgentMessage[]>;
  readonly opened: string[];
} {
  const agents = new Map<string, FakeAgent>();
  const logs = new Map<string, AgentMessage[]>();
  const opened: string[] = [];
  const openSession: OpenSession = async (id, options) => {
    const log = logs.get(id);
    if (log === undefined && !options.is_new_allowed) return undefined;
    opened.push(id);
    const kept = log ?? [];
    logs.set(id, kept);
    const agent = fakeAgent({ id, script, log: kept, tools: options.front_end_tools });
    agents.set(id, agent);
    return agent.handle;
  };
  return { openSession, agents, logs, opened };
}

interface FakeOptions {
  readonly id: string;
  readonly script: FakeScript;
  readonly log: AgentMessage[];
  readonly tools: readonly FrontEndTool[];
}

function fakeAgent({ id: session_id, script, log, tools }: FakeOptions): FakeAgent {
  const channel = createChannel<AgentMessage>();
  const received: UserMessage[] = [];
  const waiting: { id: string; content: UserContent }[] = [];
  const approvals = new Map<string, (decision: ApprovalDecision, note: string | undefined) => void>();
  let seq = log.at(-1)?.seq ?? 0;
  let turn_id: string | undefined;
  let turns = log.filter((message) => message.type === 'turn_started').length;
  let abort = new AbortController();
  let running: Promise<void> = Promise.resolve();
  let steers: { id: string; content: UserContent }[] = [];
  let ids = 0;

  const publish = (body: AgentMessageBody): void => {
    seq += 1;
    channel.push({ ...body, seq, at: Date.now(), ...(turn_id === undefined ? {} : { turn_id }) });
  };
  publish({
    type: 'session_started',
    session_id,
    model: MODEL,
    cwd: '/tmp',
    protocol_version: PROTOCOL_VERSION,
    ...(log.length > 0 ? { resumed: true as const } : {}),
  });

  const runTurn = async (input: { id: string; content: UserContent }): Promise<void> => {
    turns += 1;
    turn_id = `${session_id}-t${turns}`;
    abort = new AbortController();
    publish({ type: 'turn_started', turn_id, model_name: MODEL, input });
    const open = new Set<string>();
    let iteration = 0;
    const times = { wait_ms: 1, execute_duration_ms: 2, duration_display: '2ms' };
    const names = new Map<string, { name: string; arguments: string }>();
    const turn: FakeTurn = {
      signal: abort.signal,
      input: typeof input.content === 'string' ? input.content : JSON.stringify(input.content),
      tools,
      say: publish,
      text: (...chunks) => {
        ids += 1;
        const message_id = `${turn_id}-m${ids}`;
        for (const chunk of chunks) publish({ type: 'text', message_id, chunk, is_complete: false, model_name: MODEL });
        publish({ type: 'text', message_id, chunk: '', is_complete: true, model_name: MODEL });
      },
      think: (text) => {
        ids += 1;
        const message_id = `${turn_id}-r${ids}`;
        publish({ type: 'thought', message_id, chunk: text, is_complete: false, model_name: MODEL });
        publish({
          type: 'thought',
          message_id,
          chunk: '',
          is_complete: true,
          model_name: MODEL,
          duration_ms: 5,
          signature: 'c2ln',
        });
      },
      call: (id, name, json = '{}') => {
        names.set(id, { name, arguments: json });
        open.add(id);
        publish({ type: 'tool_call', request: { id, name, arguments: '' }, display_name: name, model_name: MODEL });
        publish({ type: 'tool_call_update', tool_call_id: id, chunk: json, model_name: MODEL });
        publish({ type: 'tool_call_ready', request: { id, name, arguments: json }, display_name: name });
      },
      ask: (id, preview = { kind: 'command', command: 'rm -rf build', cwd: '/tmp' }) =>
        new Promise((resolve) => {
          publish({
            type: 'approval_requested',
            tool_call_id: id,
            reason: 'It changes files.',
            preview,
            options: [
              { decision: 'once', label: 'Yes' },
              { decision: 'deny', label: 'No' },
            ],
          });
          approvals.set(id, (decision, note) => {
            approvals.delete(id);
            publish({
              type: 'approval_resolved',
              tool_call_id: id,
              decision,
              by: 'user',
              ...(note === undefined ? {} : { note }),
            });
            resolve(decision);
          });
          abort.signal.addEventListener('abort', () => resolve('deny'), { once: true });
        }),
      start: (id) => publish({ type: 'tool_started', tool_call_id: id, wait_ms: 1 }),
      result: (id, result) => {
        open.delete(id);
        publish({
          type: 'tool_result',
          result: { id, name: '', arguments: '{}', ...names.get(id), result },
          model_name: MODEL,
          ...times,
        });
      },
      fail: (id, error, kind = 'failed') => {
        open.delete(id);
        publish({
          type: 'tool_error',
          error: { id, name: names.get(id)?.name ?? '', error },
          kind,
          model_name: MODEL,
          ...times,
        });
      },
      frontEnd: async (id, name) => {
        const tool = tools.find((each) => each.name === name);
        if (tool === undefined) throw new Error(`The front end has no ${name}.`);
        publish({ type: 'tool_started', tool_call_id: id, wait_ms: 1 });
        const answer = await tool.call(id, abort.signal);
        if (answer.is_error) turn.fail(id, answer.content);
        else turn.result(id, answer.content);
        return answer;
      },
      iteration: () => {
        iteration += 1;
        publish({ type: 'iteration_complete', iteration, tool_calls: 0 });
      },
      steers: () => {
        const taken = steers;
        steers = [];
        for (const steer of taken) publish({ type: 'user_steered', ...steer, iteration: iteration + 1 });
        return taken.map((steer) => String(steer.content));
      },
    };
    let status: TurnStatus = 'completed';
    try {
      status = ((await script(turn)) as TurnStatus | undefined) ?? 'completed';
    } catch (error) {
      if (!abort.signal.aborted) throw error;
    }
    if (abort.signal.aborted) {
      status = 'cancelled';
      for (const id of [...open]) turn.fail(id, 'Cancelled.', 'cancelled');
      publish({ type: 'cancelled', message: 'Cancelled.' });
    }
    publish({
      type: 'done',
      turn_id,
      status,
      ...(status === 'halted'
        ? {
            halt: {
              reason: 'loop' as const,
              message: 'It goes round in circles.',
              actions: [{ label: 'On', send: 'go on' }],
            },
          }
        : {}),
      stop_reason: status,
      iterations: Math.max(1, iteration),
      usage: { input_tokens: 10, output_tokens: 5, cache_read_tokens: 3 },
      duration_ms: 9,
    });
    turn_id = undefined;
  };

  const runAll = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      await runTurn(next);
      waiting.unshift(...steers.splice(0));
    }
  };

  const send = (sent: UserMessage | (Omit<UserMessage, 'id'> & { id?: string })): void => {
    const message = { id: `made-${received.length}`, ...sent } as UserMessage;
    received.push(message);
    if (message.type === 'cancel') abort.abort();
    if (message.type === 'approve') approvals.get(message.tool_call_id)?.(message.decision, message.note);
    if (message.type !== 'text') return;
    const entry = { id: message.id, content: message.content };
    if (turn_id === undefined && waiting.length === 0) {
      waiting.push(entry);
      running = runAll();
      return;
    }
    const delivery = message.delivery ?? 'steer';
    publish({ type: 'user_message_accepted', ...entry, delivery });
    (delivery === 'steer' ? steers : waiting).push(entry);
  };

  const handle = createSessionHost({
    session_id,
    log: [...log],
    record: (message) => void log.push(message),
    agent: {
      messages: channel,
      send,
      close: async () => {
        waiting.length = 0;
        abort.abort();
        await running;
        publish({ type: 'session_ended', status: 'completed' });
        channel.close();
      },
    },
  });
  return { received, handle, publish };
}
