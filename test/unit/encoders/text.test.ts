import { expect, test } from 'vitest';
import { RESTART_NOTE, text } from '../../../src/encoders/text.ts';
import type { AgentMessageBody } from '../../../src/messages.ts';
import { encodeLog, stamped } from '../../helpers/encode-log.ts';
import { ending, SAMPLE, TURN } from '../../helpers/sample-log.ts';

const say = (message_id: string, chunk: string, is_complete = true): AgentMessageBody => ({
  type: 'text',
  message_id,
  chunk,
  is_complete,
  model_name: 'demo/demo',
});
const retry = (...discarded: string[]): AgentMessageBody => ({
  type: 'retrying',
  attempt: 1,
  max_attempts: 5,
  delay_ms: 1,
  error: { message: 'cut', kind: 'stream_interrupted' },
  discarded,
});
const settled = (tool_calls = 0): AgentMessageBody => ({ type: 'iteration_complete', iteration: 1, tool_calls });
const completed: AgentMessageBody = {
  type: 'done',
  turn_id: 't1',
  status: 'completed',
  stop_reason: 'stop',
  iterations: 1,
  usage: { input_tokens: 1, output_tokens: 1 },
  duration_ms: 1,
};
const printed = (...bodies: AgentMessageBody[]): Promise<string> =>
  encodeLog(text, stamped([...TURN, ...bodies, settled(), completed]));

test('writes the answer alone, texts set apart, with a line end at the end', async () => {
  expect(await encodeLog(text, SAMPLE)).toBe('Let me look.\n\nDone.\n');
});

test('writes each piece as it comes', async () => {
  const pieces: string[] = [];
  const log = stamped([...TURN, say('m1', 'Hel', false), say('m1', 'lo', false), say('m1', ''), settled(), completed]);
  for await (const piece of text.encode(
    (async function* () {
      yield* log;
    })(),
  )) {
    pieces.push(piece);
  }
  expect(pieces).toEqual(['Hel', 'lo', '\n']);
});

test('adds no line end to an answer that has one', async () => {
  expect(await printed(say('m1', 'One.\n'))).toBe('One.\n');
});

test('a retry that says the same goes on where the first attempt broke off', async () => {
  expect(await printed(say('m1', 'Hello wor'), retry('m1'), say('m2', 'Hel', false), say('m2', 'lo world'))).toBe(
    'Hello world\n',
  );
});

test('a retry that says something else starts again and says so', async () => {
  expect(await printed(say('m1', 'Hello wor'), retry('m1'), say('m2', 'Help is near'))).toBe(
    `Hello wor\n\n${RESTART_NOTE}\n\nHelp is near\n`,
  );
});

test('a retry that stops sooner starts again as well', async () => {
  expect(await printed(say('m1', 'Hello world'), retry('m1'), say('m2', 'Hello'))).toBe(
    `Hello world\n\n${RESTART_NOTE}\n\nHello\n`,
  );
});

test('what starts again keeps its own line ends, however it is cut', async () => {
  const first = [say('m0', 'One.'), say('m1', 'Two'), retry('m1')];
  const whole = `One.\n\nTwo\n\n${RESTART_NOTE}\n\n\nThree\n`;
  expect(await printed(...first, say('m2', '\nThree'))).toBe(whole);
  expect(await printed(...first, say('m2', '\n', false), say('m2', 'Three'))).toBe(whole);
});

test('several retries print one answer', async () => {
  const attempts = [say('m1', 'The cat'), retry('m1'), say('m2', 'The'), retry('m2'), say('m3', 'The cat sat.')];
  expect(await printed(...attempts)).toBe('The cat sat.\n');
});

test('a retry after a tool compares the new response only', async () => {
  const first = [say('m1', 'Looking.'), settled(1)];
  expect(await printed(...first, say('m2', 'Found'), retry('m2'), say('m3', 'Found it.'))).toBe(
    'Looking.\n\nFound it.\n',
  );
});

test('a continued answer is one text', async () => {
  const more: AgentMessageBody = { type: 'auto_continue', attempt: 1, max_attempts: 3 };
  expect(await printed(say('m1', 'One two thr'), settled(), more, say('m2', 'ee four'))).toBe('One two three four\n');
});

test('a cancelled answer keeps what was visible and ends its line', async () => {
  const log = stamped([...TURN, say('m1', 'Partly'), ...ending('cancelled')]);
  expect(await encodeLog(text, log)).toBe('Partly\n');
});

test('a failed retry does not repeat anything', async () => {
  const log = stamped([...TURN, say('m1', 'Partly'), retry('m1'), ...ending('error')]);
  expect(await encodeLog(text, log)).toBe('Partly\n');
});

test('lets no escape sequence through, also when it is cut into chunks', async () => {
  expect(
    await printed(say('m1', 'a\u001b]52;c;', false), say('m1', 'eHg=\u0007b\u001b[2', false), say('m1', 'Jc')),
  ).toBe('abc\n');
});
