import { expect, test } from 'vitest';
import { SUMMARY_SYSTEM, summaryPrompt, transcriptOf } from '../../../../src/agent/compaction/summary-prompt.ts';
import type { ConversationMessage } from '../../../../src/conversation.ts';
import { DEMO_MODEL } from '../../../../src/providers/demo/demo-provider.ts';
import { planResponse } from '../../../../src/providers/demo/plan-response.ts';

const session: ConversationMessage[] = [
  { role: 'user', id: 'u1', content: 'create list.txt with "one"\nand be quick', origin: 'person' },
  {
    role: 'assistant',
    model_name: 'demo/demo',
    parts: [{ type: 'tool_call', id: 'c', name: 'write_file', arguments: '{"path":"list.txt"}' }],
  },
  { role: 'tool', results: [{ tool_call_id: 'c', name: 'write_file', output: 'Created list.txt', is_error: false }] },
  { role: 'user', id: 'u2', content: 'thanks', origin: 'person' },
];

function summarise(earlier?: string): string {
  const transcript = transcriptOf(session, { text: 1000, tool_result: 1000 }).join('\n');
  const content = summaryPrompt(transcript, earlier, undefined);
  const conversation = [{ role: 'user', id: 's', content, origin: 'person' } as const];
  const { steps } = planResponse({
    model: DEMO_MODEL,
    system: SUMMARY_SYSTEM,
    conversation,
    tools: [],
    session_id: 's',
  });
  const [step] = steps;
  return step?.type === 'text' ? step.text : '';
}

test('the demo summarises a session in the sections that the agent asks for', () => {
  const summary = summarise();
  expect(summary).toContain('## Goal\n- create list.txt with "one" and be quick\n- thanks\n');
  expect(summary).toContain('## Done\n- write_file {"path":"list.txt"}\n');
  expect(summary).toContain('## File changes\n- write_file {"path":"list.txt"}\n');
  expect(summary.match(/^## /gm)).toHaveLength(8);
});

test('what an earlier summary held stays in the next one', () => {
  const summary = summarise('## Goal\n- read the README\n\n## Done\n- none');
  expect(summary).toContain('## Goal\n- read the README\n- create list.txt with "one" and be quick\n');
});
