import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import type { AgentMessage } from '../../src/messages.ts';

/** The program under test: the one built here, or another. */
export const PROGRAM = process.env.AGENT_CHAT_PROGRAM ?? resolve(import.meta.dirname, '../../bin/agent-chat.js');

/** A home of its own, with a working folder in it; both are removed after the test. */
export interface Home {
  readonly path: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

export function makeHome(files: Readonly<Record<string, string>> = {}): Home {
  const path = mkdtempSync(join(tmpdir(), 'agent-chat-pipe-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(path, name), content);
  return homeIn(path);
}

/** Makes a home of a folder that is the caller's to remove: for suites, where no one test could do it. */
export function homeIn(path: string): Home {
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: path,
    XDG_STATE_HOME: join(path, 'state'),
    XDG_CONFIG_HOME: join(path, 'config'),
    // Shared by all tests: the compiled code is the same.
    XDG_CACHE_HOME: join(tmpdir(), 'agent-chat-test-cache'),
  };
  return { path, cwd: path, env };
}

export interface ProgramStart {
  readonly home?: Home;
  readonly env?: Readonly<Record<string, string>>;
  /** Written to standard input, which is then closed. `idle`: a pipe that nobody writes to; absent: empty. */
  readonly input?: string | 'idle';
}

export interface ProgramEnd {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the built program in pipes, to its end. */
export async function runProgram(args: readonly string[], start: ProgramStart = {}): Promise<ProgramEnd> {
  return startProgram(args, start).ended;
}

/** Starts the built program in pipes. */
export function startProgram(
  args: readonly string[],
  { home = makeHome(), env = {}, input }: ProgramStart = {},
): { readonly child: ChildProcessWithoutNullStreams; readonly ended: Promise<ProgramEnd> } {
  const child = spawn(process.execPath, [PROGRAM, ...args], { cwd: home.cwd, env: { ...home.env, ...env } });
  if (input === undefined) child.stdin.end();
  else if (input !== 'idle') child.stdin.end(input);
  const code = new Promise<number | null>((done) => child.once('exit', done));
  const ended = (async () => {
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
    return { code: await code, stdout, stderr };
  })();
  return { child, ended };
}

/** Reads `stream-json` output. */
export function readMessages(stdout: string): AgentMessage[] {
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as AgentMessage);
}
