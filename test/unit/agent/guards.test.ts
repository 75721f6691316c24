import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { haltBudget, haltIterations } from '../../../src/agent/halts.ts';
import { startRun } from '../../helpers/run-agent.ts';
import { type Script, script } from '../../helpers/scripted-provider.ts';

const repeat = (count: number, add: (played: Script, index: number) => unknown): Script => {
  const played = script();
  for (let index = 0; index < count; index++) {
    add(played, index);
    played.next();
  }
  return played;
};

const last = (run: ReturnType<typeof startRun>) => run.log.findLast((message) => message.type === 'done');

test('the third identical batch in a row halts, whatever the order of the keys', async () => {
  const run = startRun(
    repeat(9, (played, index) => played.toolCall('say', index % 2 ? ' {"text":"a"}' : '{"text":"a"}')),
  );
  expect((await run.summary()).filter((line) => line === 'tool_result')).toHaveLength(3);
  expect(last(run)).toMatchObject({ status: 'halted', halt: { reason: 'loop', actions: [{}, {}, {}] }, iterations: 3 });
  await run.end();
});

test('the same call is no loop when its result changes or something else comes between', async () => {
  const run = startRun(
    repeat(8, (played, index) => played.toolCall('say', { text: `${index % 2}` })),
    { limits: { max_turns: 8 } },
  );
  await run.summary();
  expect(last(run)).toMatchObject({ halt: { reason: 'max_iterations' } });
  await run.end();
});

test('a text of the person starts the count of identical batches again', async () => {
  const played = script();
  for (let index = 0; index < 4; index++) played.toolCall('say', { text: 'a' }).pause(`p${index}`).next();
  const run = startRun(played.text('end'));
  await run.reaches('p0');
  run.resume('p0');
  await run.reaches('p1');
  run.send({ type: 'text', id: 'm1', content: 'again' });
  for (const index of [1, 2, 3]) run.resume(`p${index}`);
  expect((await run.summary()).at(-1)).toBe('done completed');
  await run.end();
});

test('three batches in a row that cannot be run halt the turn', async () => {
  const run = startRun(repeat(5, (played, index) => played.toolCall('say', `{"text": ${index}`)));
  expect((await run.summary()).filter((line) => line === 'tool_error invalid_arguments')).toHaveLength(3);
  expect(last(run)).toMatchObject({ halt: { reason: 'loop' } });
  await run.end();
});

test('a turn makes fifty model calls and no more', async () => {
  const run = startRun(repeat(60, (played, index) => played.toolCall('say', { text: `${index}` })));
  await run.summary();
  expect(run.provider.requests).toHaveLength(50);
  expect(last(run)).toMatchObject({ status: 'halted', stop_reason: 'max_iterations', iterations: 50 });
  await run.end();
});

test('a batch over the limit runs nothing, and the loop goes on', async () => {
  const played = script();
  for (let index = 0; index < 26; index++) played.toolCall('say', { text: `${index}` });
  const run = startRun(played.text('fewer, then'));
  const says = await run.summary();
  expect(says.filter((line) => line === 'tool_error failed')).toHaveLength(26);
  expect(says).toContain('system_warning');
  expect(says.at(-1)).toBe('done completed');
  expect(run.tools.runs).toEqual([]);
  await run.end();
});

test('an unknown tool is told the ones there are, and a broken call where it breaks', async () => {
  const run = startRun(script().toolCall('raed_file').toolCall('say', '{"text":').text('sorry'), { tools: [] });
  await run.summary();
  expect(run.log.find((message) => message.type === 'tool_error')).toMatchObject({ kind: 'unknown_tool' });
  const other = startRun(script().toolCall('raed_file').toolCall('say', '{"text":').text('sorry'));
  await other.summary();
  const errors = other.log.filter((message) => message.type === 'tool_error');
  expect(errors[0]).toMatchObject({
    kind: 'unknown_tool',
    error: { error: expect.stringContaining('list_files, say') },
  });
  expect(errors[1]).toMatchObject({
    kind: 'invalid_arguments',
    error: { error: expect.stringContaining('position 8') },
  });
  // The model sees its call with its error, in the order of the calls.
  expect(other.provider.requests[1]?.conversation.at(-1)).toMatchObject({
    role: 'tool',
    results: [
      { name: 'raed_file', is_error: true },
      { name: 'say', is_error: true },
    ],
  });
  await run.end();
  await other.end();
});

test('an answer cut at the length limit is continued three times', async () => {
  const run = startRun(repeat(9, (played, index) => played.text(`part ${index} `).finish('length')));
  const says = await run.summary();
  expect(says.filter((line) => line === 'auto_continue')).toHaveLength(3);
  expect(says.at(-2)).toBe('system_warning');
  expect(last(run)).toMatchObject({
    status: 'completed',
    stop_reason: 'length',
    final_text: 'part 0 part 1 part 2 part 3 ',
  });
  expect(run.provider.requests[1]?.conversation.slice(1)).toMatchObject([
    { role: 'assistant', parts: [{ text: 'part 0 ' }] },
    { role: 'user', origin: 'continue' },
  ]);
  await run.end();
});

test('no call of a response that was cut is run', async () => {
  const run = startRun(
    script().text('a').toolCall('say', { text: 'x' }).halfToolCall('say', '{"te').finish('length').text('b'),
  );
  expect(await run.summary()).toEqual([
    'turn_started',
    'text a',
    'tool_call say',
    'tool_call say',
    'tool_error cancelled',
    'tool_error cancelled',
    'auto_continue',
    'text b',
    'done completed',
  ]);
  expect(run.tools.runs).toEqual([]);
  await run.end();
});

test('a refusal keeps the text and halts', async () => {
  const run = startRun(script().text('I will not.').finish('refusal', 'against the rules'));
  expect(await run.summary()).toEqual(['turn_started', 'text I will not.', 'done refusal']);
  expect(last(run)).toMatchObject({
    halt: { message: expect.stringContaining('against the rules') },
    final_text: 'I will not.',
  });
  await run.end();
});

test('a response that pauses is asked to go on', async () => {
  const run = startRun(script().text('a').finish('pause').text('b'));
  expect(await run.summary()).toEqual(['turn_started', 'text a', 'text b', 'done completed']);
  await run.end();
});

test('the budget halts before the next model call, and may be raised', async () => {
  let budget = 0.001;
  const models = { 'scripted/one': { prices: { input: 100, output: 100 } } };
  const played = script().usage({}).toolCall('say', { text: 'x' }).text('end');
  const run = startRun(played, { models, budget: () => budget });
  expect((await run.summary()).at(-1)).toBe('done budget');
  expect(last(run)).toMatchObject({ cost: 0.0015, halt: { actions: [{ send: '/budget 0.002' }, { send: '/model' }] } });
  budget = 1;
  run.send({ type: 'text', content: 'go on' });
  expect((await run.summary()).at(-1)).toBe('done completed');
  await run.end();
});

test('an unknown price is said once when there is a budget, and never counts as nothing spent', async () => {
  const run = startRun(script().toolCall('say', { text: 'x' }).text('end'), { budget: () => 1 });
  expect((await run.summary()).filter((line) => line === 'system_warning')).toHaveLength(1);
  expect(last(run)).not.toHaveProperty('cost');
  await run.end();
});

test.each([
  // spent, budget, the command, the text
  [0.0015, 0.000001, '/budget 0.003', '$0.0015, and its budget is $0.000001.'],
  [0.0000011, 0.000001, '/budget 0.000002', '$0.0000011, and its budget is $0.000001.'],
  [5.018, 5, '/budget 10', '$5.02, and its budget is $5.'],
  [0.3, 0.1, '/budget 0.6', '$0.3, and its budget is $0.1.'],
  [1234.4, 1000, '/budget 2000', '$1234, and its budget is $1000.'],
])('%d dollars of a budget of %d suggest %s', (spent, budget, send, said) => {
  const halt = haltBudget(spent, budget);
  expect(halt.message).toBe(`Stopped: the session has cost ${said}`);
  expect(halt.actions[0]?.send).toBe(send);
});

test('the suggested budget is always enough to go on with, and a number that the command takes', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 1e-9, max: 1e6, noNaN: true }),
      fc.double({ min: 1, max: 1e4, noNaN: true }),
      (budget, factor) => {
        const send = haltBudget(budget * factor, budget).actions[0]?.send ?? '';
        expect(send).toMatch(/^\/budget \d*\.?\d+$/);
        expect(Number(send.slice('/budget '.length))).toBeGreaterThan(budget * factor);
      },
    ),
  );
});

test('one model call is said in the singular', () => {
  expect(haltIterations(1).message).toBe('Stopped after 1 model call in one turn.');
  expect(haltIterations(50).message).toBe('Stopped after 50 model calls in one turn.');
});

const PRICED = { 'scripted/one': { prices: { input: 1, output: 1 } } };
const million = { input_tokens: 1_000_000, output_tokens: 0 };

test('a resumed session has cost what its turns before have cost', async () => {
  const run = startRun(script().text('a').usage(million).next().text('b').usage(million), { models: PRICED });
  await run.summary();
  run.send({ type: 'text', content: 'on' });
  await run.summary();
  const log = await run.end();
  const resumed = (budget: number, playing = script().text('c').usage(million)) =>
    startRun(playing, { models: PRICED, resume: { log }, budget: () => budget, prompt: 'more', newId: randomUUID });
  const over = resumed(2);
  expect(await over.summary()).toEqual(['turn_started', 'done budget']);
  expect(over.provider.requests).toHaveLength(0);
  expect(last(over)).toMatchObject({ iterations: 0, halt: { message: expect.stringContaining('has cost $2,') } });
  await over.agent.close();
  const under = resumed(2.5);
  expect((await under.summary()).slice(0, 2)).toEqual(['turn_started', 'text c']);
  under.send({ type: 'text', content: 'again' });
  expect((await under.summary()).at(-1)).toBe('done budget');
  expect(
    under.log.some(({ type, ...rest }) => type === 'system_warning' && JSON.stringify(rest).includes('not known')),
  ).toBe(false);
  await under.agent.close();
});

test('a resumed session with turns of unknown cost says so once, where there is a budget', async () => {
  const run = startRun(script().text('a').usage(million));
  await run.summary();
  const log = await run.end();
  const options = { models: PRICED, resume: { log }, prompt: 'more', newId: randomUUID };
  const limited = startRun(script().toolCall('say', { text: 'x' }).text('b'), { ...options, budget: () => 5 });
  expect((await limited.summary()).filter((line) => line === 'system_warning')).toHaveLength(1);
  expect((await limited.says('system_warning')).message).toBe(
    'What some of the earlier model calls of this session cost is not known: it does not count towards the budget of $5.',
  );
  await limited.agent.close();
  const free = startRun(script().text('b'), options);
  expect(await free.summary()).not.toContain('system_warning');
  await free.agent.close();
});

test('a turn that goes over the budget is completed, and says what was spent of what and how to go on', async () => {
  const run = startRun(script().text('a').usage(million), { models: PRICED, budget: () => 0.4 });
  expect(await run.summary()).toEqual(['turn_started', 'text a', 'system_warning', 'done completed']);
  expect(await run.says('system_warning')).toMatchObject({
    message: expect.stringContaining('has cost $1, and its budget is $0.4'),
    suggested_action: 'Raise the budget with /budget 2.',
  });
  run.send({ type: 'text', content: 'on' });
  expect((await run.summary()).slice(4)).toEqual(['turn_started', 'done budget']);
  await run.end();
});

test('a turn within the budget says nothing of it', async () => {
  const run = startRun(script().text('a').usage(million), { models: PRICED, budget: () => 1.5 });
  expect(await run.summary()).toEqual(['turn_started', 'text a', 'done completed']);
  await run.end();
});
