import { beforeAll, describe, expect, test } from 'vitest';
import type { AgentMessage, AgentMessageBody } from '../../../src/messages.ts';
import { startRepeating } from '../../helpers/agent-states.ts';
import { joinChunks } from '../../helpers/check-folds.ts';
import { checkPromises } from '../../helpers/check-promises.ts';
import { script } from '../../helpers/scripted-provider.ts';

let log: readonly AgentMessage[] = [];

beforeAll(async () => {
  const played = script()
    .thought('hm', 'signed')
    .text('let ', 'me see')
    .error('overloaded')
    .toolCall('say', { text: 'a' })
    .toolCall('wait')
    .text('fine');
  const run = startRepeating(played);
  await run.says('retrying');
  await run.clock.skip();
  await run.tools.started('call_2');
  run.send({ type: 'text', id: 'm1', content: 'quick' });
  run.tools.release('call_2');
  await run.summary();
  run.send({ type: 'text', id: 'm2', content: 'more' });
  run.send({ type: 'cancel' });
  await run.summary();
  run.send({ type: 'compact' });
  await run.summary();
  log = await run.end();
});

const at = (type: AgentMessage['type'], nth = 0): number =>
  log.flatMap((message, index) => (message.type === type ? [index] : []))[nth] ?? -1;

/** The log with something else in the place of one message, numbered anew. */
function changed(index: number, ...instead: (AgentMessage | AgentMessageBody)[]): AgentMessage[] {
  expect(index).toBeGreaterThanOrEqual(0);
  const { turn_id } = log[index] ?? {};
  const stamp = turn_id === undefined ? {} : { turn_id };
  const messages = [
    ...log.slice(0, index),
    ...instead.map((body) => ({ at: 0, ...stamp, ...body })),
    ...log.slice(index + 1),
  ];
  return messages.map((message, place) => ({ ...message, seq: place + 1 }) as AgentMessage);
}
const without = (index: number): AgentMessage[] => changed(index);
const message = (index: number): AgentMessage => log[index] as AgentMessage;

test('a log that the agent wrote keeps every promise, whole or with its chunks joined', () => {
  expect(checkPromises(log)).toEqual([]);
  const joined = joinChunks(log).map((entry, place) => ({ ...entry, seq: place + 1 }));
  expect(joined.length).toBeLessThan(log.length);
  expect(checkPromises(joined)).toEqual([]);
});

describe('a broken log is told by the promise that it breaks', () => {
  const cases: [string, number, () => AgentMessage[]][] = [
    ['a second done', 1, () => changed(at('done'), message(at('done')), message(at('done')))],
    ['no done', 1, () => without(at('done'))],
    ['a cancelled turn that says completed', 1, () => without(at('cancelled'))],
    ['an unclosed thought', 2, () => without(at('thought', 1))],
    [
      'an empty delta that opens a text',
      2,
      () => changed(at('text'), { ...message(at('text')), chunk: '' } as AgentMessage),
    ],
    ['a result without its call', 3, () => without(at('tool_call'))],
    ['a call without its result', 3, () => without(at('tool_result'))],
    [
      'two results of one call',
      3,
      () => changed(at('tool_result'), message(at('tool_result')), message(at('tool_result'))),
    ],
    ['a tool that runs before it is ready', 3, () => without(at('tool_call_ready'))],
    ['a steer that nobody accepted', 5, () => without(at('user_message_accepted'))],
    ['a steer that is lost', 5, () => without(at('user_steered'))],
    [
      'a steer that enters twice',
      5,
      () => changed(at('user_steered'), message(at('user_steered')), message(at('user_steered'))),
    ],
    ['a compaction without a result', 6, () => without(at('context_compaction_result'))],
    ['a result without a compaction', 6, () => without(at('context_compaction_started'))],
    ['a gap in the numbers', 8, () => log.filter((_message, index) => index !== at('context_usage_update'))],
    ['a null', 8, () => changed(at('done'), { ...message(at('done')), cost: null } as never)],
    [
      'text after a cancel',
      9,
      () => changed(at('cancelled'), message(at('cancelled')), { type: 'auto_continue', attempt: 1, max_attempts: 3 }),
    ],
  ];
  test.each(cases)('%s: promise %i', (_name, promise, broken) => {
    expect(checkPromises(broken()).join('\n')).toContain(`promise ${promise},`);
  });
});

test('a log of a run that still goes on may be open', () => {
  const open = log.slice(0, at('done'));
  expect(checkPromises(open).length).toBeGreaterThan(0);
  expect(checkPromises(open, { is_running: true })).toEqual([]);
});
