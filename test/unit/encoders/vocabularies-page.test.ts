import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { encoders } from '../../../src/encoders/registry.ts';
import { AGENT_SCHEMAS, USER_SCHEMAS } from '../../../src/message-schema.ts';

const page = readFileSync('docs/vocabularies.md', 'utf8');

const SEEDS: Readonly<Record<string, string>> = {
  '## chat-events':
    'SessionStarted SessionCompleted RoundStarted RoundCompleted ToolCalled MessageCountUpdated meta session_id model ' +
    'status round_id usage latency_ms error tool_call_id tool_name success message_count',
  '## segments':
    'TextStart TextDelta TextEnd ThinkingStart ThinkingDelta ThinkingEnd ToolCallsBegin ToolCallsStart ToolResult ' +
    'ToolCallsComplete UserSteered Compact Done call_id output duration_ms content summary AgentResponse',
  '## sse':
    'text_delta reasoning_delta tool_call_start tool_call_complete iteration_complete final_answer prompt_progress ' +
    'system_warning error content tool_call display_name args_summary tool_name result wait_ms execute_duration_ms ' +
    'duration_display iteration tool_calls processed total cached time_ms message suggested_action',
  '## ag-ui':
    'TextMessageStart TextMessageContent TextMessageEnd TextMessageChunk ThinkingTextMessageStart ' +
    'ThinkingTextMessageContent ThinkingTextMessageEnd ToolCallStart ToolCallArgs ToolCallEnd ToolCallChunk ' +
    'ToolCallResult ThinkingStart ThinkingEnd StateSnapshot StateDelta MessagesSnapshot Raw Custom RunStarted ' +
    'RunFinished RunError StepStarted StepFinished',
};

test.each(Object.entries(SEEDS))('the page explains every variant and field of the seed under "%s"', (head, names) => {
  const from = page.indexOf(`\n${head}`);
  const end = page.indexOf('\n## ', from + 1);
  const words = new Set(page.slice(from, end < 0 ? page.length : end).match(/\w+/g));
  expect(names.split(' ').filter((name) => !words.has(name))).toEqual([]);
});

test('the page names every native message and every vocabulary', () => {
  const words = new Set(page.match(/[\w-]+/g));
  const names = [...AGENT_SCHEMAS.keys(), ...USER_SCHEMAS.keys(), ...encoders.map(({ name }) => name)];
  expect(names.filter((name) => !words.has(name))).toEqual([]);
});
