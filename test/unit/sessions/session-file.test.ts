import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { foldConversation } from '../../../src/conversation.ts';
import type { AgentMessage } from '../../../src/messages.ts';
import { type FileCalls, NODE_CALLS } from '../../../src/sessions/append-file.ts';
import { parseSession, readSession } from '../../../src/sessions/read-session.ts';
import { createSessionFile, type SessionFileOptions } from '../../../src/sessions/session-file.ts';
import { stamped } from '../../helpers/encode-log.ts';
import { generatedRun, recut } from '../../helpers/generate-run.ts';
import { SAMPLE, TURN } from '../../helpers/sample-log.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';

afterEach(() => {
  vi.useRealTimers();
});

async function save(log: readonly AgentMessage[], options: SessionFileOptions): Promise<string> {
  const file = createSessionFile(options);
  for (const message of log) file.write(message);
  await file.close();
  return file.path;
}

describe('saving', () => {
  test('a saved session reads back as the log with its chunks joined, and means the same', async () => {
    const directory = await temporaryFolder();
    let count = 0;
    await fc.assert(
      fc.asyncProperty(generatedRun, async (log) => {
        fc.pre(log.some((message) => message.type === 'turn_started'));
        count += 1;
        const path = await save(log, { directory, session_id: `s${count}` });
        const read = await readSession(path);
        expect(read.notices).toEqual([]);
        expect(foldConversation(read.messages)).toEqual(foldConversation(log));
        const cut = await readSession(await save(recut(log, 2), { directory, session_id: `cut${count}` }));
        expect(cut.messages.map(withoutStamp)).toEqual(read.messages.map(withoutStamp));
      }),
      { numRuns: 60 },
    );
  });

  test('the file is for its owner alone, in a folder for its owner alone', async () => {
    const directory = join(await temporaryFolder(), 'state', 'sessions');
    const path = await save(SAMPLE, { directory, session_id: 's1' });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(directory).mode & 0o777).toBe(0o700);
  });

  test('a chat in which nothing was asked leaves nothing behind', async () => {
    const directory = await temporaryFolder();
    await save([SAMPLE[0]!, SAMPLE.at(-1)!], { directory, session_id: 's1' });
    expect(await readdir(directory)).toEqual([]);
  });

  test('the question is on the disk as soon as it is asked', async () => {
    const directory = await temporaryFolder();
    const file = createSessionFile({ directory, session_id: 's1' });
    for (const message of SAMPLE.slice(0, 2)) file.write(message);
    expect((await readSession(file.path)).messages).toEqual(SAMPLE.slice(0, 2));
    await file.close();
  });

  test('streamed text waits for its end, but never longer than a second', async () => {
    vi.useFakeTimers();
    const directory = await temporaryFolder();
    const file = createSessionFile({ directory, session_id: 's1' });
    const piece = { type: 'text' as const, message_id: 'm1', is_complete: false, model_name: 'demo/demo' };
    const log = stamped([...TURN, { ...piece, chunk: 'Hel' }, { ...piece, chunk: 'lo' }, { ...piece, chunk: '!' }]);
    const saved = () => parseSession(readFileSync(file.path), '').messages.slice(1);
    for (const message of log.slice(0, 3)) file.write(message);
    vi.advanceTimersByTime(999);
    expect(saved()).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(saved()).toMatchObject([{ chunk: 'Hello', is_complete: false, seq: 3 }]);
    file.write(log[3]!);
    await file.close();
    expect(saved()).toMatchObject([{ chunk: 'Hello' }, { chunk: '!', seq: 4 }]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('known secrets are masked, also when they come in pieces or inside JSON', async () => {
    const directory = await temporaryFolder();
    const secret = 'sk-"very\\secret"-0123';
    const file = createSessionFile({ directory, session_id: 's1', secrets: [secret, 'short'] });
    const piece = { type: 'text' as const, message_id: 'm1', is_complete: false, model_name: 'demo/demo' };
    const args = JSON.stringify({ key: secret });
    const log = stamped([
      ...TURN,
      { ...piece, chunk: `a short ${secret.slice(0, 9)}` },
      { ...piece, chunk: secret.slice(9) },
      { ...piece, chunk: '', is_complete: true },
      { type: 'tool_call_ready', request: { id: 'c1', name: 'x', arguments: args }, display_name: 'x' },
    ]);
    for (const message of log) file.write(message);
    await file.close();
    const text = readFileSync(file.path, 'utf8');
    expect(text).not.toContain('very');
    expect((await readSession(file.path)).messages).toMatchObject([
      {},
      { chunk: 'a short [secret]' },
      { request: { arguments: '{"key":"[secret]"}' } },
    ]);
  });

  test('a text that may be the beginning of a secret is not written in two pieces', async () => {
    vi.useFakeTimers();
    const directory = await temporaryFolder();
    const file = createSessionFile({ directory, session_id: 's1', secrets: ['sk-0123456789'] });
    const piece = { type: 'text' as const, message_id: 'm1', is_complete: false, model_name: 'demo/demo' };
    const log = stamped([...TURN, { ...piece, chunk: 'Key: sk-0123' }, { ...piece, chunk: '456789 end' }]);
    for (const message of log.slice(0, 2)) file.write(message);
    vi.advanceTimersByTime(1500);
    file.write(log[2]!);
    vi.advanceTimersByTime(1500);
    expect(readFileSync(file.path, 'utf8')).toContain('Key: [secret] end');
    await file.close();
  });
});

describe('a disk that refuses', () => {
  /** Calls that fail from the `from`-th to the `to`-th write on, the first of them after half of the bytes. */
  function failing(from: number, to: number): FileCalls {
    let count = 0;
    return {
      ...NODE_CALLS,
      write: (descriptor, bytes, offset) => {
        count += 1;
        if (count < from || count > to) return NODE_CALLS.write(descriptor, bytes, offset);
        if (count === from)
          return NODE_CALLS.write(descriptor, bytes.subarray(0, offset + ((bytes.length - offset) >> 1)), offset);
        throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
      },
    };
  }

  test('whichever write fails, for however long, nothing is lost or doubled, and it is said once', async () => {
    const directory = await temporaryFolder();
    const whole = await save(SAMPLE, { directory, session_id: 'whole' });
    const writes = readFileSync(whole, 'utf8').split('\n').length - 1;
    for (let from = 1; from <= writes - 6; from += 1) {
      const notices: string[] = [];
      const options = { directory, session_id: `s${from}`, onNotice: (notice: string) => notices.push(notice) };
      const path = await save(SAMPLE, { ...options, calls: failing(from, from + 3) });
      expect(readFileSync(path, 'utf8')).toBe(readFileSync(whole, 'utf8'));
      expect(notices).toEqual([
        `This chat is not being saved: no space is left on the disk (${path}). It goes on in memory, and is saved as soon as that works.`,
        'This chat is being saved again.',
      ]);
    }
  });

  test('a disk that stays full loses no word of the chat in memory and says how much is not saved', async () => {
    const directory = await temporaryFolder();
    const notices: string[] = [];
    const file = createSessionFile({
      directory,
      session_id: 's1',
      calls: failing(3, Number.POSITIVE_INFINITY),
      onNotice: (notice) => notices.push(notice),
    });
    for (const message of SAMPLE) file.write(message);
    expect(await file.close()).toBeGreaterThan(10);
    expect(notices).toHaveLength(1);
  });

  test('a folder that cannot be made is said at once, and the chat goes on', async () => {
    const folder = await temporaryFolder();
    writeFileSync(join(folder, 'file'), '');
    const notices: string[] = [];
    const file = createSessionFile({
      directory: join(folder, 'file', 'sessions'),
      session_id: 's1',
      onNotice: (notice) => notices.push(notice),
    });
    expect(notices[0]).toMatch(/^This chat is not being saved: a part of the path is not a directory/);
    for (const message of SAMPLE) file.write(message);
    expect(await file.close()).toBe(0);
  });

  test('saving is tried again by itself', async () => {
    vi.useFakeTimers();
    const directory = await temporaryFolder();
    const file = createSessionFile({ directory, session_id: 's1', calls: failing(1, 2), retry_ms: 50 });
    for (const message of SAMPLE.slice(0, 2)) file.write(message);
    vi.advanceTimersByTime(50);
    expect(parseSession(readFileSync(file.path), '').messages).toEqual(SAMPLE.slice(0, 2));
    await file.close();
  });
});

function withoutStamp(message: AgentMessage): unknown {
  return { ...message, seq: 0, at: 0 };
}
