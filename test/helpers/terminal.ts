import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import pty from '@lydell/node-pty';
import xterm from '@xterm/headless';
import { bytesOf } from './key-bytes.ts';

export interface TerminalSetup {
  readonly args?: readonly string[];
  /** The script that the model plays: an array of responses. Ignored when `args` name a model. */
  readonly script?: unknown;
  readonly cols?: number;
  readonly rows?: number;
  readonly env?: Readonly<Record<string, string>>;
  /** Files that the working directory holds: path → text. */
  readonly files?: Readonly<Record<string, string>>;
  /** The home folder of an earlier run, to go on in it. */
  readonly home?: string;
  /** A shell line in which `"$@"` stands for the program; the program itself unless given. */
  readonly wrapper?: string;
  /** Adds to the config file. */
  readonly config?: Readonly<Record<string, unknown>>;
}

export interface TerminalRun {
  readonly home: string;
  readonly cwd: string;
  /** The visible rows without trailing blanks. */
  screen(): string[];
  /** Everything that scrolled off and what is visible; rows that the terminal wrapped are joined. */
  scrollback(): string[];
  /** Every byte that the program wrote. */
  output(): string;
  /** Resolves when the screen holds the text, matches, or fulfils; else fails with a picture of the screen. */
  waitFor(what: string | RegExp | (() => boolean), timeout_ms?: number): Promise<void>;
  /** Resolves when the whole output holds the text. */
  waitForOutput(text: string): Promise<void>;
  type(text: string): void;
  paste(text: string): void;
  press(...keys: string[]): void;
  resize(cols: number, rows: number): void;
  cursor(): { readonly row: number; readonly column: number; readonly isHidden: boolean };
  /** The process id of the program itself. */
  pid(): number;
  kill(signal: NodeJS.Signals): void;
  readonly exit: Promise<{ readonly exitCode: number; readonly signal?: number }>;
  /** Ends the program if it still runs and removes its folders. */
  close(): Promise<void>;
}

/** The program under test: the one built here, or another. */
const PROGRAM = process.env.AGENT_CHAT_PROGRAM ?? resolve(import.meta.dirname, '../../bin/agent-chat.js');
const WAIT_MS = 45_000;

/** Runs the built program in a terminal of its own. */
export async function startTerminal(setup: TerminalSetup = {}): Promise<TerminalRun> {
  if (!existsSync(resolve(PROGRAM, '../../dist/main.cjs'))) throw new Error('Build first: npm run build');
  const { cols = 80, rows = 24 } = setup;
  const home = setup.home ?? mkdtempSync(join(tmpdir(), 'agent-chat-terminal-'));
  const cwd = join(home, 'work');
  const terminal = new xterm.Terminal({ cols, rows, scrollback: 50_000, allowProposedApi: true });
  const command = commandLine(setup, home, cwd);
  const child = pty.spawn(command.file, command.args, {
    name: 'xterm-256color',
    cols,
    rows,
    cwd,
    env: environment(setup, home),
    encoding: null,
  });
  const watchers = new Set<() => void>();
  const changed = (): void => {
    for (const watcher of [...watchers]) watcher();
  };
  let output = '';
  let isOver = false;
  child.onData((data: string | Buffer) => {
    const bytes = Buffer.from(data);
    output += bytes.toString('latin1');
    terminal.write(bytes, changed);
  });
  // Where the cursor is, the terminal tells whoever asks.
  terminal.onData((data) => {
    if (/^\u001b\[\d+;\d+R$/.test(data) && !isOver) child.write(data);
  });
  const exit = new Promise<{ exitCode: number; signal?: number }>((done) => {
    child.onExit((ending) => {
      isOver = true;
      terminal.write('', () => {
        changed();
        done(ending);
      });
    });
  });

  function waitUntil(isTrue: () => boolean, what: string, timeout_ms = WAIT_MS): Promise<void> {
    const place = new Error();
    return new Promise((done, fail) => {
      const end = (error?: Error): void => {
        clearTimeout(timer);
        watchers.delete(look);
        if (error === undefined) done();
        else fail(error);
      };
      const problem = (why: string): Error => {
        place.message = `${why} before the screen showed ${what}:\n${picture(screen())}`;
        return place;
      };
      const look = (): void => {
        if (isTrue()) end();
        else if (isOver) end(problem('The program ended'));
      };
      const timer = setTimeout(() => end(problem('Time ran out')), timeout_ms);
      watchers.add(look);
      look();
    });
  }

  const screen = (): string[] =>
    lines(terminal, terminal.buffer.active.baseY, terminal.buffer.active.baseY + terminal.rows);
  const run: TerminalRun = {
    home,
    cwd,
    screen,
    scrollback: () => joined(terminal),
    output: () => output,
    waitFor: (what, timeout_ms) => {
      const isTrue = typeof what === 'function' ? what : () => found(what, screen().join('\n'));
      return waitUntil(isTrue, String(what), timeout_ms);
    },
    waitForOutput: (text) => waitUntil(() => output.includes(text), JSON.stringify(text)),
    type: (text) => child.write(text),
    paste: (text) => child.write(`\u001b[200~${text}\u001b[201~`),
    press: (...keys) => {
      for (const key of keys) child.write(bytesOf(key));
    },
    resize: (width, height) => {
      terminal.resize(width, height);
      child.resize(width, height);
    },
    cursor: () => ({
      row: terminal.buffer.active.cursorY,
      column: terminal.buffer.active.cursorX,
      isHidden: output.lastIndexOf('\u001b[?25l') > output.lastIndexOf('\u001b[?25h'),
    }),
    pid: () => (setup.wrapper === undefined ? child.pid : childOf(child.pid)),
    kill: (signal) => process.kill(run.pid(), signal),
    exit,
    close: async () => {
      if (!isOver) child.kill('SIGKILL');
      await exit;
      terminal.dispose();
      if (setup.home === undefined) rmSync(home, { recursive: true, force: true });
    },
  };
  return run;
}

export function commandLine(setup: TerminalSetup, home: string, cwd: string): { file: string; args: string[] } {
  const config = join(home, 'config/agent-chat');
  execFileSync('mkdir', ['-p', cwd, config]);
  for (const [path, text] of Object.entries(setup.files ?? {})) {
    execFileSync('mkdir', ['-p', resolve(cwd, path, '..')]);
    writeFileSync(join(cwd, path), text);
  }
  if (setup.config !== undefined) writeFileSync(join(config, 'config.jsonc'), JSON.stringify(setup.config));
  const args = [...(setup.args ?? [])];
  if (setup.script !== undefined && !args.some((arg) => arg === '--model' || arg === '-m')) {
    const path = join(home, 'script.json');
    writeFileSync(path, JSON.stringify(setup.script));
    args.unshift('--model', `script:${path}`);
  }
  const program = [process.execPath, PROGRAM, ...args];
  if (setup.wrapper === undefined) return { file: process.execPath, args: program.slice(1) };
  return { file: '/bin/sh', args: ['-c', setup.wrapper, 'sh', ...program] };
}

/** Nothing of the surroundings of the tests: no keys, no `CI`, folders of its own. */
export function environment(setup: TerminalSetup, home: string): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '/usr/bin:/bin',
    HOME: home,
    TERM: 'xterm-256color',
    COLORTERM: 'truecolor',
    LANG: 'C.UTF-8',
    XDG_CONFIG_HOME: join(home, 'config'),
    XDG_STATE_HOME: join(home, 'state'),
    XDG_DATA_HOME: join(home, 'data'),
    XDG_CACHE_HOME: join(home, 'cache'),
    OLLAMA_HOST: 'http://127.0.0.1:9',
    ...setup.env,
  };
}

function childOf(pid: number): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
  const child = Number(children[0]);
  if (!(child > 0)) throw new Error(`The shell ${pid} has no child.`);
  return child;
}

function found(what: string | RegExp, text: string): boolean {
  return typeof what === 'string' ? text.includes(what) : what.test(text);
}

function lines(terminal: xterm.Terminal, from: number, to: number): string[] {
  const { active } = terminal.buffer;
  return Array.from({ length: to - from }, (_, index) => active.getLine(from + index)?.translateToString(true) ?? '');
}

function joined(terminal: xterm.Terminal): string[] {
  const { active } = terminal.buffer;
  const result: string[] = [];
  for (let at = 0; at < active.length; at += 1) {
    const line = active.getLine(at);
    const isContinued = active.getLine(at + 1)?.isWrapped === true;
    const text = line?.translateToString(!isContinued) ?? '';
    if (line?.isWrapped === true) result[result.length - 1] += text;
    else result.push(text);
  }
  while (result.at(-1) === '') result.pop();
  return result;
}

export function picture(rows: readonly string[]): string {
  const last = rows.findLastIndex((row) => row !== '') + 1;
  return rows
    .slice(0, last)
    .map((row) => `│${row}`)
    .join('\n');
}

/** Lists the session files of a run, for what is left behind. */
export function sessionFiles(home: string): string[] {
  const found: string[] = [];
  const walk = (folder: string): void => {
    for (const entry of existsSync(folder) ? readdirSync(folder, { withFileTypes: true }) : []) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) walk(path);
      else if (entry.name.endsWith('.jsonl') && entry.name !== 'prompts.jsonl') found.push(path);
    }
  };
  walk(join(home, 'state'));
  walk(join(home, 'data'));
  return found;
}
