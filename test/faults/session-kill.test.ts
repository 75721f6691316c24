import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { beforeAll, expect, test } from 'vitest';
import { foldConversation } from '../../src/conversation.ts';
import { readSession } from '../../src/sessions/read-session.ts';
import { createRecorder, resumeSessionFile } from '../../src/sessions/session-file.ts';
import { SAMPLE } from '../helpers/sample-log.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

/** `KILLS=1000` is the long run. */
const KILLS = Number(process.env.KILLS ?? 40);
let program = '';

beforeAll(async () => {
  const bundle = await rolldown({ input: 'test/helpers/session-writer.ts', platform: 'node' });
  const { output } = await bundle.generate({ format: 'esm' });
  await bundle.close();
  program = output[0].code;
});

interface Ending {
  readonly acks: readonly number[];
  readonly streamed: readonly { readonly length: number; readonly at: number }[];
  readonly notices: readonly string[];
  readonly lost?: number;
}

/** Runs the writer, kills it `kill_ms` after its first sign of life, and gives what it said until then. */
async function run(
  args: readonly string[],
  { kill_ms, limit_kb }: { kill_ms?: number; limit_kb?: number } = {},
): Promise<Ending> {
  const node = [process.execPath, '--input-type=module', '-', ...args];
  const shell = ['bash', '-c', `ulimit -f ${limit_kb}; exec "$@"`, 'bash', ...node];
  const [command = '', ...rest] = limit_kb === undefined ? node : shell;
  const child = spawn(command, rest, { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(program);
  const streamed: { length: number; at: number }[] = [];
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    if (said === '' && kill_ms !== undefined) setTimeout(() => child.kill('SIGKILL'), kill_ms);
    said += text;
    const length = /streamed (\d+)\n$/.exec(text)?.[1];
    if (length !== undefined) streamed.push({ length: Number(length), at: performance.now() });
  });
  await once(child, 'close');
  const lines = said.slice(0, said.lastIndexOf('\n')).split('\n');
  const of = (name: string): string[] =>
    lines.filter((line) => line.startsWith(`${name} `)).map((line) => line.slice(name.length + 1));
  const [lost] = of('lost').map(Number);
  return { acks: of('ack').map(Number), streamed, notices: of('notice'), ...(lost === undefined ? {} : { lost }) };
}

test(
  `after ${KILLS} kills at random moments every settled message is there and the session opens`,
  async () => {
    const directory = await temporaryFolder();
    const acks = new Set<number>();
    let torn = 0;
    for (let kill = 0; kill < KILLS; kill += 1) {
      const session_id = `s${Math.floor(kill / 20)}`;
      if (kill % 20 === 0) acks.clear();
      const kill_ms = randomInt(0, 25);
      const ending = await run([directory, session_id, '1000000'], { kill_ms });
      for (const ack of ending.acks) acks.add(ack);
      torn += ending.notices.length;
      const read = await readSession(join(directory, `${session_id}.jsonl`));
      const saved = new Set(read.messages.map(({ seq }) => seq));
      const missing = [...acks].filter((ack) => !saved.has(ack));
      expect(missing, `kill ${kill} after ${kill_ms} ms`).toEqual([]);
      expect(saved.size).toBe(read.messages.length);
      expect(foldConversation(read.messages).messages.length).toBeGreaterThan(0);
      const resumed = resumeSessionFile({ directory, session_id });
      expect(resumed).toHaveProperty('file');
      if ('file' in resumed) await resumed.file.close();
    }
    expect(torn).toBeLessThanOrEqual(KILLS);
  },
  KILLS * 2000,
);

// The last second, and what a busy machine adds to it.
test('of streamed text a kill takes at most the last second', async () => {
  const directory = await temporaryFolder();
  const kill_ms = randomInt(3300, 3900);
  const { streamed } = await run([directory, 's1', '1', '100'], { kill_ms });
  const killed_at = (streamed[0]?.at ?? 0) + kill_ms;
  const { messages } = await readSession(join(directory, 's1.jsonl'));
  const saved = messages.map((message) => (message.type === 'text' ? message.chunk : '')).join('').length;
  const due = streamed.findLast(({ at }) => at < killed_at - 3000)?.length ?? 0;
  expect(saved).toBeGreaterThanOrEqual(due);
  expect(saved).toBeGreaterThan(0);
});

test.skipIf(process.platform === 'win32')(
  'a file at its size limit: the chat goes on, says so, and stays readable',
  async () => {
    const directory = await temporaryFolder();
    const ending = await run([directory, 's1', '60'], { limit_kb: 16 });
    const path = join(directory, 's1.jsonl');
    expect(ending.lost).toBeGreaterThan(0);
    expect(ending.notices).toEqual([
      `This chat is not being saved: the file has reached its size limit (${path}). It goes on in memory, and is saved as soon as that works.`,
    ]);
    expect(readFileSync(path).length).toBe(16 * 1024);
    expect((await readSession(path)).messages.length).toBeGreaterThan(20);
    const again = await run([directory, 's1', '1']);
    expect(again.lost).toBe(0);
    expect((await readSession(path)).notices).toEqual([]);
  },
);

test.runIf(process.platform === 'linux')('a full disk is said once, by its name', async () => {
  const notices: string[] = [];
  const recorder = createRecorder('/dev/full', { onNotice: (notice) => notices.push(notice) });
  for (const message of SAMPLE) recorder.write(message);
  expect(await recorder.close()).toBe(SAMPLE.length);
  expect(notices).toEqual([expect.stringContaining('no space is left on the disk (/dev/full)')]);
});
