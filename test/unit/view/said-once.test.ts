import { describe, expect, test } from 'vitest';
import type { AgentMessageBody } from '../../../src/messages.ts';
import { blockLines } from '../../../src/view/block-lines.ts';
import { liveLines } from '../../../src/view/live-lines.ts';
import { plainText } from '../../../src/view/styled-line.ts';
import { stamped } from '../../helpers/encode-log.ts';
import { foldChatView } from '../../helpers/fold-chat-view.ts';
import { layoutOf } from '../../helpers/layout.ts';

const LAYOUT = layoutOf(80);
const MODEL = 'openai/big';
const RUN = { id: 'c', name: 'run_command', arguments: '{}' };

function printed(bodies: readonly AgentMessageBody[]): string[] {
  return foldChatView(stamped(bodies)).settled.flatMap((block) => blockLines(block, LAYOUT).map(plainText));
}

describe('what happened is said once', () => {
  test.each([
    ['cancelled', 'stopped', '⊘ Run make · cancelled · 3.0s'],
    ['timeout', 'timed out', '✗ Run make · timeout · 3.0s'],
  ] as const)('of a command that ended with %s neither its code nor another word for it', (kind, summary, head) => {
    const card = printed([
      { type: 'tool_call_ready', request: RUN, display_name: 'Run', args_summary: 'make' },
      { type: 'tool_started', tool_call_id: 'c', wait_ms: 0 },
      {
        type: 'tool_error',
        kind,
        error: { ...RUN, error: 'stopped' },
        result_meta: { summary, exit_code: 143 },
        wait_ms: 0,
        execute_duration_ms: 3000,
        duration_display: '3.0s',
        model_name: MODEL,
      },
    ]);
    expect(card[0]).toBe(head);
  });

  test('a thought that goes on shows its last lines and no clock beside that of the agent', () => {
    const thought = { type: 'thought', message_id: 'm', is_complete: false, model_name: MODEL } as const;
    const view = foldChatView(
      stamped([
        { type: 'turn_started', turn_id: 't', model_name: MODEL, input: { id: 'u', content: 'Go' } },
        { ...thought, chunk: 'one\ntwo\nthree\nfour' },
      ]),
    );
    expect(liveLines(view, LAYOUT, { rows: 10 }).map(plainText)).toEqual(['', '✻ two', '  three', '  four']);
  });

  test('a switch to the model that is in use changes nothing', () => {
    const report = { tokens_to_read: 0, thoughts_dropped: 0, images_dropped: 0, ids_rewritten: 0, cache_lost: false };
    const switched = { type: 'model_switched', report } as const;
    expect(printed([{ ...switched, previous: MODEL, new: MODEL }])).toEqual([`· The model is ${MODEL} already`]);
    expect(printed([{ ...switched, previous: MODEL, new: 'a/b' }])).toEqual([`· Model: ${MODEL} → a/b`]);
  });
});

test('a blank line stands between why a turn was halted and what it took', () => {
  const usage = { input_tokens: 1000, output_tokens: 20 };
  const end = { type: 'done', turn_id: 't', status: 'halted', stop_reason: 'loop', iterations: 3, usage } as const;
  const halt = { reason: 'loop', message: 'Stopped: the same calls again.', actions: [] } as const;
  const rows = printed([
    { type: 'turn_started', turn_id: 't', model_name: MODEL, input: { id: 'u', content: 'Go' } },
    { ...end, halt, duration_ms: 258 },
  ]);
  expect(rows.slice(-3)).toEqual(['▲ Stopped: the same calls again.', '', '· 258ms · 3 model calls · 1k in, 20 out']);
});
