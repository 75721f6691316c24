import type { AgentMessage } from '../messages.ts';

/** How a person comes to a session within the program. */
export interface Arrival {
  /** The log is of a conversation that stands above already, or of another one than that. */
  readonly arrival?: 'shown' | 'elsewhere';
  /** Settings that hold in the conversation that stands above: they are no news when the session begins with them. */
  readonly known?: { readonly effort?: string; readonly tools?: readonly string[] };
}

/** Tells what is no news for who never left: that the session goes on, and the settings it begins with. */
export function knownAlready({ arrival, known }: Arrival): (message: AgentMessage) => boolean {
  let isBeginning = false;
  return (message) => {
    const isStart = message.type === 'session_started';
    if (isStart) isBeginning = true;
    const isSame =
      (message.type === 'reasoning_effort_changed' && message.new === known?.effort) ||
      (message.type === 'tools_updated' && message.new.join() === known?.tools?.join());
    isBeginning &&= isStart || isSame;
    return isBeginning && arrival !== undefined;
  };
}
