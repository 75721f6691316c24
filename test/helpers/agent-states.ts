import { type Run, startRun, testCatalog } from './run-agent.ts';
import { Gates, type Script, script, scriptedProvider } from './scripted-provider.ts';

/** A run that stands in a state. */
export interface Stand {
  readonly run: Run;
  /** Lets it go on. */
  goOn(): void;
}

/** A state of a turn, how to get there, and what the log says around it. */
export interface State {
  readonly name: string;
  reach(): Promise<Stand>;
  /** What the log says before, up to its next safe point, and after it. */
  readonly before: readonly string[];
  readonly toSafePoint: readonly string[];
  readonly rest: readonly string[];
  /** What a cancel says, up to `cancelled`. */
  readonly onCancel: readonly string[];
  /** Where changed settings apply when that is not the next safe point: before this many lines of `toSafePoint`. */
  readonly settingsAt?: number;
}

const END = ['text end', 'done completed'];
const LIST = ['tool_call list_files', 'tool_result'];

/** A run whose model answers `more` when its script is over. */
export function startRepeating(played: Script, options: Parameters<typeof startRun>[1] = {}): Run {
  return startRun(scriptedProvider(played, { after: script().text('more') }), options);
}

async function pausedAt(pause: string, played: Script): Promise<Stand> {
  const run = startRepeating(played);
  await run.reaches(pause);
  await run.settled();
  return { run, goOn: () => run.resume(pause) };
}

/** Every state of a turn. */
export const states: readonly State[] = [
  {
    name: 'requesting',
    reach: () => pausedAt('here', script().pause('here').toolCall('list_files').text('end')),
    before: ['turn_started'],
    toSafePoint: LIST,
    rest: END,
    onCancel: [],
  },
  {
    name: 'thinking',
    reach: () =>
      pausedAt(
        'here',
        script().events({ type: 'thought', chunk: 'hm' }).pause('here').toolCall('list_files').text('end'),
      ),
    before: ['turn_started'],
    toSafePoint: ['thought hm', ...LIST],
    rest: END,
    onCancel: ['thought hm'],
  },
  {
    name: 'text',
    reach: () => pausedAt('here', script().text('I see').pause('here').toolCall('list_files').text('end')),
    before: ['turn_started'],
    toSafePoint: ['text I see', ...LIST],
    rest: END,
    onCancel: ['text I see'],
  },
  {
    name: 'arguments',
    reach: () =>
      pausedAt(
        'here',
        script()
          .halfToolCall('list_files', '{', 'call_1')
          .pause('here')
          .events({ type: 'tool_call_end', id: 'call_1', arguments: '{}' })
          .text('end'),
      ),
    before: ['turn_started', 'tool_call list_files'],
    toSafePoint: ['tool_result'],
    rest: END,
    onCancel: ['tool_error cancelled'],
  },
  {
    name: 'approving',
    reach: async () => {
      const run = startRepeating(script().toolCall('ask', { text: 'rm x' }).text('end'));
      await run.says('approval_requested');
      return { run, goOn: () => run.send({ type: 'approve', tool_call_id: 'call_1', decision: 'once' }) };
    },
    before: ['turn_started', 'tool_call ask', 'approval_requested'],
    toSafePoint: ['approval_resolved', 'tool_result'],
    rest: END,
    onCancel: ['approval_resolved', 'tool_error cancelled'],
  },
  {
    name: 'queued',
    reach: async () => {
      const run = startRepeating(script().toolCall('wait').toolCall('list_files').text('end'), {
        limits: { max_parallel_tools: 1 },
      });
      await run.tools.started('call_1');
      await run.settled();
      return { run, goOn: () => run.tools.release('call_1') };
    },
    before: ['turn_started', 'tool_call wait', 'tool_call list_files'],
    toSafePoint: ['tool_result', 'tool_result'],
    rest: END,
    onCancel: ['tool_error cancelled', 'tool_error cancelled'],
  },
  {
    name: 'running tools',
    reach: async () => {
      const run = startRepeating(script().toolCall('wait').text('end'));
      await run.tools.started('call_1');
      await run.settled();
      return { run, goOn: () => run.tools.release('call_1') };
    },
    before: ['turn_started', 'tool_call wait'],
    toSafePoint: ['tool_result'],
    rest: END,
    onCancel: ['tool_error cancelled'],
  },
  {
    name: 'between calls',
    reach: async () => {
      const gates = new Gates();
      const provider = scriptedProvider(script().toolCall('wait').text('end'), { after: script().text('more') });
      const inner = testCatalog({ scripted: provider });
      const catalog: typeof inner = {
        ...inner,
        resolve: async (name) => {
          if (name === 'scripted/slow') await gates.wait('slow');
          return inner.resolve(name);
        },
      };
      const run = startRun(provider, { catalog });
      await run.tools.started('call_1');
      run.send({ type: 'switch_model', model: 'scripted/slow' });
      run.tools.release('call_1');
      await run.says('tool_result');
      await run.settled();
      return { run, goOn: () => gates.open('slow') };
    },
    before: ['turn_started', 'tool_call wait', 'tool_result'],
    toSafePoint: ['model_switched scripted/slow'],
    rest: END,
    onCancel: [],
  },
  {
    name: 'retry wait',
    reach: async () => {
      const run = startRepeating(script().error('server').toolCall('list_files').text('end'));
      await run.says('retrying');
      await run.settled();
      return { run, goOn: () => void run.clock.skip() };
    },
    before: ['turn_started', 'retrying 1/5 server'],
    toSafePoint: LIST,
    rest: END,
    onCancel: [],
    settingsAt: 0,
  },
  {
    name: 'compacting',
    reach: async () => {
      const played = script()
        .text('long ago')
        .next()
        .toolCall('list_files')
        .events({ type: 'usage', usage: { input_tokens: 950, output_tokens: 5 } })
        .next()
        .pause('here')
        .text('all in short')
        .next()
        .toolCall('say', { text: 'x' })
        .text('end');
      const run = startRepeating(played, { models: { 'scripted/one': { context_limit: 1_000 } } });
      await run.summary();
      run.send({ type: 'text', id: 'u2', content: 'and now' });
      await run.reaches('here');
      await run.settled();
      return { run, goOn: () => run.resume('here') };
    },
    before: [
      ...['turn_started', 'text long ago', 'done completed', 'turn_started', ...LIST],
      'context_compaction_started auto',
    ],
    toSafePoint: ['context_compaction_result completed', 'tool_call say', 'tool_result'],
    rest: END,
    onCancel: ['context_compaction_result cancelled'],
  },
];
