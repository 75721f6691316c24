import { remember } from './send.ts';
import type { ShellRun } from './services.ts';
import type { InputCore } from './state.ts';
import { startWork } from './works.ts';

const SIGN = '$';

/** Runs `!command`, whose output goes along with the next message, or `!!command`, which stays out of the conversation. */
export function runShellLine(core: InputCore, line: string): void {
  if (isShellBusy(core)) {
    core.hint(`A command is running: ${core.keymap.label('cancel')} stops it.`, 'warning');
    return;
  }
  const isPrivate = line.startsWith('!!');
  const command = line.slice(isPrivate ? 2 : 1).trim();
  remember(core, line);
  core.attempt(() =>
    startWork(core, { sign: SIGN, text: command }, async (signal) => {
      const run = await core.options.services.runShell(command, signal);
      const ending = endingOf(run);
      const output = run.output.trimEnd();
      core.options.screen.printOutput(`$ ${command}\n${output}${run.exit_code === 0 ? '' : `\n${ending}`}`);
      if (isPrivate) return;
      const report = shellReport(command, output, ending);
      core.update({ kept: [...core.state.kept, { type: 'file', name: `! ${command}`, text: report }] });
      core.hint('The model sees this with your next message.');
    }),
  );
}

/** Tells whether a command of the person's own runs. */
export function isShellBusy(core: InputCore): boolean {
  return core.state.works.some((work) => work.sign === SIGN);
}

function endingOf({ exit_code, killed_by }: ShellRun): string {
  if (exit_code !== undefined) return `Exit code: ${exit_code}`;
  return killed_by === undefined ? 'It was stopped.' : `It was killed by ${killed_by}.`;
}

function shellReport(command: string, output: string, ending: string): string {
  const fence = '`'.repeat(Math.max(3, ...(output.match(/`+/g) ?? []).map((run) => run.length + 1)));
  return `I ran this command:\n\n${fence}\n$ ${command}\n${output}\n${fence}\n\n${ending}`;
}
