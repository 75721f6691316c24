import type { AgentMessage } from '../messages.ts';
import type { TerminalFeatures } from './terminal/features.ts';
import { notify, RESTORE_TITLE, SAVE_TITLE, setProgress, setTitle } from './terminal/sequences.ts';
import type { TerminalSession } from './terminal/session.ts';

/** A turn that took longer than this has let its person look away. */
const LONG_TURN_MS = 15_000;
const NAME = 'agent-chat';

/** What of a session is told beside the screen. */
export interface Attention {
  observe(message: AgentMessage): void;
  /** The terminal says whether it is looked at; many never do. */
  focus(isFocused: boolean): void;
}

/** Tells a person who looks elsewhere what happens: title, task bar, notification; each only where it is known to work. */
export function createAttention(
  features: TerminalFeatures,
  terminal: Pick<TerminalSession, 'atRestore'>,
  write: (bytes: string) => void,
): Attention {
  const { hasTitle, hasProgress } = features;
  let shown = '';
  let isFocused = false;
  const asked = new Set<string>();
  const begin = (): string => {
    terminal.atRestore((hasProgress ? setProgress(false) : '') + (hasTitle ? RESTORE_TITLE : ''));
    return hasTitle ? SAVE_TITLE : '';
  };
  const show = (title: string, isRunning: boolean): void => {
    if (title === shown || !(hasTitle || hasProgress)) return;
    const save = shown === '' ? begin() : '';
    shown = title;
    write(save + (hasTitle ? setTitle(title) : '') + (hasProgress ? setProgress(isRunning) : ''));
  };
  const tell = (text: string): void => {
    if (features.notification !== undefined && !isFocused) write(notify(features.notification, NAME, text));
  };
  return {
    focus: (isNow) => {
      isFocused = isNow;
    },
    observe: (message) => {
      switch (message.type) {
        case 'session_started':
          return show(NAME, false);
        case 'turn_started':
          return show(`${NAME}: working`, true);
        case 'approval_resolved':
          asked.delete(message.tool_call_id);
          return asked.size === 0 ? show(`${NAME}: working`, true) : undefined;
        case 'approval_requested':
          asked.add(message.tool_call_id);
          show(`${NAME}: asks`, true);
          return tell('An answer of yours is needed');
        case 'done':
          asked.clear();
          show(NAME, false);
          return message.duration_ms >= LONG_TURN_MS ? tell('The answer is there') : undefined;
        default:
          return undefined;
      }
    },
  };
}
