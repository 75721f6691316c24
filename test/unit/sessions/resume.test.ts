import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { AgentMessage } from '../../../src/messages.ts';
import { parseSession, readSession } from '../../../src/sessions/read-session.ts';
import {
  createRecorder,
  createSessionFile,
  resumeSessionFile,
  type SessionFileOptions,
} from '../../../src/sessions/session-file.ts';
import { SAMPLE } from '../../helpers/sample-log.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';

describe('resuming', () => {
  async function saved(): Promise<{ directory: string; session_id: string; path: string }> {
    const directory = await temporaryFolder();
    return { directory, session_id: 's1', path: await save({ directory, session_id: 's1' }) };
  }
  function resumed(options: SessionFileOptions) {
    const found = resumeSessionFile(options);
    if ('problem' in found) throw new Error(found.problem);
    return found;
  }

  test('goes on in the same file', async () => {
    const { path, ...options } = await saved();
    const { file, log } = resumed(options);
    expect(log.at(-1)).toEqual(SAMPLE.at(-1));
    file.write({ ...SAMPLE[0]!, resumed: true, seq: 99 } as AgentMessage);
    await file.close();
    expect((await readSession(path)).messages.map(({ seq }) => seq)).toEqual([...log.map(({ seq }) => seq), 99]);
  });

  test('a torn last line is kept aside, told, and the next record has a line of its own', async () => {
    const { path, ...options } = await saved();
    writeFileSync(path, `${readFileSync(path, 'utf8')}{"type":"text","chu`);
    const { file, log, notices } = resumed(options);
    expect(log).toHaveLength(parseSession(readFileSync(path), '').messages.length);
    expect(notices).toEqual([
      's1: the last record was cut off while it was written and is left out.',
      `What was cut off is kept in ${join(options.directory, 's1.torn')}.`,
    ]);
    expect(readFileSync(join(options.directory, 's1.torn'), 'utf8')).toBe('{"type":"text","chu\n');
    file.write({ ...SAMPLE[0]!, seq: 99 });
    await file.close();
    expect((await readSession(path)).notices).toEqual([]);
  });

  test('a last record that lacks only its line end is whole', async () => {
    const { path, ...options } = await saved();
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, text.slice(0, -1));
    const { file, log, notices } = resumed(options);
    expect(notices).toEqual([]);
    expect(log.at(-1)).toEqual(SAMPLE.at(-1));
    await file.close();
    expect(readFileSync(path, 'utf8')).toBe(text);
  });

  test('a session that is open in another window is refused with its process and the remedy', async () => {
    const { path: _path, ...options } = await saved();
    const first = resumed(options);
    const second = resumeSessionFile(options);
    expect(second).toMatchObject({
      problem: expect.stringMatching(/^Session "s1" is open in another window \(process \d+ on .+\)\. Fork it/),
      holder: { pid: process.pid },
    });
    await first.file.close();
    await resumed(options).file.close();
  });

  test.each([
    ['is gone', { pid: 2 ** 22 + 1 }],
    ['has the number of another one now', { started: '1' }],
    ['ran before the machine started anew', { boot: 'another' }],
  ])('the lock of a process that %s is taken over', async (_what, change) => {
    const { path: _path, ...options } = await saved();
    const lock = join(options.directory, 's1.lock');
    const first = resumed(options);
    const own = JSON.parse(readFileSync(lock, 'utf8'));
    await first.file.close();
    writeFileSync(lock, JSON.stringify({ ...own, ...change }));
    await resumed(options).file.close();
    expect(existsSync(lock)).toBe(false);
  });

  test.runIf(process.platform === 'linux')(
    'a process that is dead but still has its number holds no lock',
    async () => {
      const { path: _path, ...options } = await saved();
      // After its exec, the parent waits for no child: the one that ended stays a zombie.
      const parent = spawn('bash', ['-c', 'sleep 0.3 & echo $!; exec sleep 60'], {
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      onTestFinished(() => void parent.kill());
      const [first] = (await once(parent.stdout, 'data')) as [Buffer];
      const pid = Number(first.toString());
      const stat = () => readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
      await vi.waitFor(() => expect(stat()[0]).toBe('Z'));
      const other = resumed(options);
      const lock = join(options.directory, 's1.lock');
      const own = JSON.parse(readFileSync(lock, 'utf8'));
      await other.file.close();
      writeFileSync(lock, JSON.stringify({ ...own, pid, started: stat()[19] }));
      await resumed(options).file.close();
    },
  );

  test.each(['missing', '../s1', '', 'a/b', '.hidden'])('there is no session %j', async (session_id) => {
    const { directory } = await saved();
    expect(resumeSessionFile({ directory, session_id })).toHaveProperty('problem');
    expect((await readdir(directory)).filter((name) => name.endsWith('.lock'))).toEqual([]);
  });
});

describe('reading what is damaged', () => {
  const lines = SAMPLE.map((message) => JSON.stringify(message));
  const read = (text: string) => parseSession(Buffer.from(text), 's1');

  test.each([
    ['a block of zeros', '\0'.repeat(4096)],
    ['half a line', lines[5]!.slice(0, 20)],
    ['something else', '{"type":"text","message_id":7}'],
  ])('%s in the middle costs that line only, and is told once', (_what, damage) => {
    const log = read(`${[...lines.slice(0, 4), damage, ...lines.slice(4)].join('\n')}\n`);
    expect(log.messages).toEqual(SAMPLE);
    expect(log.notices).toEqual(['s1: line 5 is damaged and left out; the rest is complete.']);
  });

  test('a record behind a torn one is found, though it holds blocks with types of their own', () => {
    const input = { id: 'u9', content: [{ type: 'text', text: 'see' }] };
    const whole = JSON.stringify({
      type: 'turn_started',
      turn_id: 't9',
      model_name: 'demo/demo',
      input,
      seq: 9,
      at: 9,
    });
    expect(read(`${lines[0]}\n${lines[1]!.slice(0, 30)}${whole}\n`).messages.at(-1)).toMatchObject({ input });
  });

  test('a record behind a torn one on the same line is found', () => {
    const torn = lines[3]!.slice(0, 30);
    const log = read(`${[...lines.slice(0, 4), torn + lines[4], ...lines.slice(5)].join('\n')}\n`);
    expect(log.messages).toEqual(SAMPLE);
    const zeros = read(`${[...lines.slice(0, 4), `${'\0'.repeat(100)}${lines[4]}`, ...lines.slice(5)].join('\n')}\n`);
    expect(zeros.messages).toEqual(SAMPLE);
  });

  test('lines of a newer version are passed over, and the version is told', () => {
    const newer = { ...SAMPLE[0], protocol_version: 99 };
    const log = read(`${JSON.stringify(newer)}\n{"type":"hologram","seq":2,"at":0}\n`);
    expect(log.messages).toEqual([newer]);
    expect(log.notices).toEqual([expect.stringMatching(/newer version/)]);
  });

  test('an empty file is an empty log', () => {
    expect(read('')).toEqual({ messages: [], notices: [], torn_bytes: 0 });
  });
});

describe('recording', () => {
  test('keeps every message as it came, in place of an earlier recording', async () => {
    const path = join(await temporaryFolder(), 'run.jsonl');
    for (let round = 0; round < 2; round += 1) {
      const recorder = createRecorder(path);
      for (const message of SAMPLE) recorder.write(message);
      expect(await recorder.close()).toBe(0);
    }
    expect((await readSession(path)).messages).toEqual(SAMPLE);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test('into a folder that is not there is said', async () => {
    const notices: string[] = [];
    const path = join(await temporaryFolder(), 'none', 'run.jsonl');
    const recorder = createRecorder(path, { onNotice: (notice) => notices.push(notice) });
    recorder.write(SAMPLE[0]!);
    expect(await recorder.close()).toBe(1);
    expect(notices).toEqual([expect.stringContaining('the directory does not exist')]);
    await mkdir(join(path, '..'));
  });
});

async function save(options: SessionFileOptions): Promise<string> {
  const file = createSessionFile(options);
  for (const message of SAMPLE) file.write(message);
  await file.close();
  return file.path;
}
