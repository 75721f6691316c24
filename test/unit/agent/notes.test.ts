import { expect, test } from 'vitest';
import { foldConversation } from '../../../src/conversation.ts';
import { modeNote } from '../../../src/permissions/mode-note.ts';
import type { PermissionMode } from '../../../src/permissions/modes.ts';
import { type Run, startRun } from '../../helpers/run-agent.ts';
import { script } from '../../helpers/scripted-provider.ts';

/** What the last request held as the words of a person. */
function asked(run: Run): readonly unknown[] {
  const messages = run.provider.requests.at(-1)?.conversation ?? [];
  return messages.flatMap((message) => (message.role === 'user' ? [message.content] : []));
}

function startIn(mode: PermissionMode, run: Run): (next: PermissionMode) => void {
  let now = mode;
  Object.assign(run.permissions, { note: (last: string | undefined) => modeNote(now, last) });
  return (next) => {
    now = next;
  };
}

test('the mode plan is told with the next message, its end with the one after it, and no other with any', async () => {
  const run = startRun(script().text('a').next().text('b').next().text('c').next().text('d').next().text('e'), {
    prompt: null,
  });
  const setMode = startIn('ask', run);
  const say = async (content: string): Promise<void> => {
    run.send({ type: 'text', content });
    await run.summary();
  };
  await say('one');
  expect(asked(run)).toEqual(['one']);
  setMode('plan');
  await say('two');
  await say('three');
  expect(asked(run)).toEqual([
    'one',
    expect.stringMatching(/^two\n\n<permission_mode>\n.*mode plan: you may only read/s),
    'three',
  ]);
  setMode('edits');
  await say('four');
  await say('five');
  expect(asked(run).slice(2)).toEqual([
    'three',
    expect.stringMatching(/^four\n\n<permission_mode>\n.*left the permission mode plan: the mode is edits now/s),
    'five',
  ]);
  const log = await run.end();
  const started = log.flatMap((message) => (message.type === 'turn_started' ? [message.input.content] : []));
  expect(started).toEqual(['one', 'two', 'three', 'four', 'five']);
  expect(run.provider.requests.at(-1)?.system).toBe('You are a test.');
  expect(foldConversation(log).messages.filter((message) => message.role === 'user' && message.note)).toHaveLength(2);
});

test('a message that steers tells it too, and what was cleared is told again', async () => {
  const run = startRun(script().toolCall('wait', { text: 'x' }).text('done').next().text('again'), { prompt: null });
  const setMode = startIn('ask', run);
  run.send({ type: 'text', content: 'go' });
  await run.tools.started('call_1');
  setMode('plan');
  run.send({ type: 'text', content: [{ type: 'text', text: 'only look' }] });
  run.tools.release('call_1');
  await run.summary();
  expect(asked(run)).toEqual([
    'go',
    [
      { type: 'text', text: 'only look' },
      { type: 'text', text: expect.stringContaining('mode plan') },
    ],
  ]);
  run.send({ type: 'clear_context' });
  run.send({ type: 'text', content: 'anew' });
  await run.summary();
  expect(asked(run)).toEqual([expect.stringMatching(/^anew\n\n<permission_mode>/)]);
  await run.end();
});

test('a call that the mode or a rule forbids says why to the person, in short', async () => {
  const run = startRun(script().toolCall('ask', { text: 'ls' }).text('end'), { prompt: null });
  run.permissions.mode = 'deny';
  run.send({ type: 'text', content: 'go' });
  const denied = await run.says('tool_error');
  expect(denied).toMatchObject({ kind: 'denied', result_meta: { summary: 'Commands are not allowed here' } });
  await run.end();
});
