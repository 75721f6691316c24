import { expect, test } from 'vitest';
import { createPermits } from '../../../../src/agent/tool-calls/permits.ts';
import { settled } from '../../../helpers/fake-clock.ts';

test('so many run at a time, in the order in which they asked', async () => {
  const permits = createPermits(2);
  const { signal } = new AbortController();
  const running: number[] = [];
  const releases: (() => void)[] = [];
  for (const number of [1, 2, 3, 4])
    void permits.acquire(signal).then((release) => {
      running.push(number);
      releases.push(release);
    });
  await settled();
  expect(running).toEqual([1, 2]);
  releases[1]?.();
  releases[1]?.();
  await settled();
  expect(running).toEqual([1, 2, 3]);
});

test('a permit that came too late for an aborted wait goes to the next', async () => {
  const permits = createPermits(1);
  const controller = new AbortController();
  const { signal } = new AbortController();
  const release = await permits.acquire(signal);
  const aborted = permits.acquire(controller.signal);
  const next = permits.acquire(signal);
  controller.abort(new Error('cancelled'));
  await expect(aborted).rejects.toThrow('cancelled');
  release();
  await expect(next).resolves.toBeTypeOf('function');
});
