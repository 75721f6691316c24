import { describe, expect, test } from 'vitest';
import type { AgentMessageBody } from '../../../src/messages.ts';
import { stamped } from '../../helpers/encode-log.ts';
import { foldChatView } from '../../helpers/fold-chat-view.ts';

const COUNTS = { messages_removed: 0, tokens_before: 900, tokens_after: 900 };
const WHY = 'Nothing answers at http://127.0.0.1:9.';
const STARTED: AgentMessageBody = { type: 'context_compaction_started', message_count: 4, trigger: 'manual' };
const RETRYING: AgentMessageBody = {
  type: 'retrying',
  attempt: 3,
  max_attempts: 3,
  delay_ms: 10,
  error: { message: WHY, kind: 'network' },
  discarded: [],
};
const WARNING: AgentMessageBody = {
  type: 'system_warning',
  message: `The conversation could not be summarised: ${WHY}`,
  suggested_action: 'Try /compact again.',
};

describe('a compaction that is tried again', () => {
  test.each(['completed', 'failed', 'cancelled'] as const)('leaves nothing open once it is %s', (outcome) => {
    const result: AgentMessageBody = { type: 'context_compaction_result', outcome, ...COUNTS, error: WHY };
    const view = foldChatView(stamped([STARTED, RETRYING, result]));
    expect(view.live).toEqual({ tools: [] });
    expect([view.status.phase, view.status.call]).toEqual(['idle', undefined]);
  });

  test('says once why it failed', () => {
    const failed: AgentMessageBody = { type: 'context_compaction_result', outcome: 'failed', ...COUNTS, error: WHY };
    const view = foldChatView(stamped([STARTED, RETRYING, failed, WARNING]));
    expect(view.settled.flatMap((block) => (block.kind === 'notice' ? [block.text] : []))).toEqual([
      `The conversation could not be summarised: ${WHY}`,
    ]);
  });
});
