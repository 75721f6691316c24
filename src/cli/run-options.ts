import { InvalidArgumentError, Option } from 'commander';
import { LONGEST_TIMER_S } from '../longest-timer.ts';
import { isSessionId } from '../sessions/session-paths.ts';

/** Makes the flags of the chat; their names are those of `RunOptions`. */
export function runOptions(): Option[] {
  const list = (value: string, previous: readonly string[]): readonly string[] => [...previous, value];
  return [
    new Option('-p, --print', 'answer on standard output and exit'),
    new Option('-o, --output-format <format>', 'text, json, stream-json, or another vocabulary').default('text'),
    new Option('--input-format <format>', 'what standard input holds').choices(['text', 'stream-json']).default('text'),
    new Option('-m, --model <model>', 'provider/model[:effort]; several joined with "," take turns'),
    new Option('-c, --continue', 'go on with the newest session of this folder'),
    new Option('-r, --resume [id]', 'go on with a session, by id or name; without one, pick'),
    new Option('--session-id <id>', 'call the new session so, or go on with the one that is called so').argParser(
      sessionId,
    ),
    new Option('--max-turns <n>', 'model calls in one turn').argParser(wholeNumber),
    new Option('--budget <dollars>', 'halt when the session has cost this').argParser(positiveNumber),
    new Option('--tool-timeout <seconds>', 'how long a command may run').argParser(timerSeconds),
    new Option('--json-schema <schema>', 'with -p: an answer that fits this JSON Schema, a file or the schema itself'),
    new Option('--append-system-prompt <text>', 'tell the model this with every request'),
    new Option(
      '--tools <names>',
      'only these tools, joined with ","; those of MCP servers as mcp__server__tool',
    ).argParser((value) => value.split(',').map((name) => name.trim())),
    new Option('--no-tools', 'no tools at all'),
    new Option('--permission-mode <mode>', 'what needs no question: plan, ask, edits, auto, full'),
    new Option('--i-know', 'allow the mode full as root outside a container'),
    new Option('--allow <prefix>', 'let commands that begin so, or mcp__server__tool, run without a question')
      .argParser(list)
      .default([]),
    new Option('--deny <prefix>', 'never run commands that begin so, or mcp__server__tool').argParser(list).default([]),
    new Option('--trust', 'use the instructions and rules of this folder'),
    new Option('--require-sandbox', 'fail where commands cannot be put in a sandbox'),
    new Option('--no-session', 'keep nothing on disk'),
    new Option('--record <file>', 'write every message with its time to a file, for replay'),
    new Option('--events <target>', 'also write a vocabulary to FILE or fd:N; as NAME=target, else stream-json')
      .argParser(list)
      .default([]),
    new Option('--ag-ui-compat <version>', 'write the event names of AG-UI 0.0.45').choices(['0.0.45']),
    new Option('--print-schema', 'print the JSON Schema of stream-json and exit'),
    new Option('--plain', 'only ever append lines: for screen readers and simple terminals'),
    new Option('-q, --quiet', 'nothing on standard error but errors'),
    new Option('--verbose', 'say more on standard error'),
  ];
}

function sessionId(value: string): string {
  if (isSessionId(value)) return value;
  throw new InvalidArgumentError('Give letters, digits, "-" and "_", at most 128, a letter or digit first.');
}

function wholeNumber(value: string): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number) || number < 1) throw new InvalidArgumentError('Give a whole number from 1.');
  return number;
}

function timerSeconds(value: string): number {
  const seconds = positiveNumber(value);
  if (seconds > LONGEST_TIMER_S) throw new InvalidArgumentError(`Give at most ${LONGEST_TIMER_S} seconds.`);
  return seconds;
}

function positiveNumber(value: string): number {
  const number = Number(value);
  if (!Number.isFinite(number) || number <= 0) throw new InvalidArgumentError('Give a number above 0.');
  return number;
}
