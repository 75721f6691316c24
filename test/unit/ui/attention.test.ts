import { expect, test } from 'vitest';
import type { AgentMessage, AgentMessageBody } from '../../../src/messages.ts';
import { createAttention } from '../../../src/ui/attention.ts';
import { detectTerminal } from '../../../src/ui/terminal/features.ts';
import { setTitle } from '../../../src/ui/terminal/sequences.ts';
import { DONE, START, TURN } from '../../helpers/turn-messages.ts';

/** The titles that a terminal was given by some messages. */
function titles(...bodies: readonly AgentMessageBody[]): readonly string[] {
  let written = '';
  const attention = createAttention(
    detectTerminal({ TERM: 'xterm-256color' }),
    { atRestore: () => () => {} },
    (bytes) => {
      written += bytes;
    },
  );
  for (const body of bodies) attention.observe({ ...body, seq: 1, at: 0 } as AgentMessage);
  const begin = setTitle('').slice(0, -1);
  return written
    .split(begin)
    .slice(1)
    .map((part) => part.slice(0, part.indexOf('\u0007')));
}

function asked(tool_call_id: string): AgentMessageBody {
  return { type: 'approval_requested', tool_call_id, reason: '', preview: { kind: 'text', text: '' }, options: [] };
}

function answered(tool_call_id: string): AgentMessageBody {
  return { type: 'approval_resolved', tool_call_id, decision: 'once', by: 'user' };
}

test('the title says that something is asked until every question has its answer', () => {
  const waiting = [START, TURN, asked('a'), asked('b'), answered('a')];
  expect(titles(...waiting)).toEqual(['agent-chat', 'agent-chat: working', 'agent-chat: asks']);
  expect(titles(...waiting, answered('b'), DONE).slice(3)).toEqual(['agent-chat: working', 'agent-chat']);
});
