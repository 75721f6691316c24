import { once } from 'node:events';
import { expect, test } from 'vitest';
import { makeHome, startProgram } from '../helpers/run-program.ts';

const STREAM = ['--input-format', 'stream-json', '-o', 'stream-json', '-m', 'script:s.json'];

/** Starts an answer that would take for ever, with an input that stays open. */
async function startAnswer() {
  const home = makeHome({ 's.json': JSON.stringify([[{ text: 'more ', repeat: 1_000_000 }, { stall: true }]]) });
  const { child, ended } = startProgram(STREAM, { home, input: 'idle' });
  ended.catch(() => undefined);
  child.stdin.on('error', () => undefined);
  child.stdin.write('{"type":"text","content":"x"}\n');
  const exit = once(child, 'exit');
  await once(child.stdout, 'data');
  return { child, exit };
}

test('a reader that goes away ends the program, though whoever sends messages does not', async () => {
  const { child, exit } = await startAnswer();
  child.stdout.destroy();
  expect(await exit).toEqual([0, null]);
});

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s ends the program, though whoever sends messages does not', async (signal, code) => {
  const { child, exit } = await startAnswer();
  child.stdout.resume();
  child.kill(signal);
  expect(await exit).toEqual([code, null]);
});
