// What every benchmark shares: the program, an environment without anything of this machine's user, and the report.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The built program; AGENT_CHAT_PROGRAM names another one. */
export const PROGRAM =
  process.env.AGENT_CHAT_PROGRAM ?? fileURLToPath(new URL('../../bin/agent-chat.js', import.meta.url));
/** A model of the stand-in, and no session file. */
export const MODEL = ['--model', 'openai-chat/bench', '--no-session'];

const home = mkdtempSync(join(tmpdir(), 'agent-chat-bench-home-'));

/** Gives the whole environment of a measured process; with the address of a stand-in, a key for it too. */
export function environment(url) {
  const { PATH, LANG = 'C.UTF-8' } = process.env;
  return {
    PATH,
    LANG,
    HOME: home,
    XDG_CONFIG_HOME: join(home, 'config'),
    XDG_STATE_HOME: join(home, 'state'),
    XDG_CACHE_HOME: join(home, 'cache'),
    TERM: 'xterm-256color',
    COLORTERM: 'truecolor',
    ...(url === undefined ? {} : { OPENAI_BASE_URL: url, OPENAI_API_KEY: 'sk-bench-0123456789' }),
  };
}

/** Removes the home folder of the measured processes. */
export function removeHome() {
  rmSync(home, { recursive: true, force: true });
}

/** Every figure so far. */
export const figures = [];

/** Adds a figure, and shows it. */
export function report(what, value) {
  figures.push({ what, value });
  console.log(`${what.padEnd(58)} ${value}`);
}

export function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

export function percentile(values, share) {
  return values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))];
}

export function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
