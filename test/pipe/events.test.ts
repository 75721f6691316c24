import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeHome, PROGRAM, readMessages } from '../helpers/run-program.ts';

/** Runs the built program with a shell's redirections. */
function runWith(redirections: string, target: string) {
  const { cwd, env } = makeHome({ 's.json': JSON.stringify(['Yes.']) });
  const command = `exec "$@" ${redirections}`;
  const args = [process.execPath, PROGRAM, '-p', 'x', '-m', 'script:s.json', '--events', target];
  const { status, stdout, stderr } = spawnSync('/bin/bash', ['-c', command, 'bash', ...args], { cwd, env, input: '' });
  return { cwd, status, stdout: String(stdout), stderr: String(stderr) };
}

test.each(['3>f', '3>>f', '3> >(cat > f)', '3<>f', '23>f'])(
  'events go to a descriptor that %s hands over',
  async (to) => {
    const number = Number.parseInt(to, 10);
    const { cwd, status, stdout, stderr } = runWith(to, `fd:${number}`);
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: 'Yes.\n', stderr: '' });
    const written = (): string => readFileSync(join(cwd, 'f'), 'utf8');
    await expect.poll(() => written().endsWith('\n') && readMessages(written()).at(-1)?.type).toBe('session_ended');
  },
);

test('a descriptor that was not handed over for writing is refused: those of Node itself, and one to read from', () => {
  for (let fd = 3; fd <= 24; fd += 1) {
    const { status, stdout, stderr } = runWith('</dev/null', `fd:${fd}`);
    expect({ fd, status, stdout, stderr }).toEqual({
      fd,
      status: 2,
      stdout: '',
      stderr: `agent-chat: --events cannot write to fd:${fd}: it was not handed over for writing, as ${fd}>FILE does.\n`,
    });
  }
  expect(runWith('3</dev/null', 'fd:3').status).toBe(2);
});
