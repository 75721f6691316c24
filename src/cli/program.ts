import { fstatSync, writeSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { editDistance } from '../edit-distance.ts';
import { errorCode } from '../errors.ts';
import { CliError, EXIT } from './exit-codes.ts';
import type { RunOptions } from './options.ts';
import { readWords } from './read-words.ts';
import { runOptions } from './run-options.ts';

/** What each command does; a test hands in its own. Each resolves with the exit code. */
export interface Actions {
  run(options: RunOptions): Promise<number>;
  command(name: CommandName, options: CommandOptions): Promise<number>;
}

export type CommandName = (typeof COMMANDS)[number]['name'];

/** The words and flags that stood behind a command's name. */
export interface CommandOptions {
  readonly words: readonly string[];
  readonly flags: Readonly<Record<string, unknown>>;
}

interface CommandSpec {
  readonly name: string;
  readonly words: string;
  readonly description: string;
  readonly flags: readonly (readonly [flags: string, description: string])[];
  /** Flags of the chat that it takes too, by their names in {@link RunOptions}. */
  readonly shared?: readonly string[];
}

const JSON_FLAG = ['--json', 'one JSON value instead of text'] as const;
/** Flags of the chat that also make sense for `serve`: what a session may do, and what it costs. */
const SERVED = [
  'model',
  'maxTurns',
  'budget',
  'toolTimeout',
  'appendSystemPrompt',
  'tools',
  'permissionMode',
  'iKnow',
  'allow',
  'deny',
  'trust',
  'requireSandbox',
  'session',
  'agUiCompat',
] as const satisfies readonly (keyof RunOptions)[];
const FORMAT_FLAG = ['-o, --output-format <format>', 'any of the output formats of the chat'] as const;

/** The commands beside the chat; `--help`, the completion and the docs are made from this. */
export const COMMANDS = [
  {
    name: 'models',
    words: '[filter]',
    description: 'list the models that can be used now, and what the others lack',
    flags: [JSON_FLAG],
  },
  {
    name: 'doctor',
    words: '',
    description: 'explain this setup: models, keys, local and MCP servers, sandbox, terminal',
    flags: [JSON_FLAG],
  },
  {
    name: 'sessions',
    words: '[action] [session] [more...]',
    description: 'the saved sessions: list, show ID, export ID [FILE or -], delete ID …',
    flags: [JSON_FLAG, ['--format <format>', 'of an export: markdown, html, json, jsonl']],
  },
  {
    name: 'replay',
    words: '<file>',
    description: 'play a recording or a saved session again, on the screen or in any format',
    flags: [
      ['--speed <n>', 'so many times faster; 0 waits for nothing'],
      ['--until <seconds>', 'stop there'],
      FORMAT_FLAG,
      ['--plain', 'only ever append lines'],
    ],
  },
  {
    name: 'stats',
    words: '[groups...]',
    description: 'what was used, by day, model, tool and session',
    flags: [JSON_FLAG],
  },
  {
    name: 'serve',
    words: '',
    description: 'offer this agent to AG-UI front ends and other programs over HTTP',
    flags: [
      ['--port <n>', 'where to listen; 0 takes a free port'],
      ['--host <address>', 'a loopback address'],
      ['--allow-origin <origin...>', 'web pages that may connect'],
      JSON_FLAG,
    ],
    shared: SERVED,
  },
  {
    name: 'connect',
    words: '<url> [prompt...]',
    description: 'chat with any AG-UI agent in this terminal, or have it answer in a pipe',
    flags: [
      ['-p, --print', 'answer on standard output and exit'],
      FORMAT_FLAG,
      ['--input-format <format>', 'what standard input holds: text or stream-json'],
      ['--header <header...>', 'sent with every request, "Name: value"'],
      ['--token <token>', 'sent as a bearer token'],
      ['--plain', 'only ever append lines'],
      ['-q, --quiet', 'nothing on standard error but errors'],
      ['--verbose', 'say more on standard error'],
    ],
  },
  {
    name: 'mcp',
    words: '[server]',
    description: 'connect to the MCP servers of the config file and list their tools',
    flags: [JSON_FLAG],
  },
  { name: 'config', words: '[what]', description: 'show the config file, or the keys it knows', flags: [JSON_FLAG] },
] as const satisfies readonly CommandSpec[];

const EXAMPLES = `
Also: agent-chat completion bash|zsh|fish|powershell prints a completion script.

Examples:
  agent-chat                                   chat
  agent-chat "fix the failing test"            chat, starting with this
  agent-chat -p "list the files here"          answer and exit
  git diff | agent-chat -p "review this"       answer about piped text
  agent-chat -p "why does it say {}?" < log    piped text in the place of {}

Environment: ANTHROPIC_API_KEY, OPENAI_API_KEY and other keys; ANTHROPIC_BASE_URL, OPENAI_BASE_URL,
OLLAMA_HOST for other addresses; AGENT_CHAT_MODEL; HTTPS_PROXY, NO_PROXY; NO_COLOR. More: docs/models.md.

Exit codes: 0 answered, 1 failed, 2 usage, 3 halted by a limit or cut, 4 key missing or refused,
5 an approval was needed and nobody could give it, 6 the model refused, 70 a fault of the
program's own, 129/130/143 by signal.`;

/** Reads the command line and does what it says. Resolves with the exit code; never throws for a wrong usage. */
export async function runProgram(argv: readonly string[], actions: Actions): Promise<number> {
  const meant = nearCommand(argv);
  if (meant !== undefined) {
    throw new CliError(
      `unknown command ${argv[0]}: did you mean ${meant}? For a prompt of one word: agent-chat -- ${argv[0]}`,
    );
  }
  let exitCode: number = EXIT.answered;
  const program = chatCommand(async (options) => {
    exitCode = await actions.run(options);
  });
  for (const spec of isPrompt(argv, program) ? [] : COMMANDS) {
    const command = addCommand(program, spec);
    command.action(async () => {
      exitCode = await actions.command(spec.name, { words: command.args, flags: flagsOf(command, program) });
    });
  }
  if (argv[0] === 'complete' && argv[1] === '--') {
    await (await import('./completion/run-completion.ts')).printSuggestions(program, argv.slice(2));
    return EXIT.answered;
  }
  if (argv[0] === 'completion') (await import('./completion/run-completion.ts')).addCompletion(program);
  try {
    await program.parseAsync(askedForHelp(argv) ?? [...argv], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? EXIT.answered : EXIT.usage;
  }
  return exitCode;
}

/** Behind `-p` and behind `--` a word is what is asked, whatever it is called. */
function isPrompt(argv: readonly string[], program: Command): boolean {
  const { words, flags, isAfterDashes } = readWords(argv, program.options, 1);
  return words.length > 0 && (isAfterDashes || flags.has('print'));
}

function addCommand(program: Command, { name, words, description, flags, shared = [] }: CommandSpec): Command {
  const command = program.command(`${name} ${words}`.trim()).description(description);
  for (const [flag, meaning] of flags) command.option(flag, meaning);
  for (const option of runOptions()) if (shared.includes(option.attributeName())) command.addOption(option);
  refuseBoth(command, ['tools', 'no-tools']);
  return command;
}

/** Of a flag and its opposite the last one would hold without a word. */
function refuseBoth(command: Command, flags: readonly string[]): void {
  const given = new Set<string>();
  for (const flag of flags) {
    command.on(`option:${flag}`, () => {
      given.add(`--${flag}`);
      if (given.size > 1) throw new CliError(`${[...given].join(' and ')} do not go together.`);
    });
  }
}

/**
 * Gives the flags of a command wherever they stood: before its name they are read as those of the chat. One that the
 * command does not take is a {@link CliError}, since it would have no effect.
 */
function flagsOf(command: Command, program: Command): Record<string, unknown> {
  const flags = command.opts();
  for (const option of program.options) {
    const name = option.attributeName();
    const value = program.getOptionValue(name);
    if (program.getOptionValueSource(name) !== 'cli' || option.negate !== (value === false)) continue;
    if (!command.options.some((own) => own.attributeName() === name)) {
      throw new CliError(`${command.name()} does not take ${option.long}. See agent-chat ${command.name()} --help.`);
    }
    if (Array.isArray(flags[name]) && option.defaultValue !== undefined) flags[name] = [...value, ...flags[name]];
    else if (command.getOptionValueSource(name) !== 'cli') flags[name] = value;
  }
  return flags;
}

/** The words that may stand where a command does. */
const FIRST_WORDS: readonly string[] = [...COMMANDS.map(({ name }) => name), 'completion', 'help'];

/** Gives the command that a single word is a slip of: nobody starts a chat with `modles`. */
function nearCommand(argv: readonly string[]): string | undefined {
  const [word = '', ...rest] = argv;
  if (rest.length > 0 || !/^[a-z]{3,12}$/i.test(word) || FIRST_WORDS.includes(word) || word === 'complete')
    return undefined;
  const slips = (name: string): number => editDistance(word.toLowerCase(), name);
  const [nearest] = FIRST_WORDS.toSorted((one, other) => slips(one) - slips(other));
  return nearest !== undefined && slips(nearest) <= (nearest.length > 5 ? 2 : 1) ? nearest : undefined;
}

/** Reads `help` and `help COMMAND` as the flag; with any other word behind it, it begins a prompt. */
function askedForHelp([first, name, ...rest]: readonly string[]): string[] | undefined {
  if (first !== 'help' || rest.length > 0) return undefined;
  if (name === undefined) return ['--help'];
  return COMMANDS.some((command) => command.name === name) ? [name, '--help'] : undefined;
}

function chatCommand(run: (options: RunOptions) => Promise<void>): Command {
  const command = new Command('agent-chat')
    .description('Chat in the terminal with an agent that uses tools. Any model, switched at any moment.')
    .argument('[prompt...]', 'what to start with; with -p, what to answer; @file in it attaches a file of this folder')
    .version(AGENT_CHAT_VERSION, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .enablePositionalOptions()
    .showHelpAfterError('Try agent-chat --help.')
    .addHelpText('after', EXAMPLES)
    .configureOutput(isOnTerminal() ? {} : PRINTING)
    .exitOverride();
  for (const option of runOptions()) command.addOption(option);
  refuseBoth(command, ['tools', 'no-tools']);
  return command.action(async (words: string[]) => {
    const { inputFormat, ...flags } = command.opts();
    const prompt = words.join(' ');
    await run({ ...flags, inputFormat, ...(words.length > 0 ? { prompt } : {}) } as RunOptions);
  });
}

function isOnTerminal(): boolean {
  return fstatSync(1).isCharacterDevice();
}

/** Prints help into a file or a pipe without making a stream of it, which costs as much as the rest of `--help`. */
const PRINTING = {
  writeOut: (text: string): void => {
    try {
      writeSync(1, text);
    } catch (error) {
      if (errorCode(error) !== 'EPIPE') process.stdout.write(text);
    }
  },
  getOutHelpWidth: () => 80,
  getOutHasColors: () => false,
};
