import { once } from 'node:events';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startModelServer } from '../helpers/model-server/model-server.ts';
import { type Home, makeHome, readMessages, runProgram, startProgram } from '../helpers/run-program.ts';

const RUN = ['-m', 'script:s.json'];

/** A home with one saved session, and its id. */
async function withSession(): Promise<{ readonly home: Home; readonly id: string }> {
  const home = makeHome({ 's.json': JSON.stringify(['Yes.', 'Still.']) });
  await runProgram(['-p', 'why?', ...RUN], { home });
  const { stdout } = await runProgram(['sessions', 'list', '--json'], { home });
  return { home, id: JSON.parse(stdout)[0].session_id };
}

test('a session is exported in the format that the end of the file names', async () => {
  const { home, id } = await withSession();
  const beginnings = { md: '# why?', html: '<!doctype html>', json: '[', jsonl: '{' };
  for (const [end, beginning] of Object.entries(beginnings)) {
    const file = `out.${end}`;
    const { code, stdout } = await runProgram(['sessions', 'export', id, file], { home });
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${file}\n` });
    expect(readFileSync(join(home.cwd, file), 'utf8').slice(0, beginning.length)).toBe(beginning);
  }
  expect(JSON.parse(readFileSync(join(home.cwd, 'out.json'), 'utf8'))).toEqual(
    readMessages(readFileSync(join(home.cwd, 'out.jsonl'), 'utf8')),
  );
  const shown = await runProgram(['sessions', 'show', id, '--json'], { home });
  expect(shown.stdout).toBe(readFileSync(join(home.cwd, 'out.json'), 'utf8'));
  for (const [file, why] of [
    ['out.md', 'out.md exists already and is not replaced. Give another name, or remove it first.'],
    ['no/out.md', 'There is no folder no. Make it first, or give another name.'],
  ] as const) {
    const { code, stderr } = await runProgram(['sessions', 'export', id, file], { home });
    expect({ code, stderr }).toEqual({ code: 1, stderr: `agent-chat: ${why}\n` });
  }
  const spoken = async (...flags: string[]) =>
    (await runProgram(['sessions', 'export', id, ...flags], { home })).stdout;
  const written = (end: string) => readFileSync(join(home.cwd, `out.${end}`), 'utf8');
  expect(await spoken('-')).toBe(written('md'));
  expect(await spoken('--json')).toBe(written('json'));
  expect(await spoken('--format', 'html')).toBe(written('html'));
  expect(await spoken('-', '--format=jsonl')).toBe(written('jsonl'));
  const other = await runProgram(['sessions', 'export', id, 'out.pdf'], { home });
  expect([other.code, other.stderr]).toEqual([
    2,
    'agent-chat: There is no export for out.pdf. Its name must end in .md, .html, .json or .jsonl, or --format says which.\n',
  ]);
});

test('a session that is open elsewhere is not deleted, and who has it is named', async () => {
  const { home, id } = await withSession();
  const line = { type: 'text', content: 'x' };
  const stream = ['--input-format', 'stream-json', '-o', 'stream-json'];
  const { child, ended } = startProgram([...stream, '-r', id, ...RUN], { home, input: 'idle' });
  child.stdin.write(`${JSON.stringify(line)}\n`);
  await once(child.stdout, 'data');
  const refused = await runProgram(['sessions', 'delete', id], { home });
  expect(refused.code).toBe(1);
  expect(refused.stderr).toMatch(
    new RegExp(`^agent-chat: Session ${id} is open in process ${child.pid} on \\S+\\. Close it there first,`),
  );
  child.stdin.end();
  expect((await ended).code).toBe(0);
  const list = async () => (await runProgram(['sessions'], { home })).stdout;
  expect(await list()).toContain(id);
  const deleted = await runProgram(['sessions', 'delete', id], { home });
  expect([deleted.code, deleted.stdout]).toEqual([0, `Deleted ${id}: why?\n`]);
  expect(await list()).toBe('There are no sessions yet.\n');
});

test('a session that goes on in another folder works there, and says so once', async () => {
  const { home, id } = await withSession();
  const elsewhere = join(home.path, 'elsewhere');
  mkdirSync(elsewhere);
  const there = { home: { ...home, cwd: elsewhere } };
  const script = ['-m', `script:${join(home.path, 's.json')}`];
  const moved = await runProgram(['-p', 'and here?', '-r', id, '-o', 'stream-json', ...script], there);
  const notice = `This session was last used in ${home.cwd}; its files and commands are those of ${elsewhere} now.`;
  expect(moved.stderr).toContain(`Warning: ${notice}\n`);
  expect(readMessages(moved.stdout)).toContainEqual(expect.objectContaining({ cwd: elsewhere, resumed: true }));
  const again = await runProgram(['-p', 'and now?', '-r', id, ...script], there);
  expect(again.stderr).not.toContain('last used');
});

test('a copy of a session whose turn runs elsewhere leaves that turn to the other', async () => {
  const server = await startModelServer({
    protocol: 'chat',
    script: [{ text: 'Hello.' }, { text: 'Done.', pause_at: { text: 'running' } }, { text: 'A copy.' }],
  });
  onTestFinished(() => server.close());
  const home = makeHome();
  const env = { OPENAI_API_KEY: 'key-of-nobody', OPENAI_BASE_URL: server.base_url };
  const start = { home, env };
  const chat = ['-m', 'openai-chat/gpt-5'];
  await runProgram(['-p', 'hello', ...chat], start);
  const busy = startProgram(['-p', 'the long task', '-c', ...chat], start);
  await server.reaches('running');
  const copy = await runProgram(['-p', 'and you?', '-c', '-o', 'stream-json', ...chat], start);
  expect([copy.code, copy.stderr]).toEqual([0, expect.stringContaining('without what is still running there.')]);
  const asked = server.requests[2]?.body.messages.filter(({ role }: { role: string }) => role === 'user');
  expect(asked.map(({ content }: { content: unknown }) => content)).toEqual(['hello', 'and you?']);
  const types = readMessages(copy.stdout).map(({ type }) => type);
  expect(types).not.toContain('cancelled');
  server.resume('running');
  expect((await busy.ended).stdout).toBe('Done.\n');
});

test('a session that is named by its id is made, and gone on with', async () => {
  const home = makeHome({ 's.json': JSON.stringify(['One.', 'Two.']) });
  const args = ['-m', 'script:s.json', '--session-id', 'ci-42', '-o', 'stream-json'];
  await runProgram(['-p', 'first', ...args], { home });
  const again = readMessages((await runProgram(['-p', 'second', ...args], { home })).stdout);
  expect(again).toContainEqual(expect.objectContaining({ session_id: 'ci-42', resumed: true }));
  const list = JSON.parse((await runProgram(['sessions', '--json'], { home })).stdout);
  expect(list).toEqual([expect.objectContaining({ session_id: 'ci-42', turns: 2 })]);
  for (const wrong of [
    ['--session-id', '../x'],
    ['--session-id', 'x', '-c'],
  ]) {
    expect((await runProgram(['-p', 'x', '-m', 'script:s.json', ...wrong], { home })).code).toBe(2);
  }
});
