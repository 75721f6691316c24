import { readEnvironment } from '../config/environment.ts';
import { errorMessage } from '../errors.ts';
import { CliError, EXIT } from './exit-codes.ts';
import { isHeadless } from './is-headless.ts';
import { type Actions, type CommandName, runProgram } from './program.ts';
import { inheritedDescriptors } from './streams/inherited-descriptors.ts';
import { tell } from './streams/standard-error.ts';

const actionsOf = (inherited: ReadonlySet<number> | undefined): Actions => ({
  run: async (given) => {
    const options = inherited === undefined ? given : { ...given, inherited };
    if (options.printSchema === true) return (await import('./print-schema.ts')).printSchema();
    if (isHeadless(options)) return (await import('./answer.ts')).answer(options);
    if (options.plain !== true) holdKeys();
    return (await import('./chat.ts')).chat(options);
  },
  command: async (name, options) => {
    const [{ commands }, { callCommand }, { readSetup }] = await Promise.all([
      import('./commands/registry.ts'),
      import('./commands/cli-command.ts'),
      import('./setup.ts'),
    ]);
    const setup = await readSetup({ isForgiving: !RUNNING.has(name) });
    if (!SHOWING_CONFIG.has(name)) {
      const wrong = setup.configProblem === undefined ? setup.warnings : [setup.configProblem];
      for (const line of wrong) tell(`Warning: ${line}\n`);
    }
    return callCommand(await commands[name](), { ...options, setup });
  },
});

/** The commands that run something, and so need the rules of the config file. */
const RUNNING: ReadonlySet<CommandName> = new Set(['serve', 'mcp']);

/** The commands that say themselves what is wrong with the config file. */
const SHOWING_CONFIG: ReadonlySet<CommandName> = new Set(['doctor', 'config', 'mcp']);

/** Runs the program and sets the process's exit code. Whatever fails is told in one line. */
export async function main(argv: readonly string[]): Promise<void> {
  // Before standard output is touched, which opens a descriptor on a terminal.
  const inherited = argv.some((word) => word.includes('fd:')) ? inheritedDescriptors() : undefined;
  endWithReader(process.stdout);
  let exitCode: number;
  try {
    exitCode = await runProgram(argv, actionsOf(inherited));
  } catch (error) {
    exitCode = report(error);
  }
  if (exitCode === EXIT.hangup) hangUp();
  process.exitCode = exitCode;
}

/** Ends as the signal would have: with its terminal gone, Node 20 fails an assertion when it leaves by itself. */
function hangUp(): void {
  process.removeAllListeners('SIGHUP');
  process.kill(process.pid, 'SIGHUP');
}

/** Keys that are typed while the chat is being loaded wait for it, instead of being echoed. Node undoes this at its end. */
function holdKeys(): void {
  if (readEnvironment().TERM !== 'dumb') process.stdin.setRawMode(true);
}

/** A reader that goes away ends the program with success, as it does for any filter. */
function endWithReader(stream: NodeJS.WriteStream): void {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (stream.listenerCount('error') > 1) return;
    if (error.code === 'EPIPE') process.exit(EXIT.answered);
    tell(`agent-chat: standard output cannot be written: ${error.message}.\n`);
    process.exit(EXIT.failed);
  });
}

function report(error: unknown): number {
  if (error instanceof CliError) {
    tell(`agent-chat: ${error.message}\n`);
    return error.exitCode;
  }
  tell(`agent-chat: ${errorMessage(error)}\n`);
  return EXIT.crashed;
}
