import type { AgentMessage } from '../messages.ts';

/**
 * Tells which messages end a turn that an earlier process left open. A resumed session begins with them; whoever reads
 * only this stream must not take such an end for the answer to what is asked now.
 */
export function createLeftoverTest(): (message: AgentMessage) => boolean {
  let isResumed = false;
  let turnId: string | undefined;
  return (message) => {
    if (message.type === 'session_started') isResumed ||= message.resumed === true;
    if (message.type === 'turn_started') turnId = message.turn_id;
    return isResumed && message.turn_id !== undefined && message.turn_id !== turnId;
  };
}
