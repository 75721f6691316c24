import type { AgentMessage, AgentMessageOf } from '../messages.ts';

/** Where a tool call stands. */
type CallState = 'preparing' | 'queued' | 'asking' | 'running';

/** What of a turn matters to someone who may have to answer for it. */
export interface TurnState {
  /** Absent between turns. */
  readonly turn_id?: string;
  /** Model calls that are complete. */
  readonly iteration: number;
  /** The calls that have not ended. */
  readonly calls: ReadonlyMap<string, CallState>;
  /** The approvals that nobody has given yet, by the id of their call. */
  readonly approvals: ReadonlyMap<string, AgentMessageOf<'approval_requested'>>;
}

/** The state between two turns. */
export const NO_TURN: TurnState = { iteration: 0, calls: new Map(), approvals: new Map() };

/** Takes one more message of the log into the state. Pure. */
export function reduceTurnState(state: TurnState, message: AgentMessage): TurnState {
  switch (message.type) {
    case 'session_started':
    case 'session_ended':
    case 'done':
      return NO_TURN;
    case 'turn_started':
      return { ...NO_TURN, turn_id: message.turn_id };
    case 'iteration_complete':
      return { ...state, iteration: message.iteration };
    case 'tool_call':
      return withCall(state, message.request.id, 'preparing');
    case 'tool_call_ready':
      return withCall(state, message.request.id, 'queued');
    case 'approval_requested':
      return {
        ...withCall(state, message.tool_call_id, 'asking'),
        approvals: new Map([...state.approvals, [message.tool_call_id, message]]),
      };
    case 'approval_resolved':
      return answered(state, message.tool_call_id);
    case 'tool_started':
      return withCall(state, message.tool_call_id, 'running');
    case 'tool_result':
      return ended(state, [message.result.id]);
    case 'tool_error':
      return ended(state, [message.error.id]);
    case 'retrying':
      return ended(state, message.discarded);
    default:
      return state;
  }
}

/** Marks an approval as given, before the agent says so itself. */
export function answered(state: TurnState, tool_call_id: string): TurnState {
  if (!state.approvals.has(tool_call_id)) return state;
  const approvals = new Map(state.approvals);
  approvals.delete(tool_call_id);
  return { ...withCall(state, tool_call_id, 'queued'), approvals };
}

function withCall(state: TurnState, id: string, call: CallState): TurnState {
  return { ...state, calls: new Map([...state.calls, [id, call]]) };
}

function ended(state: TurnState, ids: readonly string[]): TurnState {
  const calls = new Map(state.calls);
  const approvals = new Map(state.approvals);
  for (const id of ids) {
    calls.delete(id);
    approvals.delete(id);
  }
  return { ...state, calls, approvals };
}
