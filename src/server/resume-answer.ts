import type { AgentMessageOf, ApprovalDecision, UserMessageBody } from '../messages.ts';
import { isRecord } from './json-fields.ts';
import { previewHash } from './preview-hash.ts';
import type { ResumeAnswer } from './run-input.ts';
import type { TurnState } from './turn-state.ts';

type Approve = Extract<UserMessageBody, { readonly type: 'approve' }>;

/**
 * Turns the answer to an approval's interrupt into the decision. What is not clearly a yes is a no, and so is a yes to
 * something else: an answer may carry the `hash` of what the person was shown.
 */
export function approvalAnswer(asked: AgentMessageOf<'approval_requested'>, answer: ResumeAnswer): Approve {
  const { tool_call_id } = asked;
  const { payload } = answer;
  const note = isRecord(payload) && typeof payload.note === 'string' ? { note: payload.note } : {};
  const wanted = answer.is_cancelled ? 'deny' : decisionOf(payload);
  const isOffered = asked.options.some((option) => option.decision === wanted);
  const hash = isRecord(payload) ? payload.hash : undefined;
  const isMeant = hash === undefined || hash === previewHash(asked.preview);
  return { type: 'approve', tool_call_id, decision: isOffered && isMeant ? wanted : 'deny', ...note };
}

/** Tells whether a message may be sent on: a yes that carries a `hash` holds for what it names alone. */
export function isMeantFor(state: TurnState, message: UserMessageBody, body: unknown): boolean {
  const hash = isRecord(body) ? body.hash : undefined;
  if (message.type !== 'approve' || message.decision === 'deny' || hash === undefined) return true;
  const asked = state.approvals.get(message.tool_call_id);
  return asked !== undefined && hash === previewHash(asked.preview);
}

/**
 * Turns the answer to a halt into what to send next: words, or the message that a slash command stands for. Undefined
 * when it says nothing; a string when it asks for something that only a terminal can do.
 */
export function haltAnswer(payload: unknown): UserMessageBody | string | undefined {
  const said = isRecord(payload) ? payload.send : payload;
  if (typeof said !== 'string' || said.trim() === '') return undefined;
  const [, command, rest = ''] = /^\/([a-z]+)(?:\s+(.*))?$/s.exec(said.trim()) ?? [];
  if (command === undefined) return { type: 'text', content: said };
  return commandMessage(command, rest) ?? `The server cannot do ${JSON.stringify(said)}. Answer with words, or cancel.`;
}

function commandMessage(command: string, rest: string): UserMessageBody | undefined {
  switch (command) {
    case 'compact':
    case 'compress':
      return rest === '' ? { type: 'compact' } : { type: 'compact', hint: rest };
    case 'clear':
    case 'new':
      return { type: 'clear_context' };
    case 'restore':
      return { type: 'restore_context' };
    case 'model':
      return rest === '' ? undefined : { type: 'switch_model', model: rest };
    default:
      return undefined;
  }
}

function decisionOf(payload: unknown): ApprovalDecision {
  if (payload === true) return 'once';
  const said = isRecord(payload) ? (payload.decision ?? payload.approved) : payload;
  if (said === true) return 'once';
  return said === 'once' || said === 'always' ? said : 'deny';
}
