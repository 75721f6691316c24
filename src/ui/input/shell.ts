import { KEPT_HINT, type OwnCommand, reportCommand } from './own-command.ts';
import { remember } from './send.ts';
import type { InputCore } from './state.ts';
import { startWork } from './works.ts';

const SIGN = '$';

/** Runs a command of the person's own, whose output goes along with the next message unless it is private. */
export function runShellLine(core: InputCore, line: string, { command, isPrivate }: OwnCommand): void {
  if (isShellBusy(core)) {
    core.hint(`A command is running: ${core.keymap.label('cancel')} stops it.`, 'warning');
    return;
  }
  remember(core, line);
  core.attempt(() =>
    startWork(core, { sign: SIGN, text: command }, async (signal) => {
      const { shown, block } = reportCommand(command, await core.options.services.runShell(command, signal));
      core.options.screen.printOutput(shown);
      if (isPrivate) return;
      core.update({ kept: [...core.state.kept, block] });
      core.hint(KEPT_HINT);
    }),
  );
}

/** Tells whether a command of the person's own runs. */
export function isShellBusy(core: InputCore): boolean {
  return core.state.works.some((work) => work.sign === SIGN);
}
