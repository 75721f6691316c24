import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { encoders } from '../../src/encoders/registry.ts';
import { parseSession } from '../../src/sessions/read-session.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

const PROGRAM = resolve('bin/agent-chat.js');
/** What the model says; `delay_ms` between two letters of its answer. */
const script = (delay_ms: number): string =>
  JSON.stringify([
    [{ thought: 'I look first.' }, { tool_call: { name: 'list_files' } }],
    [{ text: 'There is one file, as far as I can see.', chunk_length: 1, delay_ms }],
  ]);

interface Surroundings {
  readonly home: string;
  readonly env: Readonly<Record<string, string>>;
}

/** A home and a folder with one file and a script to play. */
async function surroundings(): Promise<Surroundings> {
  const home = await temporaryFolder();
  writeFileSync(join(home, 'script.json'), script(0));
  writeFileSync(join(home, 'slow.json'), script(50));
  const folders = { XDG_STATE_HOME: join(home, 'state'), XDG_CONFIG_HOME: join(home, 'config') };
  return { home, env: { PATH: process.env.PATH ?? '', HOME: home, XDG_CACHE_HOME: join(home, 'cache'), ...folders } };
}

async function run(
  { home, env }: Surroundings,
  args: readonly string[],
  { kill_ms, wrapper }: { kill_ms?: number; wrapper?: string } = {},
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const program = [process.execPath, PROGRAM, ...args];
  const [command = '', ...rest] = wrapper === undefined ? program : ['bash', '-c', wrapper, 'bash', ...program];
  const child = spawn(command, rest, { cwd: home, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let timer: NodeJS.Timeout | undefined;
  // A kill comes so long after the first words, however long the program took to start.
  if (kill_ms !== undefined)
    child.stdout.once('data', () => {
      timer = setTimeout(() => child.kill('SIGKILL'), kill_ms);
    });
  const code = new Promise<number | null>((done) => child.once('exit', done));
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  clearTimeout(timer);
  return { code: await code, stdout, stderr };
}

const ASK = ['-p', 'What is here?', '--model', 'script:script.json'];

test.each(encoders.map(({ name }) => [name]))('%s: what a recording replays is what was written live', async (name) => {
  const place = await surroundings();
  const live = await run(place, [...ASK, '-o', name, '--record', 'run.rec']);
  expect([live.code, live.stdout === '']).toEqual([0, false]);
  const replay = await run(place, ['replay', 'run.rec', '-o', name, '--speed', '1000']);
  expect(replay.stdout).toBe(live.stdout);
  expect(replay.code).toBe(0);
});

test('a killed chat is in the list, can be exported and goes on', async () => {
  let resumed = 0;
  for (let kill = 0; kill < 4; kill += 1) {
    const place = await surroundings();
    const { code } = await run(place, [...ASK, '-o', 'stream-json', '--model', 'script:slow.json'], {
      kill_ms: randomInt(0, 1500),
    });
    const folder = join(place.home, 'state', 'agent-chat', 'sessions');
    expect(code).toBeNull();
    const [file] = listed(folder);
    // Killed before the question was taken in.
    if (file === undefined) continue;
    const before = parseSession(readFileSync(join(folder, file)), file);
    if (before.messages.length < 2) continue;
    resumed += 1;
    expect(before.messages[1]).toMatchObject({ type: 'turn_started', input: { content: 'What is here?' } });
    const exported = await run(place, ['sessions', 'export', file.slice(0, -'.jsonl'.length)]);
    expect(exported.stdout).toContain('## You\n\nWhat is here?');
    const again = await run(place, [...ASK, '-c', '-o', 'json']);
    expect(JSON.parse(again.stdout)).toMatchObject({ status: 'completed', session_id: file.slice(0, -6) });
    expect(listed(folder)).toEqual([file]);
    const after = parseSession(readFileSync(join(folder, file)), file);
    expect(after.messages.slice(0, before.messages.length)).toEqual(before.messages);
    expect(after.messages.at(-1)).toMatchObject({ type: 'session_ended' });
  }
  expect(resumed).toBeGreaterThan(0);
}, 60_000);

test.skipIf(process.platform === 'win32')(
  'on a full disk the answer comes, the warning too, and the exit says so',
  async () => {
    const { code, stdout, stderr } = await run(await surroundings(), ASK, { wrapper: 'ulimit -f 1; exec "$@"' });
    expect(stdout).toContain('There is one file');
    expect(stderr.match(/This chat is not being saved/g)).toHaveLength(1);
    expect(code).toBe(1);
  },
);

test('where nothing can be written the answer comes all the same', async () => {
  const place = await surroundings();
  const state = join(place.home, 'script.json', 'state');
  const { code, stdout, stderr } = await run({ ...place, env: { ...place.env, XDG_STATE_HOME: state } }, ASK);
  expect(stdout).toContain('There is one file');
  expect(stderr).toContain('This chat is not being saved');
  expect(code).toBe(0);
});

function listed(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => name.endsWith('.jsonl'));
  } catch {
    return [];
  }
}
