import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { AgentMessage } from '../../../src/messages.ts';
import { readSession } from '../../../src/sessions/read-session.ts';
import { type ReplayOptions, replayLog } from '../../../src/sessions/replay.ts';
import { createRecorder } from '../../../src/sessions/session-file.ts';
import { SAMPLE } from '../../helpers/sample-log.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';

/** A clock that only goes on when somebody sleeps. */
function fakeSleep(): { sleep: ReplayOptions['sleep']; slept: number[] } {
  const slept: number[] = [];
  return { slept, sleep: async (duration_ms) => void slept.push(duration_ms) };
}

const at = (...seconds: readonly number[]): AgentMessage[] =>
  seconds.map((second, index) => ({
    type: 'system_warning',
    message: `${second}`,
    seq: index + 1,
    at: 1_000_000 + second * 1000,
  }));

async function played(log: readonly AgentMessage[], options: Partial<ReplayOptions> = {}) {
  const { sleep, slept } = fakeSleep();
  const messages: AgentMessage[] = [];
  const all = { sleep, signal: new AbortController().signal, ...options };
  for await (const message of replayLog(log, all)) messages.push(message);
  return { messages, slept };
}

test('a recording plays back as the same messages', async () => {
  const path = join(await temporaryFolder(), 'run.jsonl');
  const recorder = createRecorder(path);
  for (const message of SAMPLE) recorder.write(message);
  await recorder.close();
  const recorded = await readSession(path);
  expect((await played(recorded.messages)).messages).toEqual(SAMPLE);
});

test('messages are as far apart as they were, and closer at a higher speed', async () => {
  expect((await played(at(0, 1, 1, 3.5))).slept).toEqual([1000, 2500]);
  expect((await played(at(0, 1, 1, 3.5), { speed: 10 })).slept).toEqual([100, 250]);
  expect((await played(at(0, 1, 3.5), { speed: Number.POSITIVE_INFINITY })).slept).toEqual([]);
});

test('many short steps add up', async () => {
  const log = at(...Array.from({ length: 101 }, (_, index) => index / 100));
  const { slept } = await played(log, { speed: 20 });
  expect(slept.reduce((sum, one) => sum + one, 0)).toBeCloseTo(50, 0);
});

test('a clock that was set back makes no wait and loses nothing', async () => {
  const { messages, slept } = await played(at(0, 10, 2, 11));
  expect(messages).toHaveLength(4);
  expect(slept).toEqual([10_000, 1000]);
});

test('it stops where it is told', async () => {
  expect((await played(at(0, 1, 2, 3), { until_s: 2 })).messages).toHaveLength(3);
});

test('it stops when it is aborted', async () => {
  const controller = new AbortController();
  const { messages } = await played(at(0, 1, 2, 3), {
    signal: controller.signal,
    sleep: async () => controller.abort(),
  });
  expect(messages).toHaveLength(1);
});
