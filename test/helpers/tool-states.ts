import type { AgentMessage, AgentMessageOf } from '../../src/messages.ts';

/** Where a tool call stands; it never goes back. */
export type CallState = 'preparing' | 'queued' | 'asking' | 'running' | 'ended';

/** A message about one tool call. */
export type ToolMessage = AgentMessageOf<keyof typeof ALLOWED_STATES | 'tool_call'>;

/** The states in which a call may be when a message about it comes. */
export const ALLOWED_STATES = {
  tool_call_update: ['preparing'],
  tool_call_ready: ['preparing'],
  approval_requested: ['queued'],
  approval_resolved: ['asking', 'queued'],
  tool_started: ['queued'],
  tool_progress: ['running'],
  tool_output: ['running'],
  tool_result: ['running'],
  tool_error: ['preparing', 'queued', 'running'],
} as const;

/** The state in which a message leaves its call; absent: as it was. */
export const NEXT_STATE: Partial<Record<keyof typeof ALLOWED_STATES, CallState>> = {
  tool_call_ready: 'queued',
  approval_requested: 'asking',
  approval_resolved: 'queued',
  tool_started: 'running',
  tool_result: 'ended',
  tool_error: 'ended',
};

/** Tells messages about a tool call from others. */
export function isToolMessage(message: AgentMessage): message is ToolMessage {
  return message.type === 'tool_call' || message.type in ALLOWED_STATES;
}

/** Gives the id of the call that a message is about. */
export function callId(message: ToolMessage): string {
  switch (message.type) {
    case 'tool_call':
    case 'tool_call_ready':
    case 'tool_progress':
      return message.request.id;
    case 'tool_result':
      return message.result.id;
    case 'tool_error':
      return message.error.id;
    default:
      return message.tool_call_id;
  }
}
