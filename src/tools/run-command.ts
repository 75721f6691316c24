import { constants } from 'node:os';
import { clipLine, formatCount } from '../format.ts';
import type { SandboxAftermath, SandboxedCommand, ToolsOptions } from './options.ts';
import { type CapturedOutput, startCapture } from './output/capture.ts';
import { liveOutput } from './output/live-output.ts';
import { findProgram } from './process/find-program.ts';
import { endedLine } from './process/leftovers.ts';
import { reportingLeftovers } from './process/report-leftovers.ts';
import { type ProcessEnd, runProcess } from './process/run-process.ts';
import { type AccessGrant, type Tool, ToolFailure, type ToolOutput, type ToolRunContext } from './tool.ts';
import { builtInInput, type InputOf } from './tool-input.ts';

/** The agent's own time-out began a little before the command. */
const TIMER_SLACK_MS = 500;

type CommandInput = InputOf<'run_command'>;

/** More files than this are counted in a warning. */
const MAX_NAMED = 10;

/** Set for every command: nothing pages, colours or asks. */
const QUIET = { TERM: 'dumb', PAGER: 'cat', GIT_PAGER: 'cat', GIT_TERMINAL_PROMPT: '0' };

/** Makes the tool that runs a shell command with live output. When it is done, no process of the command is left that can be found. */
export function runCommandTool(options: ToolsOptions): Tool<CommandInput> {
  return {
    name: 'run_command',
    display_name: 'Run',
    description:
      'Runs a shell command and gives its output (stdout and stderr together) and its exit code. ' +
      'There is no terminal and no input; background processes are ended with the command, so do not detach any. ' +
      'Prefer the other tools for reading, searching and editing files.',
    input: builtInInput('run_command'),
    summarize: ({ command }) => clipLine(command.split('\n').join(' ↵ '), 200),
    access: ({ command }, { cwd }) => ({ kind: 'command', command, cwd }),
    preview: ({ command }, { cwd }) => ({ kind: 'command', command, cwd }),
    run: (call, context) => run(call, context, options),
  };
}

async function run(call: CommandInput, context: ToolRunContext, options: ToolsOptions): Promise<ToolOutput> {
  const shell = shellFor(call.command, options.environment);
  const hasReport = context.grant.is_sandboxed && process.platform === 'linux';
  const command = await sandboxed(hasReport ? reportingLeftovers(shell) : shell, context, options);
  const capture = startCapture(options.spill_dir, `command-${context.call_id}`);
  const live = liveOutput(context);
  const streams = { stdout: maskStream(options), stderr: maskStream(options) };
  const pass = async (stream: 'stdout' | 'stderr', bytes: Uint8Array): Promise<void> => {
    if (bytes.length === 0) return;
    await capture.add(bytes);
    await live.pass(stream, bytes);
  };
  const timeout_ms = Math.min(call.timeout_ms ?? context.timeout_ms, context.timeout_ms);
  try {
    const end = await runProcess({
      argv: command.argv,
      cwd: context.cwd,
      environment: { ...options.environment, ...QUIET, ...command.environment },
      signal: context.signal,
      timeout_ms,
      hasReport,
      patient_after_ms: context.timeout_ms - Math.min(TIMER_SLACK_MS, context.timeout_ms / 10),
      take: (stream, bytes) => pass(stream, streams[stream](bytes)),
    });
    for (const stream of ['stdout', 'stderr'] as const) await pass(stream, streams[stream]());
    const output = await capture.finish();
    const ended = end.ended === 'exit' ? endedLine(end.leftovers, shell) : undefined;
    if (ended !== undefined) await live.note(`[${ended}]`);
    return report({ end, output, ended, timeout_ms, grant: context.grant, aftermath: await command.release() });
  } finally {
    await command.release();
  }
}

function maskStream({ mask }: ToolsOptions): (bytes?: Uint8Array) => Uint8Array {
  return mask?.stream() ?? ((bytes = new Uint8Array()) => bytes);
}

async function sandboxed(
  argv: readonly string[],
  context: ToolRunContext,
  options: ToolsOptions,
): Promise<SandboxedCommand> {
  if (!context.grant.is_sandboxed)
    return { argv, environment: {}, release: async () => ({ new_protected: [], is_cut: false }) };
  if (options.sandbox === undefined)
    throw new ToolFailure('This command may only run in a sandbox, and there is none here.');
  const { is_read_only, unreadable = [], unwritable = [] } = context.grant;
  return options.sandbox.wrap(argv, { cwd: context.cwd, is_read_only: is_read_only === true, unreadable, unwritable });
}

interface Run {
  readonly end: ProcessEnd;
  readonly output: CapturedOutput;
  /** Says what was ended with the command. */
  readonly ended: string | undefined;
  readonly timeout_ms: number;
  readonly grant: AccessGrant;
  readonly aftermath: SandboxAftermath;
}

function report({ end, output, ended, timeout_ms, grant, aftermath }: Run): ToolOutput {
  const notes = notesOn(end);
  if (ended !== undefined) notes.push(`[${ended}]`);
  if (grant.is_sandboxed && end.exit_code !== 0) notes.push(confinement(grant));
  notes.push(...warningsOn(aftermath));
  notes.push(...(grant.unreadable ?? []).map((place) => `[${place} was hidden from it: a rule covers it]`));
  const body = output.text.trim() === '' ? '(no output)' : output.text.replace(/\n+$/, '');
  const { full_output_path } = output;
  const code = exitCodeOf(end);
  const meta = {
    summary: [summaryOf(end, output), ...madeProtected(aftermath)].join(', '),
    ...(code === undefined ? {} : { exit_code: code }),
    ...(full_output_path === undefined ? {} : { full_output_path }),
  };
  if (end.ended === 'exit') return { result: [body, ...notes].join('\n'), meta };
  const why = end.ended === 'aborted' ? 'The command was stopped' : `The command was stopped after ${timeout_ms} ms`;
  throw new ToolFailure([`${why}. Its output until then:`, body, ...notes].join('\n'), meta);
}

function confinement({ is_read_only }: AccessGrant): string {
  return `[it ran in a sandbox: no network, ${is_read_only === true ? 'no writing' : 'writing only in the workspace'}]`;
}

/** Tells the model what is to be told to the person. */
function warningsOn({ new_protected, is_cut }: SandboxAftermath): string[] {
  const warnings: string[] = [];
  if (new_protected.length > 0) {
    const more = new_protected.length > MAX_NAMED ? ` and ${new_protected.length - MAX_NAMED} more` : '';
    const names = new_protected.slice(0, MAX_NAMED).map((name) => JSON.stringify(name));
    warnings.push(
      `[warning: new or changed: ${names.join(', ')}${more}. Other programs run what such files name, outside the sandbox: ` +
        'tell the user to look at them first]',
    );
  }
  if (is_cut)
    warnings.push('[warning: the workspace is too large to protect every .git, .npmrc and the like deep in it]');
  return warnings;
}

/** Warns the person, in the line that is always shown. */
function madeProtected({ new_protected: [first, ...more] }: SandboxAftermath): string[] {
  if (first === undefined) return [];
  return [`warning: made ${clipLine(first, 60)}${more.length > 0 ? ` and ${more.length} more` : ''}`];
}

function notesOn({ ended, exit_code, killed_by }: ProcessEnd): string[] {
  const notes: string[] = [];
  if (ended === 'exit' && exit_code !== undefined && exit_code !== 0) notes.push(`[exit code ${exit_code}]`);
  if (ended === 'exit' && killed_by !== undefined) notes.push(`[killed by ${killed_by}]`);
  return notes;
}

function summaryOf({ ended, exit_code, killed_by }: ProcessEnd, output: CapturedOutput): string {
  if (ended !== 'exit') return ended === 'timeout' ? 'timed out' : 'stopped';
  if (killed_by !== undefined) return `killed by ${killed_by} (exit ${exitCodeOf({ killed_by })})`;
  if (exit_code !== 0) return `exit ${exit_code}`;
  return output.lines === 0 ? 'no output' : formatCount(output.lines, 'line');
}

/** As a shell says it: of a program that a signal killed, 128 and the number of the signal. */
function exitCodeOf({ exit_code, killed_by }: Pick<ProcessEnd, 'exit_code' | 'killed_by'>): number | undefined {
  return exit_code ?? (killed_by === undefined ? undefined : 128 + constants.signals[killed_by]);
}

function shellFor(command: string, environment: ToolsOptions['environment']): readonly string[] {
  if (process.platform === 'win32') return ['powershell.exe', '-NoProfile', '-NonInteractive', '-Command', command];
  const bash = findProgram('bash', environment.PATH);
  return bash === undefined ? ['/bin/sh', '-c', command] : [bash, '--noprofile', '--norc', '-c', command];
}
