import { NOBODY_THERE } from '../../agent/tool-calls/approvals.ts';
import type { Conversing } from '../conversing.ts';
import type { Sink } from '../fan-out.ts';

/** Denies what a remote agent asks once whoever could have answered has gone. */
export interface Unattended {
  readonly sink: Sink;
  /** Nobody answers from here on: what waits, and what will be asked, is denied. */
  leave(): void;
  /** Says whether a call was denied because nobody was there. */
  hasDenied(tool_call_id: string): boolean;
}

/** Makes it for one session. */
export function denyUnattended(session: Pick<Conversing, 'send'>): Unattended {
  const waiting = new Set<string>();
  const denied = new Set<string>();
  let isUnattended = false;
  const deny = (tool_call_id: string): void => {
    denied.add(tool_call_id);
    session.send({ type: 'approve', tool_call_id, decision: 'deny', note: NOBODY_THERE });
  };
  return {
    sink: (message) => {
      if (message.type === 'approval_resolved') waiting.delete(message.tool_call_id);
      if (message.type !== 'approval_requested') return;
      if (isUnattended) deny(message.tool_call_id);
      else waiting.add(message.tool_call_id);
    },
    hasDenied: (tool_call_id) => denied.has(tool_call_id),
    leave: () => {
      isUnattended = true;
      for (const id of waiting) deny(id);
    },
  };
}
