import type { AgentMessage } from '../../messages.ts';
import type { RunEnding } from '../exit-codes.ts';
import type { Sink } from '../fan-out.ts';

/** Watches a session for what decides its exit code, and for the moment when nothing is left to do. */
export interface EndingWatch {
  readonly sink: Sink;
  ending(): RunEnding;
  /** Nothing was asked of the session, and nothing was warned of. */
  isUnused(): boolean;
  /** Resolves when each of these texts has started or joined a turn, or came back, and nothing runs. */
  idleAfter(textIds: readonly string[]): Promise<void>;
}

/** What a session says of itself. */
const PROLOGUE: ReadonlySet<AgentMessage['type']> = new Set(['session_started', 'session_ended']);

/** Makes a watch. A later turn's ending replaces an earlier one's; what a resumed log had left open does not count. */
export function watchEnding(isUnattended: (tool_call_id: string) => boolean): EndingWatch {
  let ending: RunEnding = { has_missed_approval: false };
  const settledTexts = new Set<string>();
  const running = new Set<string>();
  let isUnused = true;
  let wake: (() => void) | undefined;

  const take = (message: AgentMessage): void => {
    isUnused &&= PROLOGUE.has(message.type);
    const turn = 'turn_id' in message ? message.turn_id : undefined;
    const isMissed = message.type === 'tool_error' && message.kind === 'denied' && isUnattended(message.error.id);
    if (turn !== undefined && running.has(turn)) ending = nextEnding(ending, message, isMissed);
    if (message.type === 'turn_started') ending = { has_missed_approval: ending.has_missed_approval };
    switch (message.type) {
      case 'turn_started':
        running.add(message.turn_id);
        settledTexts.add(message.input.id);
        return;
      case 'done':
        running.delete(message.turn_id);
        return;
      case 'user_steered':
      case 'user_message_returned':
        settledTexts.add(message.id);
        return;
      case 'context_compaction_started':
        running.add('compaction');
        return;
      case 'context_compaction_result':
        running.delete('compaction');
        return;
      default:
        return;
    }
  };
  return {
    sink: (message) => {
      take(message);
      wake?.();
    },
    ending: () => ending,
    isUnused: () => isUnused,
    idleAfter: async (textIds) => {
      while (running.size > 0 || !textIds.every((id) => settledTexts.has(id))) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}

function nextEnding(ending: RunEnding, message: AgentMessage, isMissed: boolean): RunEnding {
  if (message.type === 'done') return { ...ending, done: message };
  if (message.type === 'error') return { ...ending, error: message };
  return isMissed ? { ...ending, has_missed_approval: true } : ending;
}
