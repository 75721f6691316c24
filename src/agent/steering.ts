import type { AgentParts } from './agent-parts.ts';
import { nextNote } from './notes.ts';

interface SteeringContext {
  readonly parts: AgentParts;
  steerTarget(id: string): string | undefined;
}

/** Lets the waiting steers enter the conversation before model call `iteration`; says whether there was one. */
export function takeSteers({ parts, steerTarget }: SteeringContext, iteration: number): boolean {
  const { journal } = parts;
  const { waiting, turn_id } = journal.state;
  let hasSteered = false;
  for (const { id, content, delivery } of waiting) {
    if (delivery !== 'steer') continue;
    const target = steerTarget(id);
    if (target !== undefined && target !== turn_id) {
      journal.publish({ type: 'user_message_returned', id, content, reason: 'superseded' });
      continue;
    }
    journal.publish({ type: 'user_steered', id, content, iteration, ...nextNote(parts) });
    hasSteered = true;
  }
  return hasSteered;
}
