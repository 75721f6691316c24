import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { makeHome, PROGRAM } from '../helpers/run-program.ts';

/** Starts a shell line in which `ask` answers, with a named pipe `gate` beside it. */
function startLine(line: string) {
  const { cwd, env } = makeHome({ 's.json': JSON.stringify(['Yes.']) });
  const ask = `${process.execPath} ${PROGRAM} -p why? -m script:s.json -o stream-json`;
  const child = spawn('/bin/bash', ['-c', `mkfifo gate; ask() { ${ask}; }; ${line}; exit $?`], { cwd, env });
  let stderr = '';
  child.stderr.on('data', (data: Buffer) => {
    stderr += String(data);
  });
  return { gate: join(cwd, 'gate'), stderr: () => stderr, stdout: text(child.stdout) };
}

test.runIf(process.platform === 'linux')('another program of the pipeline that is slow is waited for', async () => {
  const { gate, stderr, stdout } = startLine('cat gate | ask');
  await expect
    .poll(stderr, { timeout: 30_000 })
    .toMatch(
      /^Waiting for standard input: \S+ \(process \d+\) may still write to it\. \(< \/dev\/null does not wait\.\)\n$/,
    );
  writeFileSync(gate, 'late words\n');
  expect(await stdout).toContain('late words');
  expect(stderr()).not.toContain('Nothing came');
});

test('who started the program and never writes to it is not waited for', async () => {
  const { stderr, stdout } = startLine('exec 3<>gate; ask < gate');
  expect(await stdout).toContain('Yes.');
  expect(stderr()).toBe(
    'Nothing came on standard input: going on without it. ({} in the prompt waits for it, < /dev/null does not.)\n',
  );
});
