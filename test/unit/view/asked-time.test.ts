import { expect, test } from 'vitest';
import type { AgentMessage, AgentMessageBody } from '../../../src/messages.ts';
import { activityLine } from '../../../src/view/status-line.ts';
import { plainText } from '../../../src/view/styled-line.ts';
import { foldChatView } from '../../helpers/fold-chat-view.ts';
import { layoutOf } from '../../helpers/layout.ts';

const MODEL = 'anthropic/claude';
const LAYOUT = layoutOf(80);

test('a turn does not count the time that a person takes for an answer', () => {
  const input = { id: 'u', content: 'Go' };
  const asked = (tool_call_id: string) =>
    ({
      type: 'approval_requested',
      tool_call_id,
      reason: 'why',
      preview: { kind: 'text', text: '' },
      options: [],
    }) as const;
  const answered = (tool_call_id: string) =>
    ({ type: 'approval_resolved', tool_call_id, decision: 'once', by: 'user' }) as const;
  const bodies: readonly [number, AgentMessageBody][] = [
    [0, { type: 'turn_started', turn_id: 't', model_name: MODEL, input }],
    [1_000, asked('a')],
    [2_000, asked('b')],
    [31_000, answered('a')],
    [61_000, answered('b')],
    [62_000, { type: 'tool_started', tool_call_id: 'b', wait_ms: 0 }],
  ];
  const log = bodies.map(([at, body], seq) => ({ ...body, seq, at }) as AgentMessage);
  const running = foldChatView(log);
  expect(plainText(activityLine(running, { ...LAYOUT, now: 63_000 }) ?? [])).toContain('Working · 3s');
  const usage = { input_tokens: 1, output_tokens: 1 };
  const end = { type: 'done', turn_id: 't', status: 'completed', stop_reason: 'stop', iterations: 2, usage } as const;
  const ended = foldChatView([...log, { ...end, duration_ms: 72_000, seq: 9, at: 72_000 }]);
  expect(ended.settled.at(-1)).toMatchObject({ kind: 'turn', duration_ms: 12_000 });
});
