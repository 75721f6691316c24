import type { AgentMessage, AgentMessageBody } from '../../src/messages.ts';
import { stamped } from './encode-log.ts';

const MODEL = 'demo/demo';
const READ = { id: 'c1', name: 'read_file', arguments: '{"path":"a.txt"}' };
const RUN = { id: 'c2', name: 'run_command', arguments: '{"command":"false"}' };
const TIMES = { wait_ms: 2, execute_duration_ms: 31, duration_display: '31ms', model_name: MODEL };

/** How a turn begins. */
export const TURN: readonly AgentMessageBody[] = [
  { type: 'turn_started', turn_id: 't1', model_name: MODEL, input: { id: 'u1', content: 'Look' } },
];

/** A turn that uses everything which the vocabularies of protocol.md, section 6, have a row for. */
export const SAMPLE: readonly AgentMessage[] = stamped([
  { type: 'session_started', session_id: 's1', model: MODEL, cwd: '/p', protocol_version: 1 },
  ...TURN,
  { type: 'prompt_progress', processed: 5, total: 9, cached: 1, time_ms: 40 },
  { type: 'thought', message_id: 'h1', chunk: 'Hm', is_complete: false, model_name: MODEL },
  { type: 'thought', message_id: 'h1', chunk: 'm.', is_complete: true, model_name: MODEL, duration_ms: 12 },
  { type: 'text', message_id: 'm1', chunk: 'Let me', is_complete: false, model_name: MODEL },
  { type: 'text', message_id: 'm1', chunk: ' look.', is_complete: false, model_name: MODEL },
  { type: 'text', message_id: 'm1', chunk: '', is_complete: true, model_name: MODEL },
  { type: 'tool_call', request: { ...READ, arguments: '' }, display_name: 'Read', model_name: MODEL },
  { type: 'tool_call_update', tool_call_id: 'c1', chunk: READ.arguments, model_name: MODEL },
  { type: 'tool_call_ready', request: READ, display_name: 'Read', args_summary: 'a.txt' },
  { type: 'tool_call', request: { ...RUN, arguments: '' }, display_name: 'Run', model_name: MODEL },
  { type: 'tool_call_update', tool_call_id: 'c2', chunk: RUN.arguments, model_name: MODEL },
  { type: 'tool_call_ready', request: RUN, display_name: 'Run' },
  {
    type: 'context_usage_update',
    input_tokens: 10,
    output_tokens: 4,
    cache_read_tokens: 3,
    total_input_tokens: 10,
    total_output_tokens: 4,
    total_cache_read_tokens: 3,
    total_cache_creation_tokens: 0,
    total_reasoning_tokens: 0,
    model_name: MODEL,
  },
  { type: 'tool_started', tool_call_id: 'c2', wait_ms: 2 },
  { type: 'tool_started', tool_call_id: 'c1', wait_ms: 2 },
  { type: 'tool_result', result: { ...READ, result: 'hello' }, ...TIMES },
  { type: 'tool_error', error: { ...RUN, error: 'exit 1' }, kind: 'failed', ...TIMES },
  { type: 'iteration_complete', iteration: 1, tool_calls: 2 },
  { type: 'system_warning', message: 'Slow.', suggested_action: '/model' },
  { type: 'context_compaction_started', message_count: 2, trigger: 'auto' },
  {
    type: 'context_compaction_result',
    outcome: 'completed',
    summary: 'All so far',
    messages_removed: 1,
    tokens_before: 90,
    tokens_after: 9,
  },
  { type: 'user_message_accepted', id: 'u2', content: 'quick', delivery: 'steer' },
  { type: 'user_steered', id: 'u2', content: 'quick', iteration: 2 },
  { type: 'text', message_id: 'm2', chunk: 'Done.', is_complete: true, model_name: MODEL },
  { type: 'iteration_complete', iteration: 2, tool_calls: 0 },
  {
    type: 'done',
    turn_id: 't1',
    status: 'completed',
    stop_reason: 'stop',
    iterations: 2,
    usage: { input_tokens: 20, output_tokens: 8, cache_read_tokens: 3 },
    cost: 0.5,
    duration_ms: 900,
    final_text: 'Done.',
  },
  { type: 'session_ended', status: 'completed' },
]);

/** The ending of a turn that did not complete. */
export function ending(status: 'error' | 'cancelled' | 'halted'): readonly AgentMessageBody[] {
  const done = {
    type: 'done' as const,
    turn_id: 't1',
    status,
    stop_reason: status,
    iterations: 0,
    usage: { input_tokens: 0, output_tokens: 0 },
    duration_ms: 5,
  };
  if (status === 'error') {
    return [{ type: 'error', message: 'No key.', kind: 'auth', status: 401, retryable: false }, done];
  }
  if (status === 'cancelled') return [{ type: 'cancelled', message: 'Cancelled.' }, done];
  return [{ ...done, halt: { reason: 'max_iterations', message: 'Stopped after 50 model calls.', actions: [] } }];
}
