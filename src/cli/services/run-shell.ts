import { LONGEST_TIMER_MS } from '../../longest-timer.ts';
import { startCapture } from '../../tools/output/capture.ts';
import { endedLine } from '../../tools/process/leftovers.ts';
import { runProcess } from '../../tools/process/run-process.ts';
import type { ShellRun } from '../../ui/input/services.ts';

/** Where a person's own commands run. */
export interface ShellOptions {
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
  /** For an output that is too long to show. */
  readonly spill_dir: string;
  /** Told where it then lies. */
  readonly noteOutput: (path: string) => void;
}

/** Runs a command of the person's own in their shell, bounded as a tool's output is. */
export async function runShell(command: string, signal: AbortSignal, options: ShellOptions): Promise<ShellRun> {
  const shell = process.platform === 'win32' ? ['cmd.exe', '/d', '/c'] : [options.environment.SHELL ?? '/bin/sh', '-c'];
  const capture = startCapture(options.spill_dir, 'shell');
  const argv = [...shell, command];
  const end = await runProcess({
    argv,
    cwd: options.cwd,
    environment: options.environment,
    signal,
    // A person stops a command of their own; nothing else does.
    timeout_ms: LONGEST_TIMER_MS,
    take: (_stream, bytes) => capture.add(bytes),
  });
  const { text, full_output_path } = await capture.finish();
  if (full_output_path !== undefined) options.noteOutput(full_output_path);
  const { exit_code, killed_by, ended, leftovers } = end;
  const endedWithIt = ended === 'exit' ? endedLine(leftovers, argv) : undefined;
  const notes = [endedWithIt, full_output_path && `the whole output is in ${full_output_path}`];
  return {
    output: [text.trimEnd(), ...notes.flatMap((note) => (note === undefined ? [] : [`[${note}]`]))].join('\n'),
    ...(exit_code === undefined ? {} : { exit_code }),
    ...(ended === 'exit' && killed_by !== undefined ? { killed_by } : {}),
  };
}
