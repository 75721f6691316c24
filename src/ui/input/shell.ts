import { remember } from './send.ts';
import type { ShellRun } from './services.ts';
import type { InputCore } from './state.ts';

/** Runs of the person's own commands, to stop them. */
const running = new WeakMap<InputCore, AbortController>();

/** Runs `!command`, whose output goes along with the next message, or `!!command`, which stays out of the conversation. */
export function runShellLine(core: InputCore, line: string): void {
  if (core.state.shell !== undefined) {
    core.hint('A command is running: Esc stops it.', 'warning');
    return;
  }
  const isPrivate = line.startsWith('!!');
  const command = line.slice(isPrivate ? 2 : 1).trim();
  const controller = new AbortController();
  running.set(core, controller);
  remember(core, line);
  core.update({ shell: command });
  core.attempt(async () => {
    try {
      const run = await core.options.services.runShell(command, controller.signal);
      const ending = endingOf(run);
      const output = run.output.trimEnd();
      core.options.screen.printOutput(`$ ${command}\n${output}${run.exit_code === 0 ? '' : `\n${ending}`}`);
      if (isPrivate) return;
      const report = shellReport(command, output, ending);
      core.update({ kept: [...core.state.kept, { type: 'file', name: `! ${command}`, text: report }] });
      core.hint('The model sees this with your next message.', 'dim');
    } finally {
      running.delete(core);
      core.update({ shell: undefined });
    }
  });
}

function endingOf({ exit_code, killed_by }: ShellRun): string {
  if (exit_code !== undefined) return `Exit code: ${exit_code}`;
  return killed_by === undefined ? 'It was stopped.' : `It was killed by ${killed_by}.`;
}

/** Stops the command that runs. */
export function stopShell(core: InputCore): void {
  running.get(core)?.abort();
}

function shellReport(command: string, output: string, ending: string): string {
  const fence = '`'.repeat(Math.max(3, ...(output.match(/`+/g) ?? []).map((run) => run.length + 1)));
  return `I ran this command:\n\n${fence}\n$ ${command}\n${output}\n${fence}\n\n${ending}`;
}
