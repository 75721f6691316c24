import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { UserMessage } from '../../../src/messages.ts';
import { type State, startRepeating, states } from '../../helpers/agent-states.ts';
import type { Run } from '../../helpers/run-agent.ts';
import { script } from '../../helpers/scripted-provider.ts';

/** What the messages say at a safe point. */
const atSafePoint: readonly { message: UserMessage; says: readonly string[] }[] = [
  { message: { type: 'text', id: 'm1', content: 'by the way' }, says: ['user_steered m1'] },
  { message: { type: 'switch_model', id: 'm1', model: 'scripted/two' }, says: ['model_switched scripted/two'] },
  { message: { type: 'set_reasoning_effort', id: 'm1', effort: 'high' }, says: ['reasoning_effort_changed high'] },
  { message: { type: 'update_tools', id: 'm1', tools: ['list_files', 'say', 'wait', 'ask'] }, says: ['tools_updated'] },
  { message: { type: 'restore_context', id: 'm1' }, says: ['system_warning'] },
];

const SETTINGS: readonly UserMessage['type'][] = ['switch_model', 'set_reasoning_effort', 'update_tools'];

describe.each(states)('$name', (state) => {
  test.each(atSafePoint)('$message.type takes effect at the next safe point', async ({ message, says }) => {
    const { run, goOn } = await state.reach();
    run.send(message);
    await run.settled();
    const isEarly = state.settingsAt !== undefined && SETTINGS.includes(message.type);
    if (!(isEarly && message.type === 'switch_model')) goOn();
    const expected = isEarly
      ? [...state.before, ...says, ...state.toSafePoint, ...state.rest]
      : [...state.before, ...state.toSafePoint, ...says, ...state.rest];
    expect(await run.summary()).toEqual(replaced(state, message, expected));
    await run.end();
  });

  test('a queued text gets a turn of its own', async () => {
    const { run, goOn } = await state.reach();
    run.send({ type: 'text', id: 'm1', content: 'afterwards', delivery: 'queue' });
    goOn();
    const own = ['turn_started', 'text more', 'done completed'];
    expect(await run.summary()).toEqual([...state.before, ...state.toSafePoint, ...state.rest, ...own]);
    await run.end();
  });

  test('a cancel ends the turn within 100 ms, gives waiting texts back, and starts nothing', async () => {
    const { run } = await state.reach();
    run.send({ type: 'text', id: 'm1', content: 'one' });
    run.send({ type: 'text', id: 'm2', content: 'two', delivery: 'queue' });
    const calls = run.provider.requests.length;
    const started_ms = run.clock.monotonic();
    run.send({ type: 'cancel' });
    run.send({ type: 'cancel' });
    expect(await run.summary()).toEqual([
      ...state.before,
      ...['user_message_returned m1 cancelled', 'user_message_returned m2 cancelled'],
      ...state.onCancel,
      ...['cancelled', 'done cancelled'],
    ]);
    expect(run.clock.monotonic() - started_ms).toBeLessThanOrEqual(100);
    expect(run.provider.requests.length).toBe(calls);
    expect(run.tools.running.size).toBe(0);
    await run.end();
  });

  test('a text that is sent right after a cancel starts the next turn', async () => {
    const { run, goOn } = await state.reach();
    run.send({ type: 'cancel' });
    run.send({ type: 'text', id: 'm1', content: 'instead' });
    // The model that is being looked for is still wanted; nothing else is left to go on.
    if (state.name === 'between calls') goOn();
    const says = (await run.summary()).slice(state.before.length).filter((line) => !line.startsWith('model_switched'));
    expect(says.slice(0, state.onCancel.length + 3)).toEqual([
      ...state.onCancel,
      ...['cancelled', 'done cancelled', 'turn_started'],
    ]);
    await run.end();
  });

  test('clear_context cancels and then clears', async () => {
    const { run } = await state.reach();
    run.send({ type: 'text', id: 'm1', content: 'one' });
    run.send({ type: 'clear_context' });
    expect(await run.summary()).toEqual([
      ...state.before,
      'user_message_returned m1 cleared',
      ...state.onCancel,
      ...['cancelled', 'done cancelled', 'context_cleared'],
    ]);
    await run.end();
  });

  test('compact waits for the next safe point', async () => {
    const { run, goOn } = await state.reach();
    run.send({ type: 'compact' });
    await run.settled();
    const before = run.log.filter(({ type }) => type === 'context_compaction_started').length;
    expect(before).toBe(state.name === 'compacting' ? 1 : 0);
    goOn();
    await run.summary();
    const warned = run.log.some(({ type }) => type === 'system_warning');
    const after = run.log.filter(({ type }) => type === 'context_compaction_started').length;
    expect(after > before || warned).toBe(true);
    await run.end();
  });

  test('an approval of a call that does not wait is a warning', async () => {
    const { run, goOn } = await state.reach();
    run.send({ type: 'approve', tool_call_id: 'call_9', decision: 'once' });
    goOn();
    expect(await run.summary()).toEqual([...state.before, 'system_warning', ...state.toSafePoint, ...state.rest]);
    await run.end();
  });

  test('retract takes a waiting text back', async () => {
    const { run, goOn } = await state.reach();
    run.send({ type: 'text', id: 'm1', content: 'by the way' });
    run.send({ type: 'retract', id: 'm1' });
    goOn();
    expect(await run.summary()).toEqual([
      ...state.before,
      'user_message_returned m1 retracted',
      ...state.toSafePoint,
      ...state.rest,
    ]);
    await run.end();
  });
});

/** A switch that supersedes the slow one is the only one that happens. */
function replaced(state: State, message: UserMessage, expected: readonly string[]): readonly string[] {
  if (state.name !== 'between calls' || message.type !== 'switch_model') return expected;
  return expected.filter((line) => line !== 'model_switched scripted/slow');
}

describe('idle', () => {
  const idle = async (played = script().text('one').text('two')): Promise<Run> => {
    const run = startRepeating(played);
    await run.summary();
    return run;
  };
  const FIRST = ['turn_started', 'text one', 'done completed'];

  test.each<[UserMessage, string[]]>([
    [{ type: 'text', id: 'm1', content: 'x' }, ['turn_started', 'text two', 'done completed']],
    [{ type: 'text', id: 'm1', content: 'x', delivery: 'queue' }, ['turn_started', 'text two', 'done completed']],
    [{ type: 'cancel', id: 'm1' }, []],
    [{ type: 'clear_context', id: 'm1' }, ['context_cleared']],
    [{ type: 'switch_model', id: 'm1', model: 'scripted/two' }, ['model_switched scripted/two']],
    [{ type: 'switch_model', id: 'm1', model: 'nobody/knows' }, ['system_warning']],
    [{ type: 'set_reasoning_effort', id: 'm1', effort: 'low' }, ['reasoning_effort_changed low']],
    [{ type: 'update_tools', id: 'm1', tools: ['say'] }, ['tools_updated']],
    [{ type: 'update_tools', id: 'm1', tools: ['no_tool'] }, ['system_warning']],
    [{ type: 'compact', id: 'm1' }, ['context_compaction_started manual', 'context_compaction_result completed']],
    [{ type: 'approve', id: 'm1', tool_call_id: 'x', decision: 'deny' }, ['system_warning']],
    [{ type: 'retract', id: 'm0' }, []],
    [{ type: 'restore_context', id: 'm1' }, ['system_warning']],
  ])('%j', async (message, says) => {
    const run = await idle(script().text('one').next().text('two'));
    run.send(message);
    expect(await run.summary()).toEqual([...FIRST, ...says]);
    await run.end();
  });
});

describe('compacting while idle', () => {
  const compacting = async (): Promise<Run> => {
    const run = startRepeating(script().text('one').next().pause('here').text('in short'));
    await run.summary();
    run.send({ type: 'compact' });
    await run.reaches('here');
    return run;
  };

  test('a text is accepted and starts its turn right afterwards', async () => {
    const run = await compacting();
    run.send({ type: 'text', id: 'm1', content: 'x' });
    await run.says('user_message_accepted');
    run.resume('here');
    expect((await run.summary()).slice(3)).toEqual([
      'context_compaction_started manual',
      'context_compaction_result completed',
      ...['turn_started', 'text more', 'done completed'],
    ]);
    await run.end();
  });

  test('a cancel ends it, gives texts back and leaves the history as it was', async () => {
    const run = await compacting();
    run.send({ type: 'text', id: 'm1', content: 'x' });
    run.send({ type: 'cancel' });
    expect((await run.summary()).slice(3)).toEqual([
      'context_compaction_started manual',
      'user_message_returned m1 cancelled',
      'context_compaction_result cancelled',
    ]);
    run.send({ type: 'text', content: 'y' });
    await run.summary();
    expect(run.provider.requests.at(-1)?.conversation).toHaveLength(3);
    await run.end();
  });
});

describe('what is sent while a compaction runs outside a turn', () => {
  const COMPACTED = ['context_compaction_started manual', 'context_compaction_result cancelled'];
  const compacting = async (): Promise<Run> => {
    const run = startRepeating(script().text('one').next().pause('here').text('in short'));
    await run.summary();
    run.send({ type: 'compact' });
    await run.reaches('here');
    run.send({ type: 'set_reasoning_effort', effort: 'low' });
    run.send({ type: 'switch_model', model: 'scripted/two' });
    return run;
  };

  test('a clear ends the compaction and nothing else, and keeps its place', async () => {
    const run = await compacting();
    run.send({ type: 'clear_context' });
    run.send({ type: 'update_tools', tools: ['say'] });
    await run.settled();
    expect((await run.summary()).slice(3)).toEqual([
      ...COMPACTED,
      ...['reasoning_effort_changed low', 'model_switched scripted/two', 'context_cleared', 'tools_updated'],
    ]);
    await run.end();
  });

  test('a cancel says which switch it has taken back, and leaves the rest', async () => {
    const run = await compacting();
    run.send({ type: 'cancel' });
    await run.settled();
    expect((await run.summary()).slice(3)).toEqual([
      'context_compaction_started manual',
      'system_warning',
      'context_compaction_result cancelled',
      'reasoning_effort_changed low',
    ]);
    expect((await run.says('system_warning')).message).toContain('the switch was cancelled');
    await run.end();
  });
});

test('the table in docs/states.md has every state and every message, and no empty cell', () => {
  const lines = readFileSync(new URL('../../../docs/states.md', import.meta.url), 'utf8').split('\n');
  const rows = lines
    .filter((line) => line.startsWith('|'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
  const head = rows.findIndex((row) => row[0] === 'message');
  expect(rows[head]?.slice(1)).toEqual([...states.map(({ name }) => name), 'idle']);
  const table = rows.slice(head + 2);
  expect(table.map((row) => row[0])).toEqual([
    ...['`text` (steer)', '`text` (queue)', '`cancel`', '`clear_context`', '`switch_model`', '`set_reasoning_effort`'],
    ...['`update_tools`', '`compact`', '`approve`', '`retract`', '`restore_context`'],
  ]);
  for (const row of table) {
    expect(row).toHaveLength(states.length + 2);
    expect(row).not.toContain('');
  }
});
