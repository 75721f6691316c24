import { appendFileSync, mkdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { foldConversation } from '../../../src/conversation.ts';
import type { AgentMessage } from '../../../src/messages.ts';
import { withContext } from '../../../src/own-words.ts';
import { branchSession, rewindLog } from '../../../src/sessions/branch-session.ts';
import { readSession } from '../../../src/sessions/read-session.ts';
import {
  deleteSession,
  findSession,
  latestSession,
  listSessions,
  renameSession,
} from '../../../src/sessions/session-directory.ts';
import { createSessionFile, resumeSessionFile } from '../../../src/sessions/session-file.ts';
import { newSessionId } from '../../../src/sessions/session-paths.ts';
import { stamped } from '../../helpers/encode-log.ts';
import { SAMPLE } from '../../helpers/sample-log.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';

const HOUR_MS = 3_600_000;

/** The sample as another session: its id, the hour of its beginning, where it ran and what was asked. */
function session(session_id: string, hour: number, { cwd = '/p', question = 'Look' } = {}): AgentMessage[] {
  return SAMPLE.map((message) => {
    const moved = { ...message, at: message.at + hour * HOUR_MS };
    if (moved.type === 'session_started') return { ...moved, session_id, cwd };
    return moved.type === 'turn_started' ? { ...moved, input: { ...moved.input, content: question } } : moved;
  });
}

async function folderWith(...logs: readonly AgentMessage[][]): Promise<string> {
  const directory = await temporaryFolder();
  for (const log of logs) {
    const [start] = log;
    const file = createSessionFile({
      directory,
      session_id: start?.type === 'session_started' ? start.session_id : '',
    });
    for (const message of log) file.write(message);
    await file.close();
  }
  return directory;
}

describe('the list', () => {
  test('shows each session with what it was about, the one used last first', async () => {
    const directory = await folderWith(
      session('a', 1, { question: 'First\nthing \u001b[31mred' }),
      session('b', 3),
      session('c', 2, { question: 'x'.repeat(200) }),
      session('d', 0, { question: withContext('diff\n</context>\n\nof a page', 'review this') }),
    );
    const sessions = await listSessions(directory);
    expect(sessions.map(({ session_id, title }) => [session_id, title])).toEqual([
      ['b', 'Look'],
      ['c', `${'x'.repeat(79)}…`],
      ['a', 'First thing red'],
      ['d', 'review this'],
    ]);
    expect(sessions[0]).toMatchObject({
      cwd: '/p',
      model: 'demo/demo',
      turns: 1,
      updated_at: SAMPLE.at(-1)!.at + 3 * HOUR_MS,
    });
  });

  test('names a session whose first message is too long to be read by its last one', async () => {
    const log = session('big', 1, { question: 'y'.repeat(300_000) });
    const later = session('big', 1, { question: 'and now?' }).slice(1);
    const directory = await folderWith([...log, ...later]);
    expect((await listSessions(directory))[0]).toMatchObject({ title: 'and now?' });
  });

  test('tells branches apart by what was said last', async () => {
    const branch = session('c', 3).concat(session('c', 4, { question: 'and now?' }).slice(1));
    const directory = await folderWith(session('a', 1), branch);
    expect((await listSessions(directory)).map(({ title }) => title)).toEqual(['Look … and now?', 'Look']);
  });

  test('reads a large file at its ends only', async () => {
    const log = session('big', 1);
    const long: AgentMessage = { ...log[6]!, type: 'text', chunk: 'y'.repeat(2_000_000) } as AgentMessage;
    const directory = await folderWith([...log.slice(0, 6), long, ...log.slice(6)]);
    const [found] = await listSessions(directory);
    expect(found).toMatchObject({ session_id: 'big', title: 'Look', updated_at: log.at(-1)!.at });
    expect(found).not.toHaveProperty('turns');
  });

  test('leaves out what is no session, and a missing folder holds none', async () => {
    const directory = await folderWith(session('a', 1));
    writeFileSync(join(directory, 'empty.jsonl'), '');
    writeFileSync(join(directory, 'broken.jsonl'), '{"type":"session_st');
    writeFileSync(join(directory, '.hidden.jsonl'), '');
    expect((await listSessions(directory)).map(({ session_id }) => session_id)).toEqual(['a']);
    expect(await listSessions(join(directory, 'none'))).toEqual([]);
  });

  test('the latest of a working directory is found', async () => {
    const directory = await folderWith(session('a', 1, { cwd: '/x' }), session('b', 2), session('c', 3, { cwd: '/x' }));
    for (const [index, id] of ['a', 'c', 'b'].entries()) utimesSync(join(directory, `${id}.jsonl`), index, index);
    expect((await latestSession(directory, '/x'))?.session_id).toBe('c');
    expect(await latestSession(directory, '/nowhere')).toBeUndefined();
  });
});

describe('finding', () => {
  test('takes an id, the beginning of one, or a name', async () => {
    const directory = await folderWith(session('20261121-aaa', 1), session('20261121-abb', 2), session('zzz', 3));
    await renameSession(directory, 'zzz', 'The Big Refactoring');
    const found = async (query: string): Promise<string> => {
      const result = await findSession(directory, query);
      return 'session' in result ? result.session.session_id : result.problem;
    };
    expect(await found('20261121-aaa')).toBe('20261121-aaa');
    expect(await found('20261121-ab')).toBe('20261121-abb');
    expect(await found('the big refactoring')).toBe('zzz');
    expect(await found('refact')).toBe('zzz');
    expect(await found('2026')).toBe('"2026" names 2 sessions: 20261121-abb, 20261121-aaa. Give more of the id.');
    expect(await found('nothing')).toBe('There is no session "nothing". See agent-chat sessions list.');
    expect(await found('')).toMatch(/^There is no session/);
  });
});

describe('renaming and deleting', () => {
  test('a name stays beside the log, which is not touched', async () => {
    const directory = await folderWith(session('a', 1));
    const before = readFileSync(join(directory, 'a.jsonl'));
    await renameSession(directory, 'a', '  Tidy\nup \u001b]0;x\u0007 ');
    expect((await listSessions(directory))[0]).toMatchObject({ name: 'Tidy up', title: 'Tidy up' });
    expect(statSync(join(directory, 'a.about.json')).mode & 0o777).toBe(0o600);
    await renameSession(directory, 'a', undefined);
    expect((await listSessions(directory))[0]).not.toHaveProperty('name');
    expect(readFileSync(join(directory, 'a.jsonl'))).toEqual(before);
  });

  test('deleting takes everything of one session and nothing of another', async () => {
    const directory = await folderWith(session('a', 1), session('a2', 2));
    const outputs = `${directory}-outputs`;
    onTestFinished(() => rmSync(outputs, { recursive: true, force: true }));
    mkdirSync(outputs);
    const others = ['a2-request-1.json', 'command-of-both-0123456789ab.txt', 'command-of-none-0123456789ab.txt'];
    const own = ['a-request-1.json', 'a-request-12.json', 'command-call_1-0123456789ab.txt'];
    for (const name of [...others, ...own]) writeFileSync(join(outputs, name), 'x');
    const shared = `"see ${join(outputs, 'command-of-both-0123456789ab.txt')}"\n`;
    for (const id of ['a', 'a2']) appendFileSync(join(directory, `${id}.jsonl`), shared);
    appendFileSync(join(directory, 'a.jsonl'), `"see ${join(outputs, 'command-call_1-0123456789ab.txt')}"\n`);
    await renameSession(directory, 'a', 'One');
    await deleteSession(directory, 'a', outputs);
    expect(await readdir(directory)).toEqual(['a2.jsonl']);
    expect((await readdir(outputs)).toSorted()).toEqual(others);
    await expect(deleteSession(directory, '../a2', outputs)).rejects.toThrow('not the id of a session');
  });
});

describe('branching', () => {
  test('a fork is a session of its own with the same conversation; the first stays as it is', async () => {
    const log = session('a', 1);
    const directory = await folderWith(log);
    await renameSession(directory, 'a', 'Plan');
    const before = readFileSync(join(directory, 'a.jsonl'));
    await branchSession(directory, { session_id: 'a', log }, 'b');
    const fork = await readSession(join(directory, 'b.jsonl'));
    expect(foldConversation(fork.messages)).toEqual(foldConversation(log));
    expect(fork.messages[0]).toMatchObject({ session_id: 'b' });
    expect((await findSession(directory, 'b')) as object).toMatchObject({
      session: { name: 'Plan (branch)', forked_from: 'a' },
    });
    expect(readFileSync(join(directory, 'a.jsonl'))).toEqual(before);
    const resumed = resumeSessionFile({ directory, session_id: 'b' });
    expect(resumed).toHaveProperty('file');
    if ('file' in resumed) await resumed.file.close();
    await expect(branchSession(directory, { session_id: 'a', log }, 'b')).rejects.toThrow();
    for (const [from, id] of [
      ['b', 'c'],
      ['c', 'd'],
      ['a', 'e'],
    ] as const)
      await branchSession(directory, { session_id: from, log }, id);
    const names = (await listSessions(directory)).map(({ session_id, name }) => `${session_id} ${name}`);
    expect(names.toSorted()).toEqual([
      'a Plan',
      'b Plan (branch)',
      'c Plan (branch 2)',
      'd Plan (branch 3)',
      'e Plan (branch 4)',
    ]);
  });

  test('rewinding to a question gives it back and keeps what came before', () => {
    const branch = rewindLog(SAMPLE, 'u1');
    expect(branch?.content).toBe('Look');
    expect(branch?.log).toEqual(SAMPLE.slice(0, 1));
    expect(rewindLog(SAMPLE, 'u9')).toBeUndefined();
  });

  test('rewinding to a text that steered keeps the turn up to there', () => {
    const branch = rewindLog(SAMPLE, 'u2');
    expect(branch?.content).toBe('quick');
    expect(branch?.log.slice(-3).map(({ type }) => type)).toEqual(['user_message_returned', 'cancelled', 'done']);
    expect(foldConversation(branch?.log ?? []).messages.at(-1)).toMatchObject({ role: 'tool' });
  });

  test('rewinding to a text that steered before anything came takes back the words before it too', () => {
    const [started] = SAMPLE;
    const input = { id: 'u1', content: 'Look' };
    const log = stamped([
      started as AgentMessage,
      { type: 'turn_started', turn_id: 't1', model_name: 'demo/demo', input },
      { type: 'user_steered', id: 'u2', content: 'quick', iteration: 1 },
    ]);
    expect(rewindLog(log, 'u2')).toEqual({ log: log.slice(0, 1), content: 'Look\nquick' });
  });
});

test('ids of sessions sort by time and are different', () => {
  const early = newSessionId(Date.UTC(2026, 10, 21, 2, 3, 4), () => 0.5);
  expect(early).toBe('20261121-020304-iiiiii');
  expect(newSessionId(Date.UTC(2026, 10, 21, 2, 3, 5), () => 0) > early).toBe(true);
});
