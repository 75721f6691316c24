import type { InputCore } from './state.ts';

const presses = new WeakMap<InputCore, { name: string; at: number }>();

/** Tells whether this is the second press of a key within `limit_ms`, with no other such key between. */
export function doubleOf(core: InputCore, name: string, limit_ms: number): boolean {
  const last = presses.get(core);
  const isDouble = last?.name === name && core.now() - last.at <= limit_ms;
  if (isDouble) presses.delete(core);
  else presses.set(core, { name, at: core.now() });
  return isDouble;
}

/** Forgets the first press: another key came between. */
export function forgetPress(core: InputCore): void {
  presses.delete(core);
}
