import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { type ProcessStat, readProcessStat } from '../../process-stat.ts';

/** The variable that marks every process of a call, whatever session or group it moves to. */
export const CALL_TAG = 'AGENT_CHAT_CALL';

/** The processes of one call: the group of its leader, whoever inherited its tag or holds its output, and whom these started. */
export interface ProcessFamily {
  readonly leader: number;
  /** The value of {@link CALL_TAG}; unique to the call. */
  readonly tag: string;
  /** What {@link outputLinks} says of the leader; absent: nobody is looked for by it, which takes longer. */
  readonly outputs?: readonly string[];
  /** Who was found before, by id, with when it began: an end of its parent does not hide it. Grows with every look. */
  readonly seen: Map<number, string>;
}

/** Begins to know the processes of a call. */
export function processFamily(leader: number, tag: string): ProcessFamily {
  return { leader, tag, seen: new Map() };
}

/** Lists the living processes of a call. Where there is no `/proc`, the group counts as one process. */
export function livingProcesses(family: ProcessFamily): readonly number[] {
  const ids = processIds();
  if (ids === undefined) return isGroupAlive(family.leader) ? [family.leader] : [];
  const mark = Buffer.from(`${CALL_TAG}=${family.tag}\0`);
  const all = ids.flatMap((id) => (id === process.pid || id === 1 ? [] : (readLiving(id) ?? [])));
  const members = new Set(all.filter((one) => isMember(one, family, mark)).map(({ id }) => id));
  addDescendants(members, all);
  for (const { id, start } of all) if (members.has(id)) family.seen.set(id, start);
  return [...members];
}

function readLiving(id: number): Process | undefined {
  const found = readProcessStat(id);
  return found === undefined || found.state === 'Z' || found.state === 'X' ? undefined : { ...found, id };
}

function isMember({ id, group, start }: Process, { leader, seen, outputs = [] }: ProcessFamily, mark: Buffer): boolean {
  return group === leader || seen.get(id) === start || hasMark(id, mark) || isHolder(id, outputs);
}

/** Children of members are members, whatever they took off. */
function addDescendants(members: Set<number>, all: readonly Process[]): void {
  for (let before = -1; before !== members.size; ) {
    before = members.size;
    for (const { id, parent } of all) if (members.has(parent)) members.add(id);
  }
}

/** Names the ends that a process writes its output to, as the system names them to whoever else holds them; empty where it does not. */
export function outputLinks(id: number): readonly string[] {
  return [1, 2].map((fd) => linkAt(`/proc/${id}/fd/${fd}`)).filter((link) => /^(socket|pipe):\[\d+\]$/.test(link));
}

function isHolder(id: number, outputs: readonly string[]): boolean {
  if (outputs.length === 0) return false;
  try {
    return readdirSync(`/proc/${id}/fd`).some((fd) => outputs.includes(linkAt(`/proc/${id}/fd/${fd}`)));
  } catch {
    return false;
  }
}

function linkAt(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
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
    if (tag === '' || found.has(tag) || readProcessStat(Number(owner)) !== undefined) continue;
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
  // Looked for first: children of who ends now are nobody's then.
  const found = processIds() === undefined ? [] : livingProcesses(family);
  send(-family.leader, signal);
  for (const id of found) send(id, signal);
}

function send(id: number, signal: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(id, signal);
  } catch {
    // It is gone, which is what was wanted.
  }
}

interface Process extends ProcessStat {
  readonly id: number;
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
