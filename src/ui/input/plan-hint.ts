import type { AgentMessage } from '../../messages.ts';
import type { MessageOrigin } from './contract.ts';
import type { InputCore } from './state.ts';

const told = new WeakSet<InputCore>();

/** Says how to go on when a turn has ended in the mode plan: once each time the mode is entered. */
export function hintAtPlanEnd(core: InputCore, message: AgentMessage, origin: MessageOrigin | undefined): void {
  if (message.type !== 'done' || origin === 'log') return;
  if (core.options.services.permissionMode?.() !== 'plan') {
    told.delete(core);
    return;
  }
  if (message.status !== 'completed' || told.has(core)) return;
  told.add(core);
  core.hint(
    `The mode plan only reads. ${core.keymap.label('permission_mode')} leaves it; then say what is to be done.`,
  );
}
