import { type Agent, createAgent } from '../../src/agent/agent.ts';
import type { AgentOptions } from '../../src/agent/agent-options.ts';
import type { AgentMessage, AgentMessageOf, UserMessage, UserMessageBody } from '../../src/messages.ts';
import type { ModelCatalog, ModelInfo } from '../../src/providers/provider.ts';
import { ModelNameError } from '../../src/providers/provider.ts';
import { checkPromises } from './check-promises.ts';
import { createFakeClock, type FakeClock, settled } from './fake-clock.ts';
import { type Script, type ScriptedProvider, scriptedProvider } from './scripted-provider.ts';
import { createTestTools, type TestTools, testPermissions } from './test-tools.ts';

/** One agent on a scripted model, with everything it said. */
export interface Run {
  readonly agent: Agent;
  readonly log: readonly AgentMessage[];
  readonly provider: ScriptedProvider;
  readonly tools: TestTools;
  readonly clock: FakeClock;
  readonly permissions: ReturnType<typeof testPermissions>;
  send(message: UserMessage | UserMessageBody): string;
  reaches(pause: string): Promise<void>;
  resume(pause: string): void;
  /** Resolves with the first message that the agent says of this type (and that fits), now or later. */
  says<Type extends AgentMessage['type']>(
    type: Type,
    fits?: (message: AgentMessageOf<Type>) => boolean,
  ): Promise<AgentMessageOf<Type>>;
  /** Resolves when nothing more happens by itself; time does not move. */
  settled(): Promise<void>;
  /** Lets time pass until the agent is idle; then gives the log in short. */
  summary(): Promise<string[]>;
  /** Ends the session and gives the whole log; throws when it breaks a promise. */
  end(): Promise<readonly AgentMessage[]>;
}

export interface RunOptions extends Partial<Omit<AgentOptions, 'clock' | 'permissions'>> {
  /** The first text; absent: `go`, with the id `u1`. `null`: none. */
  readonly prompt?: string | null;
  /** More about the models; the keys are their names. */
  readonly models?: Readonly<Record<string, Partial<ModelInfo>>>;
  /** Other providers, by the first part of a model name. */
  readonly providers?: Readonly<Record<string, ScriptedProvider>>;
  readonly catalog?: ModelCatalog;
}

/** Starts an agent and sends it the first text. */
export function startRun(played: Script | ScriptedProvider, options: RunOptions = {}): Run {
  const { prompt = 'go', models = {}, providers = {}, ...rest } = options;
  const provider = 'stream' in played ? played : scriptedProvider(played);
  const clock = createFakeClock();
  const tools = createTestTools();
  const permissions = testPermissions();
  let ids = 0;
  const agent = createAgent({
    session_id: 's1',
    cwd: '/work',
    catalog: testCatalog({ ...providers, scripted: provider }, models),
    model: 'scripted/one',
    tools: tools.tools,
    systemPrompt: () => 'You are a test.',
    random: () => 0,
    newId: () => `id${++ids}`,
    ...rest,
    clock,
    permissions,
  });
  const reading = readAll(agent);
  if (prompt !== null) agent.send({ type: 'text', id: 'u1', content: prompt });

  const idle = async (): Promise<void> => {
    for (;;) {
      await settled();
      if (isIdle(reading.log)) return;
      if (!(await clock.skip()))
        throw new Error(`The run does not end by itself:\n${summaryOf(reading.log).join('\n')}`);
    }
  };

  return {
    agent,
    log: reading.log,
    provider,
    tools,
    clock,
    permissions,
    send: (message) => agent.send(message),
    reaches: (pause) => provider.reaches(pause),
    resume: (pause) => provider.resume(pause),
    says: (type, fits) => reading.says(type, fits),
    settled,
    summary: async () => {
      await idle();
      return summaryOf(reading.log);
    },
    end: async () => {
      const closed = agent.close();
      while (!reading.isClosed()) {
        await settled();
        if (!reading.isClosed()) await clock.skip();
      }
      await closed;
      const violations = checkPromises(reading.log);
      if (violations.length > 0) throw new Error([...violations, ...summaryOf(reading.log)].join('\n'));
      return reading.log;
    },
  };
}

/** A catalog with any model of the given providers; what is not said of a model is unknown. */
export function testCatalog(
  providers: Readonly<Record<string, ScriptedProvider>>,
  models: Readonly<Record<string, Partial<ModelInfo>>> = {},
): ModelCatalog {
  return {
    resolve: (name) => {
      const [, bare = name, effort] = /^(.*?)(?::(none|low|medium|high|xhigh))?$/.exec(name) ?? [];
      const [providerName = '', id] = bare.split('/');
      const provider = providers[providerName];
      if (provider === undefined || id === undefined)
        return Promise.reject(new ModelNameError(`There is no model "${name}". Try agent-chat models.`));
      const info: ModelInfo = { name: bare, provider: providerName, id, protocol: 'script', ...models[bare] };
      return Promise.resolve({ info, provider, ...(effort === undefined ? {} : { effort: effort as 'low' }) });
    },
    report: ({ conversation }, target) => ({
      ...(target.context_limit === undefined ? {} : { context_limit: target.context_limit }),
      tokens_to_read: estimate(conversation),
      thoughts_dropped: 0,
      images_dropped: 0,
      ids_rewritten: 0,
      cache_lost: true,
    }),
    estimateTokens: ({ system, conversation, tools }) => estimate([system, conversation, tools]),
  };
}

/** A token for four characters: wrong, but the same every time. */
function estimate(value: unknown): number {
  return Math.ceil(JSON.stringify(value).length / 4);
}

function readAll(agent: Agent) {
  const log: AgentMessage[] = [];
  const watchers: ((message: AgentMessage) => void)[] = [];
  let isClosed = false;
  const read = async (): Promise<void> => {
    for await (const message of agent.messages) {
      log.push(message);
      for (const watcher of [...watchers]) watcher(message);
    }
    isClosed = true;
  };
  void read();
  return {
    log,
    isClosed: () => isClosed,
    says: <Type extends AgentMessage['type']>(
      type: Type,
      fits: (message: AgentMessageOf<Type>) => boolean = () => true,
    ): Promise<AgentMessageOf<Type>> => {
      const isIt = (message: AgentMessage): message is AgentMessageOf<Type> =>
        message.type === type && fits(message as AgentMessageOf<Type>);
      const known = log.find(isIt);
      if (known !== undefined) return Promise.resolve(known);
      return new Promise((resolve) => {
        const watcher = (message: AgentMessage): void => {
          if (!isIt(message)) return;
          watchers.splice(watchers.indexOf(watcher), 1);
          resolve(message);
        };
        watchers.push(watcher);
      });
    },
  };
}

function isIdle(log: readonly AgentMessage[]): boolean {
  const last = (type: AgentMessage['type']): number => log.findLastIndex((message) => message.type === type);
  return (
    last('done') >= last('turn_started') && last('context_compaction_result') >= last('context_compaction_started')
  );
}

/** Says a log in short: what a reader of a test wants to compare. Pieces of one segment are joined. */
export function summaryOf(log: readonly AgentMessage[]): string[] {
  const texts = new Map<string, string>();
  return log.flatMap((message) => {
    if (message.type !== 'text' && message.type !== 'thought') return inShort(message);
    const text = (texts.get(message.message_id) ?? '') + message.chunk;
    texts.set(message.message_id, text);
    return message.is_complete ? [`${message.type} ${text}`] : [];
  });
}

const SILENT: ReadonlySet<AgentMessage['type']> = new Set([
  'session_started',
  'tool_call_update',
  'tool_call_ready',
  'tool_started',
  'tool_output',
  'tool_progress',
  'iteration_complete',
  'context_usage_update',
  'user_message_accepted',
]);

function inShort(message: AgentMessage): string[] {
  if (SILENT.has(message.type)) return [];
  const { type } = message;
  switch (message.type) {
    case 'tool_call':
      return [`${type} ${message.request.name}`];
    case 'tool_error':
      return [`${type} ${message.kind}`];
    case 'done':
      return [`${type} ${message.halt?.reason ?? message.status}`];
    case 'error':
      return [`${type} ${message.kind}`];
    case 'user_steered':
      return [`${type} ${message.id}`];
    case 'user_message_returned':
      return [`${type} ${message.id} ${message.reason}`];
    case 'retrying':
      return [`${type} ${message.attempt}/${message.max_attempts} ${message.error.kind}`];
    case 'model_switched':
      return [`${type} ${message.new}`];
    case 'context_compaction_started':
      return [`${type} ${message.trigger}`];
    case 'context_compaction_result':
      return [`${type} ${message.outcome}`];
    case 'reasoning_effort_changed':
      return [`${type} ${message.new}`];
    default:
      return [type];
  }
}
