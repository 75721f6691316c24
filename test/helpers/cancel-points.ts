import { readdirSync, readlinkSync } from 'node:fs';
import type { AgentMessage } from '../../src/messages.ts';
import type { ModelAnswer } from './model-server/answers.mjs';
import type { ModelServer, ModelServerRequest, RawAnswer } from './model-server/model-server.ts';

/** A command whose whole tree ignores SIGTERM, and one whose daemon left its group and holds its pipes. */
const STUBBORN = "trap '' TERM; (sleep 61 & sleep 62) & echo up-a; while :; do sleep 1; done";
const DAEMON = 'setsid sh -c "trap \'\' TERM; sleep 63" & echo up-b; sleep 60';

/** Where a turn of two model calls and two commands can be cancelled. */
export const CANCEL_POINTS = [
  'headers',
  'start',
  'thought',
  'text',
  'arguments',
  'end',
  'asking',
  'running',
  'between',
  'retry',
] as const;
export type CancelPoint = (typeof CANCEL_POINTS)[number];

const PAUSES = ['start', 'thought', 'text', 'arguments', 'end'] as const;

/** Says what a service answers to the turn `point:NAME`: thought, text and two commands, then the answer. */
export function answerAt(request: ModelServerRequest): ModelAnswer | RawAnswer {
  const text = JSON.stringify(request.body);
  const [point = '', serial = ''] = [...text.matchAll(/point:(\w+):(\w+)/g)].at(-1)?.slice(1) ?? [];
  const since = text.slice(text.lastIndexOf(`point:${point}:${serial}`));
  const place = `${point}:${serial}`;
  if (point === 'headers') return { bytes: '', is_silent: true };
  if (point === 'retry') return { status: 529, bytes: '{}', headers: { 'retry-after': '30' } };
  if (point === '' || point === 'next') return { thoughts: 'So it was.', text: 'All is fine.' };
  if (/tool_result|function_call_output|"role":"tool"/.test(since))
    return { text: 'Done.', ...(point === 'between' ? { pause_at: { start: place } } : {}) };
  const pause = PAUSES.find((name) => name === point);
  return {
    thoughts: 'I look first.',
    text: 'Let me see. ',
    calls: [
      {
        id: `call_${serial}_a`,
        name: 'run_command',
        arguments: { command: point === 'between' ? 'echo up-a' : STUBBORN },
      },
      {
        id: `call_${serial}_b`,
        name: 'run_command',
        arguments: { command: point === 'between' ? 'echo up-b' : DAEMON },
      },
    ],
    ...(pause === undefined ? {} : { pause_at: { [pause]: place } }),
  };
}

/** Resolves when the turn has come to its point, by what the service or the log says. */
export async function reached(
  point: CancelPoint,
  { server, serial, says }: { server: ModelServer; serial: string; says: Says },
): Promise<void> {
  switch (point) {
    case 'headers':
      return arrival(server);
    case 'asking':
      return says((message) => message.type === 'approval_requested');
    case 'running':
      await says((message) => message.type === 'tool_output' && message.chunk.includes('up-a'));
      return says((message) => message.type === 'tool_output' && message.chunk.includes('up-b'));
    case 'retry':
      return says((message) => message.type === 'retrying');
    default:
      return server.reaches(`${point}:${serial}`);
  }
}

async function arrival(server: ModelServer): Promise<void> {
  const isLast = (): boolean => JSON.stringify(server.requests.at(-1)?.body ?? '').includes('point:headers');
  while (!isLast()) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** Resolves when a message of the running turn fits. */
export type Says = (fits: (message: AgentMessage) => boolean) => Promise<void>;

/** Gives the processes that work in a folder, other than the given one. */
function processesIn(folder: string, except: number | undefined): string[] {
  return readdirSync('/proc').filter((entry) => {
    if (!/^\d+$/.test(entry) || Number(entry) === except) return false;
    try {
      return readlinkSync(`/proc/${entry}/cwd`) === folder;
    } catch {
      return false;
    }
  });
}

/** Gives the processes that stay in a folder: one that was killed is gone in a moment, on a busy machine a longer one. */
export async function processesLeftIn(folder: string, except: number | undefined): Promise<string[]> {
  const end_ms = performance.now() + 10_000;
  for (;;) {
    const left = processesIn(folder, except);
    if (left.length === 0 || performance.now() > end_ms) return left;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
