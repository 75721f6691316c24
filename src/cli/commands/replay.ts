import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { readSession } from '../../sessions/read-session.ts';
import { replayLog } from '../../sessions/replay.ts';
import { findSession } from '../../sessions/session-directory.ts';
import { CliError, EXIT } from '../exit-codes.ts';
import { findFormat } from '../find-format.ts';
import { tell } from '../streams/standard-error.ts';
import { sessionFolder } from '../wiring/session-store.ts';
import { type CliCommand, type CommandCall, textFlag } from './cli-command.ts';

/** Plays a recording or a saved session: through the real screen, or through any format. */
export const replay: CliCommand = async (call) => {
  const { flags, output } = call;
  const path = await findRecording(call);
  const { messages, notices } = await readSession(path).catch((error: Error) => {
    throw new CliError(`Cannot replay ${path}: ${error.message}`);
  });
  if (messages.length === 0) throw new CliError(`${path} holds no recording: no line of it is a message.`);
  for (const notice of notices) tell(`${notice}\n`);
  const isOnScreen = flags.outputFormat === undefined && process.stdout.isTTY;
  const abort = new AbortController();
  const played = replayLog(messages, {
    speed: speedOf(flags.speed, isOnScreen),
    ...(flags.until === undefined ? {} : { until_s: numberOf('--until', flags.until) }),
    sleep: (duration_ms, signal) => delay(duration_ms, undefined, { signal }).catch(() => undefined),
    signal: abort.signal,
  });
  output.onClose(() => abort.abort());
  if (isOnScreen) {
    const { showReplay } = await import('../show-replay.ts');
    return showReplay(played, { isPlain: flags.plain === true, setup: call.setup, stop: () => abort.abort() });
  }
  const encoder = findFormat(textFlag(flags, 'outputFormat'));
  for await (const piece of encoder.encode(played)) await output.write(piece);
  return EXIT.answered;
};

async function findRecording({ words, setup }: CommandCall): Promise<string> {
  const [name = ''] = words;
  if (name === '-') return '/dev/stdin';
  if (existsSync(name)) return name;
  const found = await findSession(sessionFolder(setup), name);
  if ('problem' in found)
    throw new CliError(`There is no file and no session "${name}". See agent-chat sessions list.`);
  return found.session.path;
}

/** 0 waits for nothing; a format that nobody watches waits for nothing unless told. */
function speedOf(given: unknown, isOnScreen: boolean): number {
  if (given === undefined) return isOnScreen ? 1 : Number.POSITIVE_INFINITY;
  const speed = numberOf('--speed', given);
  return speed === 0 ? Number.POSITIVE_INFINITY : speed;
}

function numberOf(flag: string, given: unknown): number {
  const number = Number(given);
  if (Number.isFinite(number) && number >= 0) return number;
  throw new CliError(`${flag} takes a number from 0, not "${String(given)}".`);
}
