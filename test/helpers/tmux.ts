import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bytesOf } from './key-bytes.ts';
import { commandLine, environment, picture, type TerminalSetup } from './terminal.ts';

/** The built program in a real tmux that reads no configuration and has a socket of its own. */
export interface TmuxRun {
  /** The visible rows without trailing blanks. */
  screen(): string[];
  /** The rows of the scrollback and of the screen; those that tmux wrapped are joined. */
  everything(): string[];
  cursor(): { readonly row: number; readonly column: number };
  type(text: string): void;
  press(...keys: string[]): void;
  /** Gives the window another size at once; the program hears of it a moment later. */
  resize(columns: number, rows: number): void;
  /** Resolves when it is true; else fails with a picture of the screen. */
  waitFor(what: string, isTrue: () => boolean): Promise<void>;
  isOver(): boolean;
  /** Ends the program if it still runs and removes its folders. */
  close(): Promise<void>;
}

const WAIT_MS = 45_000;
const LOOK_MS = 30;

/** Tells whether there is a tmux to test with. */
export function hasTmux(): boolean {
  return spawnSync('tmux', ['-V']).status === 0;
}

/** Runs the built program in a window of tmux. */
export function startTmux(setup: TerminalSetup): TmuxRun {
  const { cols = 80, rows = 24 } = setup;
  const home = mkdtempSync(join(tmpdir(), 'agent-chat-tmux-'));
  const cwd = join(home, 'work');
  const { file, args } = commandLine(setup, home, cwd);
  const tmux = (...command: readonly string[]): string =>
    execFileSync('tmux', ['-S', join(home, 'socket'), '-f', '/dev/null', ...command], {
      encoding: 'utf8',
      cwd: home,
      env: { ...environment(setup, home), TERM: 'xterm-256color' },
    });
  const size = ['-x', String(cols), '-y', String(rows)];
  const options = [
    ...['set', '-g', 'history-limit', '50000', ';', 'set', '-g', 'status', 'off', ';'],
    ...['set', '-g', 'default-terminal', 'tmux-256color', ';', 'set', '-g', 'remain-on-exit', 'on', ';'],
  ];
  tmux('start-server', ';', ...options, 'new-session', '-d', ...size, '-c', cwd, '--', file, ...args);
  const shown = (format: string): number[] => tmux('display-message', '-p', format).trim().split(' ').map(Number);
  const captured = (...flags: readonly string[]): string[] => {
    const lines = tmux('capture-pane', '-p', ...flags)
      .split('\n')
      .map((text) => text.trimEnd());
    while (lines.at(-1) === '') lines.pop();
    return lines;
  };
  const run: TmuxRun = {
    screen: () => captured(),
    everything: () => captured('-J', '-S', '-'),
    cursor: () => {
      const [column = 0, row = 0] = shown('#{cursor_x} #{cursor_y}');
      return { row, column };
    },
    type: (text) => void tmux('send-keys', '-l', '--', text),
    press: (...keys) => {
      for (const key of keys) {
        const bytes = [...Buffer.from(bytesOf(key))].map((byte) => byte.toString(16));
        tmux('send-keys', '-H', ...bytes);
      }
    },
    resize: (columns, height) => void tmux('resize-window', '-x', String(columns), '-y', String(height)),
    waitFor: async (what, isTrue) => {
      const place = new Error();
      const end = performance.now() + WAIT_MS;
      while (!isTrue()) {
        if (performance.now() > end) {
          place.message = `Time ran out before the screen showed ${what}:\n${picture(run.screen())}`;
          throw place;
        }
        await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
      }
    },
    isOver: () => shown('#{pane_dead}')[0] === 1,
    close: async () => {
      const [pid = 0] = shown('#{pane_pid}');
      tmux('kill-server');
      // It still writes to its session as it ends.
      while (existsSync(`/proc/${pid}`)) await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
      rmSync(home, { recursive: true, force: true });
    },
  };
  return run;
}
