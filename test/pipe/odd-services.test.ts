import { expect, onTestFinished, test } from 'vitest';
import type { RawAnswer } from '../helpers/model-server/model-server.ts';
import { startModelServer } from '../helpers/model-server/model-server.ts';
import { readMessages, runProgram } from '../helpers/run-program.ts';

const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' };

/** An answer in one piece, as a server gives it that ignores `stream`. */
function whole(message: object, finish_reason: string): RawAnswer {
  const usage = { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 };
  const body = { id: 'x', object: 'chat.completion', choices: [{ index: 0, message, finish_reason }], usage };
  return { headers: JSON_TYPE, bytes: JSON.stringify(body) };
}

async function ask(script: readonly RawAnswer[]) {
  const server = await startModelServer({ protocol: 'chat', script });
  onTestFinished(() => server.close());
  const env = { OPENAI_API_KEY: 'key-of-nobody', OPENAI_BASE_URL: server.base_url };
  const run = await runProgram(['-p', 'hi', '-m', 'openai-chat/gpt-5', '-o', 'stream-json'], { env });
  return { ...run, messages: readMessages(run.stdout) };
}

test('a service that answers in one piece is read like one that streams, calls of tools too', async () => {
  const call = { id: 'c1', type: 'function', function: { name: 'list_files', arguments: '{}' } };
  const run = await ask([
    whole({ role: 'assistant', content: null, tool_calls: [call] }, 'tool_calls'),
    whole({ role: 'assistant', content: 'All of it.' }, 'stop'),
  ]);
  expect(run.messages.filter(({ type }) => type === 'tool_result')).toHaveLength(1);
  const done = run.messages.find((message) => message.type === 'done');
  expect(done).toMatchObject({ status: 'completed', final_text: 'All of it.', usage: { input_tokens: 14 } });
});

test('thinking between tags at the beginning of an answer is no part of it', async () => {
  const { messages } = await ask([whole({ content: '<think>\nHm.\n</think>\n\nYes.' }, 'stop')]);
  const of = (type: string) =>
    messages.flatMap((message) => (message.type === type && 'chunk' in message ? [message.chunk] : [])).join('');
  expect([of('thought'), of('text')]).toEqual(['Hm.\n', 'Yes.']);
});

test('JSON that is no answer is still an error that says so', async () => {
  const run = await ask([{ headers: JSON_TYPE, bytes: '{"hello":1}' }]);
  expect(run.code).toBe(1);
  expect(run.stderr).toContain('not a stream of events');
});
