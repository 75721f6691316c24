import type { AgentMessageBody, ApprovalOption, ToolErrorKind } from '../../src/messages.ts';
import type { CallPlan } from './generate-run.ts';

/** The model of every generated run. */
export const MODEL = 'demo/demo';
const OPTIONS: readonly ApprovalOption[] = [
  { decision: 'once', label: 'Yes' },
  { decision: 'always', label: 'Yes, and always for this' },
  { decision: 'deny', label: 'No' },
];

/** Everything a complete call still says: approval, start, output, end. */
export function lifeOf(request: { id: string; name: string; arguments: string }, plan: CallPlan): AgentMessageBody[] {
  const { id } = request;
  const life: AgentMessageBody[] = [];
  if (plan.outcome === 'unknown_tool') return [failed(id, plan, 'unknown_tool')];
  if (plan.approval !== undefined) {
    life.push({
      type: 'approval_requested',
      tool_call_id: id,
      reason: 'It runs a command.',
      preview: { kind: 'command', command: 'ls', cwd: '/home/someone/project', facts: ['reads only'] },
      options: OPTIONS,
    });
    life.push({ type: 'approval_resolved', tool_call_id: id, decision: plan.approval, by: 'user' });
    if (plan.approval === 'deny') return [...life, failed(id, plan, 'denied')];
  }
  life.push({ type: 'tool_started', tool_call_id: id, wait_ms: 2 });
  if (plan.hasProgress) life.push({ type: 'tool_progress', request, progress: 1, total: 2, message: 'half' });
  for (const chunk of plan.output) life.push({ type: 'tool_output', tool_call_id: id, stream: 'stdout', chunk });
  if (plan.outcome !== 'result') return [...life, failed(id, plan, plan.outcome)];
  life.push({
    type: 'tool_result',
    result: { ...request, result: plan.output.join('') || 'nothing' },
    result_meta: { summary: `${plan.output.length} lines` },
    wait_ms: 2,
    execute_duration_ms: 31,
    duration_display: '31ms',
    model_name: MODEL,
  });
  return life;
}

/** The end of a call that did not succeed. */
export function failed(id: string, plan: CallPlan, kind: ToolErrorKind): AgentMessageBody {
  const error = { id, name: plan.name, error: `It was ${kind}.` };
  return {
    type: 'tool_error',
    error,
    kind,
    wait_ms: 0,
    execute_duration_ms: 0,
    duration_display: '0ms',
    model_name: MODEL,
  };
}
