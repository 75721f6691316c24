import { expect, test } from 'vitest';
import { createCommandGate } from '../../../../src/agent/tool-calls/command-gate.ts';
import type { AccessGrant } from '../../../../src/tools/tool.ts';
import { settled } from '../../../helpers/fake-clock.ts';

const writer: AccessGrant = { is_sandboxed: true };
const reader: AccessGrant = { is_sandboxed: true, is_read_only: true };
const outside: AccessGrant = { is_sandboxed: false };
const ruled: AccessGrant = { is_sandboxed: false, is_apart: true };
const apart: AccessGrant = { is_sandboxed: false, is_read_only: true, is_apart: true };

async function enter(grants: readonly AccessGrant[]): Promise<{ inside: number[]; leave(at: number): Promise<void> }> {
  const gate = createCommandGate();
  const inside: number[] = [];
  const leaves: (() => void)[] = [];
  for (const [at, grant] of grants.entries())
    void gate.enter(grant, new AbortController().signal).then((leave) => {
      inside.push(at);
      leaves[at] = leave;
    });
  await settled();
  return {
    inside,
    leave: async (at) => {
      leaves[at]?.();
      await settled();
    },
  };
}

test.each<[string, AccessGrant, AccessGrant, boolean]>([
  ['two in the sandbox', writer, writer, true],
  ['reading in the sandbox beside writing', reader, writer, true],
  ['two that only read', apart, apart, true],
  ['reading outside beside writing in the sandbox', apart, writer, false],
  ['reading outside beside what a person allowed', apart, outside, false],
  ['reading outside beside reading in the sandbox', apart, reader, true],
  ['what a rule allows beside writing in the sandbox', ruled, writer, false],
  ['what a rule allows beside reading in the sandbox', ruled, reader, true],
  ['two that rules allow', ruled, ruled, true],
  ['two that a person or the mode full allowed', outside, outside, true],
])('%s', async (_, left, right, isTogether) => {
  expect((await enter([left, right])).inside).toEqual(isTogether ? [0, 1] : [0]);
  expect((await enter([right, left])).inside).toEqual(isTogether ? [0, 1] : [0]);
});

test('they enter in the order of asking, and nothing that could go on waits', async () => {
  const gate = await enter([writer, apart, writer, reader]);
  expect(gate.inside).toEqual([0, 3]);
  await gate.leave(0);
  expect(gate.inside).toEqual([0, 3, 1]);
  await gate.leave(1);
  expect(gate.inside).toEqual([0, 3, 1, 2]);
});

test('who is aborted while waiting keeps nobody out', async () => {
  const gate = createCommandGate();
  const { signal } = new AbortController();
  const controller = new AbortController();
  const leave = await gate.enter(writer, signal);
  const aborted = gate.enter(apart, controller.signal);
  const next = gate.enter(writer, signal);
  controller.abort(new Error('cancelled'));
  await expect(aborted).rejects.toThrow('cancelled');
  await expect(next).resolves.toBeTypeOf('function');
  leave();
});
