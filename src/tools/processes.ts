import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';

/** The variable that marks every process of a call, whatever session or group it moves to. */
export const CALL_TAG = 'AGENT_CHAT_CALL';

/** The processes of one call: the group of its leader, and whoever inherited its tag. */
export interface ProcessFamily {
  readonly leader: number;
  /** The value of {@link CALL_TAG}; unique to the call. */
  readonly tag: string;
}

/** Lists the living processes of a call. Where there is no `/proc`, the group counts as one process. */
export function livingProcesses({ leader, tag }: ProcessFamily): readonly number[] {
  const ids = processIds();
  if (ids === undefined) return isGroupAlive(leader) ? [leader] : [];
  const mark = Buffer.from(`${CALL_TAG}=${tag}\0`);
  return ids.filter((id) => id !== process.pid && isMember(id, leader, mark));
}

/** Makes the value of {@link CALL_TAG} for a new call: it names this process, so that what outlives it can be told. */
export function newCallTag(): string {
  return `${process.pid}.${randomUUID()}`;
}

/** Lists one process of each call whose program is gone, with its command line; empty where there is no `/proc`. */
export function orphanedCalls(): readonly { readonly id: number; readonly command: string }[] {
  const found = new Map<string, { id: number; command: string }>();
  for (const id of processIds() ?? []) {
    const [, tag = '', owner = ''] = OWNED_TAG.exec(read(`/proc/${id}/environ`)) ?? [];
    if (tag === '' || found.has(tag) || groupAndState(Number(owner)) !== undefined) continue;
    const command = commandLine(id);
    if (command !== '') found.set(tag, { id, command });
  }
  return [...found.values()];
}

/** Gives what a process was started with, in words; empty where that cannot be read. */
export function commandLine(id: number): string {
  return Buffer.from(read(`/proc/${id}/cmdline`), 'latin1')
    .toString('utf8')
    .split('\0')
    .join(' ')
    .trim();
}

const OWNED_TAG = new RegExp(`(?:^|\\0)${CALL_TAG}=((\\d+)\\.[\\w-]+)\\0`);

function read(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

/** Sends a signal to the group of a call and to those who left the group. */
export function signalProcesses(family: ProcessFamily, signal: 'SIGTERM' | 'SIGKILL'): void {
  send(-family.leader, signal);
  if (processIds() === undefined) return;
  for (const id of livingProcesses(family)) send(id, signal);
}

function send(id: number, signal: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(id, signal);
  } catch {
    // It is gone, which is what was wanted.
  }
}

function isMember(id: number, leader: number, mark: Buffer): boolean {
  const stat = groupAndState(id);
  if (stat === undefined || stat.state === 'Z' || stat.state === 'X') return false;
  return stat.group === leader || hasMark(id, mark);
}

/** Reads state and process group; the name before them may hold anything, parentheses too. */
function groupAndState(id: number): { state: string; group: number } | undefined {
  try {
    const stat = readFileSync(`/proc/${id}/stat`, 'latin1');
    const [state = '', , group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { state, group: Number(group) };
  } catch {
    return undefined;
  }
}

function hasMark(id: number, mark: Buffer): boolean {
  try {
    return readFileSync(`/proc/${id}/environ`).includes(mark);
  } catch {
    return false;
  }
}

function processIds(): readonly number[] | undefined {
  if (process.platform !== 'linux') return undefined;
  try {
    return readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []));
  } catch {
    return undefined;
  }
}

function isGroupAlive(leader: number): boolean {
  try {
    process.kill(-leader, 0);
    return true;
  } catch {
    return false;
  }
}
