import { SPINNER_MS } from '../view/layout.ts';
import { isActive } from '../view/status-line.ts';
import type { ChatStore } from './chat-store.ts';

const CLOCK_MS = 1000;

/** Gives the milliseconds until something moves by itself: spinners and clocks. Nothing does while a person is asked, or when nothing runs. */
export function tickOf(store: ChatStore): number | undefined {
  const { status, live } = store.view;
  if (isActive(status)) return SPINNER_MS;
  return status.phase !== 'idle' && live.tools.some((tool) => tool.state === 'running') ? CLOCK_MS : undefined;
}
