import type { AgentMessage } from '../../messages.ts';

/** Makes what tells that a turn has ended in the mode plan, and a person may want to leave it: once each time the mode is entered. */
export function watchPlanEnd(mode: () => string | undefined): (message: AgentMessage) => boolean {
  let isTold = false;
  return (message) => {
    if (message.type !== 'done') return false;
    if (mode() !== 'plan') {
      isTold = false;
      return false;
    }
    if (message.status !== 'completed' || isTold) return false;
    isTold = true;
    return true;
  };
}

/** Says how to go on then; `way` is what leaves the mode. */
export function planHint(way: string): string {
  return `The mode plan only reads. ${way} leaves it; then say what is to be done.`;
}
