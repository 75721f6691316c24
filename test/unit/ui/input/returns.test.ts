import { expect, test } from 'vitest';
import type { AgentMessageBody } from '../../../../src/messages.ts';
import { ending } from '../../../helpers/sample-log.ts';
import { startPrompt } from './prompt-harness.ts';

test('Esc cancels once, and what waited comes back in order before what is typed', () => {
  const prompt = startPrompt();
  prompt.turn('t1');
  prompt.type('one\rtwo\t');
  prompt.observe({ type: 'user_message_accepted', id: 'u1', content: 'one', delivery: 'steer' });
  prompt.observe({ type: 'user_message_accepted', id: 'u2', content: 'two', delivery: 'queue' });
  prompt.type('three');
  prompt.press('escape');
  prompt.press('escape');
  expect(prompt.sent().filter((message) => message.type === 'cancel')).toHaveLength(1);
  prompt.observe({ type: 'user_message_returned', id: 'u1', content: 'one', reason: 'cancelled' });
  prompt.observe({ type: 'user_message_returned', id: 'u2', content: 'two', reason: 'cancelled' });
  expect(prompt.text()).toBe('one\ntwo\nthree');
  prompt.type('!');
  expect(prompt.text()).toBe('one\ntwo\nthree!');
});

test('what was cancelled before anything of an answer came is back, before what waited and what is typed', () => {
  const cancelled = (came: boolean): ReturnType<typeof startPrompt> => {
    const prompt = startPrompt();
    const input = { id: 'u1', content: 'fix it' };
    prompt.type('fix it\r');
    prompt.observe({ type: 'turn_started', turn_id: 't1', model_name: 'demo/demo', input });
    prompt.type('and then\ton');
    prompt.observe({ type: 'user_message_accepted', id: 'u2', content: 'and then', delivery: 'queue' });
    if (came)
      prompt.observe({ type: 'text', message_id: 'm1', chunk: 'Well', is_complete: true, model_name: 'demo/demo' });
    prompt.press('escape');
    prompt.observe({ type: 'user_message_returned', id: 'u2', content: 'and then', reason: 'cancelled' });
    prompt.observe({ type: 'cancelled', message: '' });
    prompt.observe({ ...ending('cancelled').at(-1), type: 'done', turn_id: 't1' } as AgentMessageBody);
    return prompt;
  };
  const back = cancelled(false);
  expect(back.text()).toBe('fix it\nand then\non');
  expect(back.screen().at(-1)).toBe('  Not answered: your message is back in the prompt.');
  back.type('!');
  expect(back.text()).toBe('fix it\nand then\non!');
  expect(cancelled(true).text()).toBe('and then\non');
});

test('a message whose turn failed before anything was answered comes back, before what is typed', () => {
  const failed = (answered: 'nothing' | 'a void text' | 'a text', typed = ''): string => {
    const prompt = startPrompt();
    prompt.type('fix it\r');
    const input = { id: 'u1', content: 'fix it' };
    prompt.observe({ type: 'turn_started', turn_id: 't1', model_name: 'demo/demo', input });
    if (answered !== 'nothing')
      prompt.observe({ type: 'text', message_id: 'm1', chunk: 'Well', is_complete: true, model_name: 'demo/demo' });
    if (answered === 'a void text') prompt.observe({ ...RETRYING, discarded: ['m1'] });
    prompt.type(typed);
    prompt.observe({ type: 'error', message: 'No key.', kind: 'auth', retryable: false });
    prompt.observe({ ...DONE, turn_id: 't1', status: 'error', stop_reason: 'error' });
    return prompt.text();
  };
  expect(failed('nothing')).toBe('fix it');
  expect(failed('a void text')).toBe('fix it');
  expect(failed('a text')).toBe('');
  expect(failed('nothing', 'next')).toBe('fix it\nnext');
});

test('messages that fail one after the other come back in their order', () => {
  const after = (typed: string): string => {
    const prompt = startPrompt();
    prompt.type(typed);
    for (const id of ['one', 'two', 'three']) {
      prompt.observe({ type: 'turn_started', turn_id: id, model_name: 'demo/demo', input: { id, content: id } });
      prompt.observe({ ...DONE, turn_id: id, status: 'error', stop_reason: 'error' });
    }
    prompt.type('!');
    return prompt.text();
  };
  expect(after('')).toBe('one\ntwo\nthree!');
  expect(after('next')).toBe('one\ntwo\nthree\nnext!');
});

test('what came back is no place to go back to', async () => {
  const prompt = startPrompt({ services: { rewind: async () => {} } });
  for (const [id, status] of Object.entries({ kept: 'completed', failed: 'error', cut: 'cancelled' } as const)) {
    prompt.observe({
      type: 'turn_started',
      turn_id: id,
      model_name: 'demo/demo',
      input: { id, content: `${id} words` },
    });
    prompt.observe({ ...DONE, turn_id: id, status, stop_reason: 'stop' });
  }
  while (prompt.text() !== '') prompt.press('backspace');
  prompt.type('/rewind');
  prompt.press('enter');
  await prompt.settled();
  expect(prompt.screen().join('\n')).toContain('kept words');
  expect(prompt.screen().join('\n')).not.toMatch(/failed words|cut words/);
});

test('what failed in the log of a session that goes on does not come back', () => {
  const resumed = startPrompt();
  resumed.turn('t1');
  const done = { ...DONE, turn_id: 't1', status: 'error', stop_reason: 'error', seq: 2, at: 2 } as const;
  resumed.controller.observe(done, 'log');
  expect(resumed.text()).toBe('');
});

const RETRYING = {
  type: 'retrying',
  attempt: 1,
  max_attempts: 5,
  delay_ms: 1,
  error: { message: 'cut', kind: 'network' },
} as const;
const DONE = { type: 'done', iterations: 1, usage: { input_tokens: 0, output_tokens: 0 }, duration_ms: 1 } as const;
