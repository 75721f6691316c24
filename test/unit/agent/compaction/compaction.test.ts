import { expect, test } from 'vitest';
import { contentText } from '../../../../src/content-text.ts';
import { foldConversation } from '../../../../src/conversation.ts';
import type { ModelRequest } from '../../../../src/providers/provider.ts';
import { type Run, startRun } from '../../../helpers/run-agent.ts';
import { type Script, type ScriptedProvider, script, scriptedProvider } from '../../../helpers/scripted-provider.ts';

const lastResult = (run: Run) => run.log.findLast((message) => message.type === 'context_compaction_result');
const requestText = (request: ModelRequest | undefined) => JSON.stringify(request?.conversation);

async function talk(run: Run, count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) {
    run.send({ type: 'text', content: `question ${turn}` });
    await run.summary();
  }
}

/** So many turns; the last says that it has filled so much of the window. */
const answers = (count: number, input_tokens?: number): Script => {
  const played = script();
  for (let turn = 0; turn < count; turn++) {
    played.text(`answer ${turn}`);
    if (turn === count - 1 && input_tokens !== undefined) played.usage({ input_tokens, output_tokens: 10 });
    played.next();
  }
  return played;
};

test('a manual compaction keeps the tail word for word and follows the hint', async () => {
  const run = startRun(answers(6).text('## Goal\nin short').next().text('on'), { prompt: null });
  await talk(run, 6);
  run.send({ type: 'compact', hint: 'keep the names' });
  await run.summary();
  const request = run.provider.requests[6];
  expect(request).toMatchObject({ tools: [] });
  expect(requestText(request)).toContain('keep the names');
  expect(requestText(request)).toContain('## Next steps');
  const result = lastResult(run);
  expect(result).toMatchObject({ outcome: 'completed', summary: '## Goal\nin short' });
  const { messages } = foldConversation(run.log);
  expect(messages[0]).toMatchObject({ role: 'user', origin: 'summary', content: expect.stringContaining('in short') });
  expect(messages.at(-1)).toMatchObject({ role: 'assistant', parts: [{ text: 'answer 5' }] });
  expect(messages).toHaveLength(12 - (result?.messages_removed ?? 0) + 1);
  run.send({ type: 'text', content: 'and now' });
  await run.summary();
  expect(requestText(run.provider.requests[7])).toContain('in short');
  await run.end();
});

test('a conversation that fills the window is compacted before the next call, and the numbers are measured again', async () => {
  const played = answers(3, 1_790).text('short').next().text('fine');
  const run = startRun(played, { prompt: null, models: { 'scripted/one': { context_limit: 2_000 } } });
  await talk(run, 5);
  const says = run.log.map(({ type }) => type);
  expect(says.filter((type) => type === 'context_compaction_started')).toHaveLength(1);
  const result = lastResult(run);
  expect(result).toMatchObject({ outcome: 'completed' });
  expect(result?.tokens_before).toBeGreaterThanOrEqual(1_700);
  expect(result?.tokens_after).toBeLessThan(result?.tokens_before ?? 0);
  const after = run.log.slice(run.log.findIndex(({ type }) => type === 'context_compaction_result') + 1);
  expect(after.find((message) => message.type === 'context_usage_update')).toMatchObject({
    estimated: true,
    input_tokens: result?.tokens_after,
  });
  await run.end();
});

test('too long for the service: compacted once, sent again, and the turn goes on by itself', async () => {
  const run = startRun(answers(2).error('context_length').text('short').next().text('fine'), { prompt: null });
  await talk(run, 3);
  expect((await run.summary()).slice(6)).toEqual([
    'turn_started',
    'context_compaction_started overflow',
    'context_compaction_result completed',
    'text fine',
    'done completed',
  ]);
  await run.end();
});

test('still too long after that: a typed halt, and the session stays usable', async () => {
  const played = answers(2).error('context_length').text('short').next().error('context_length').text('usable');
  const run = startRun(played, { prompt: null });
  await talk(run, 3);
  expect((await run.summary()).at(-1)).toBe('done context_full');
  run.send({ type: 'text', content: 'less' });
  expect((await run.summary()).at(-1)).toBe('done completed');
  await run.end();
});

test('an answer that the window cut off is void and written again', async () => {
  const run = startRun(answers(2).text('half').finish('context_full').text('short').next().text('whole'), {
    prompt: null,
  });
  await talk(run, 3);
  expect((await run.summary()).slice(6)).toEqual([
    'turn_started',
    'text half',
    'retrying 1/1 context_length',
    'context_compaction_started overflow',
    'context_compaction_result completed',
    'text whole',
    'done completed',
  ]);
  await run.end();
});

test('a compaction that fails is a warning, and the turn goes on', async () => {
  const played = answers(1, 950).error('auth').text('fine');
  const run = startRun(played, { prompt: null, models: { 'scripted/one': { context_limit: 1_000 } } });
  await talk(run, 2);
  expect((await run.summary()).slice(3)).toEqual([
    'turn_started',
    'context_compaction_started auto',
    'context_compaction_result failed',
    'system_warning',
    'text fine',
    'done completed',
  ]);
  await run.end();
});

test('a failing service is asked again for the summary, said on screen, and its texts are no answer', async () => {
  const run = startRun(answers(2).error('overloaded').text('short'), { prompt: null });
  await talk(run, 2);
  run.send({ type: 'compact' });
  expect((await run.summary()).slice(6)).toEqual([
    'context_compaction_started manual',
    'retrying 1/5 overloaded',
    'context_compaction_result completed',
  ]);
  await run.end();
});

test('a steer that waits is not lost by a compaction', async () => {
  const played = answers(1, 950).pause('here').text('short').next();
  played.toolCall('list_files').text('fine');
  const run = startRun(played, { prompt: null, models: { 'scripted/one': { context_limit: 1_000 } } });
  await talk(run, 1);
  run.send({ type: 'text', content: 'question 1' });
  await run.reaches('here');
  run.send({ type: 'text', id: 'm1', content: 'only the tests' });
  run.resume('here');
  expect(await run.summary()).toContain('user_steered m1');
  expect(requestText(run.provider.requests.at(-1))).toContain('only the tests');
  await run.end();
});

test('one huge turn is cut between its model calls, and its request stays word for word', async () => {
  const played = script();
  for (let call = 0; call < 12; call++) played.toolCall('say', { text: `${call} ${'long '.repeat(40)}` }).next();
  const provider = summarising(scriptedProvider(played, { after: script().text('end') }));
  const run = startRun(provider, {
    prompt: 'please read THE PLAN',
    models: { 'scripted/one': { context_limit: 1_500 } },
  });
  expect((await run.summary()).at(-1)).toBe('done completed');
  expect(run.log.filter(({ type }) => type === 'context_compaction_started').length).toBeGreaterThan(0);
  expect(requestText(provider.requests.at(-1))).toContain('please read THE PLAN');
  await run.end();
});

test('a loop of compactions that do not help ends in a typed halt', async () => {
  const played = script();
  for (let call = 0; call < 9; call++)
    played
      .toolCall('say', { text: `${call} ${'long '.repeat(800)}` })
      .usage({ input_tokens: 9_900 })
      .next();
  const provider = summarising(scriptedProvider(played, { after: script().text('end') }));
  const run = startRun(provider, { models: { 'scripted/one': { context_limit: 10_000 } } });
  expect((await run.summary()).at(-1)).toBe('done context_full');
  await run.end();
});

test('three hundred turns with tool outputs stay usable in a window of 32k, and the fact of turn 3 is still sent', async () => {
  const played = script();
  for (let turn = 0; turn < 300; turn++)
    played
      .toolCall('say', { text: `output ${turn} ${'word '.repeat(200)}` })
      .text(`answer ${turn}`)
      .next();
  const provider = summarising(scriptedProvider(played));
  const run = startRun(provider, { prompt: null, models: { 'scripted/one': { context_limit: 32_000 } } });
  for (let turn = 0; turn < 300; turn++) {
    run.send({ type: 'text', content: turn === 2 ? 'FACT: the gate code is 7431' : `question ${turn}` });
    await run.says('done', () => run.log.filter(({ type }) => type === 'done').length === turn + 1);
    expect(run.log.at(-1)).toMatchObject({ type: 'done', status: 'completed' });
  }
  const last = provider.requests.at(-1);
  expect(requestText(last)).toContain('7431');
  expect(requestText(last).length / 4).toBeLessThan(32_000);
  await run.end();
});

const WINDOW = { 'scripted/one': { context_limit: 1_000 } };
const huge = 'long '.repeat(3_000);

test('a prompt that is clearly larger than the window is not sent, and no summary of what came before is tried', async () => {
  const run = startRun(answers(3), { prompt: null, models: WINDOW });
  await talk(run, 2);
  run.send({ type: 'text', content: huge });
  expect((await run.summary()).slice(6)).toEqual(['turn_started', 'done context_full']);
  expect(run.provider.requests).toHaveLength(2);
  const done = run.log.findLast((message) => message.type === 'done');
  expect(done?.halt?.message).toMatch(/about 4\.\dk tokens would be sent, and scripted\/one takes 1k/);
  expect(done?.halt?.actions.map(({ send }) => send)).toEqual(['/compact', '/clear', '/model']);
  await run.end();
});

test('what the halt suggests helps: the whole of it is summarised, and the session goes on', async () => {
  const run = startRun(answers(1).text('## Goal\nin short').next().text('on').next(), { prompt: null, models: WINDOW });
  await talk(run, 1);
  run.send({ type: 'text', content: huge });
  await run.summary();
  run.send({ type: 'compact' });
  run.send({ type: 'text', content: 'go on' });
  expect((await run.summary()).slice(5)).toEqual([
    'context_compaction_started manual',
    'context_compaction_result completed',
    ...['turn_started', 'text on', 'done completed'],
  ]);
  expect(requestText(run.provider.requests.at(-1))).not.toContain(huge);
  await run.end();
});

test('a window that is still clearly too small after a summary halts too', async () => {
  const played = answers(1).toolCall('say', { text: huge }).next().text('in short').next().text('never');
  const run = startRun(played, { prompt: null, models: WINDOW });
  await talk(run, 2);
  expect((await run.summary()).at(-1)).toBe('done context_full');
  expect(run.provider.requests.length).toBeLessThanOrEqual(3);
  await run.end();
});

test('a prompt a little over the window by the estimate is sent: only the service knows', async () => {
  const run = startRun(script().text('a'), { prompt: 'long '.repeat(700), models: WINDOW });
  expect((await run.summary()).at(-1)).toBe('done completed');
  await run.end();
});

/** Answers requests for a summary with the facts that stand in them, and plays everything else. */
function summarising(provider: ScriptedProvider): ScriptedProvider {
  const requests: ModelRequest[] = [];
  return {
    ...provider,
    requests,
    stream: async function* (request, signal) {
      if (request.tools.length > 0) {
        requests.push(request);
        yield* provider.stream(request, signal);
        return;
      }
      const [prompt] = request.conversation;
      const facts = prompt?.role === 'user' ? (contentText(prompt.content).match(/FACT: [^\n]*/g) ?? []) : [];
      yield { type: 'text', chunk: `## Constraints\n${[...new Set(facts)].join('\n')}` };
      yield { type: 'finish', reason: 'stop' };
    },
  };
}
