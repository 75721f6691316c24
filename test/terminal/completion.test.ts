import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { makeHome, PROGRAM, runProgram } from '../helpers/run-program.ts';
import { startTerminal } from '../helpers/terminal.ts';

const CALL = `#!/bin/sh\nexec "${process.execPath}" "${PROGRAM}" "$@"\n`;

const SHELLS = {
  bash: ['bash --norc --noprofile -i', 'source <(agent-chat completion bash)'],
  zsh: ['zsh -f -i', 'autoload -U compinit && compinit -u -D && source <(agent-chat completion zsh)'],
  fish: ['fish --no-config -i', 'agent-chat completion fish | source'],
} as const;

for (const [shell, [call, load]] of Object.entries(SHELLS)) {
  const isThere = spawnSync(shell, ['-c', 'true']).status === 0;
  test.skipIf(!isThere)(`${shell} completes commands, their words and the values of flags`, async () => {
    const run = await startTerminal({
      files: { 'agent-chat': CALL, 'notes-of-may.jsonl': '' },
      wrapper: `chmod +x agent-chat; PATH="$PWD:$PATH" exec ${call}`,
      cols: 100,
    });
    onTestFinished(() => run.close());
    // Twice, as a second `source` of the file with one's settings does.
    run.type(`${load}; ${load}; echo READ''Y\r`);
    await run.waitFor('READY');
    const completes = async (typed: string, expected: string): Promise<void> => {
      run.type(`${typed}\t`);
      await run.waitFor(expected);
      run.type('\x15');
    };
    await completes('agent-chat sess', 'agent-chat sessions ');
    await completes('agent-chat sessions exp', 'sessions export ');
    await completes('agent-chat --permission-mode edi', '--permission-mode edits ');
    await completes('agent-chat --permission-mode=aut', '--permission-mode=auto');
    await completes('agent-chat --output-format stre', '--output-format stream-json ');
    await completes('agent-chat replay notes-of-', 'replay notes-of-may.jsonl');
    run.type('agent-chat "$(touch ran-it)" --verb\t');
    await run.waitFor('--verbose');
    expect(existsSync(join(run.cwd, 'ran-it'))).toBe(false);
    expect(run.scrollback().join('\n')).not.toMatch(/readonly|not found/);
  });
}

test('a prompt is not completed with commands, and sessions are offered by their ids', async () => {
  const home = makeHome({ 's.json': '["Yes."]' });
  await runProgram(['-p', 'why?', '-m', 'script:s.json'], { home });
  const complete = async (...words: string[]) =>
    (await runProgram(['complete', '--', ...words], { home })).stdout.split('\n').slice(0, -1);
  expect(await complete('mod')).toEqual([expect.stringMatching(/^models\t/), ':4']);
  expect(await complete('-p', 'mod')).toEqual([':4']);
  expect(await complete('--', 'mod')).toEqual([':4']);
  expect(await complete('-m', 'mod')).toEqual([':4']);
  const id = expect.stringMatching(/^\d{8}-\S+\twhy\?$/);
  for (const words of [['-r'], ['sessions', 'show'], ['sessions', 'delete', 'x']]) {
    expect(await complete(...words, '')).toEqual([id, ':4']);
  }
  expect(await complete('--tools=read_file,li')).toEqual(['read_file,list_files', ':4']);
  expect(await complete('sessions', 'export', 'x', '')).toEqual([':0']);
});

test.each([
  [['-p', 'models'], 'models'],
  [['-p', '--', 'models'], 'models'],
  [['--', 'doctor', 'x'], 'doctor x'],
  [['-qp', 'stats'], 'stats'],
])('behind -p and -- a word is the prompt: %j', async (args, prompt) => {
  const home = makeHome({ 's.json': '["Yes."]' });
  const run = await runProgram(['-o', 'json', '-m', 'script:s.json', ...args], { home });
  expect([run.code, run.stderr]).toEqual([0, '']);
  expect(JSON.parse(run.stdout)).toMatchObject({ type: 'result', final_text: 'Yes.' });
  const list = await runProgram(['sessions', '--json'], { home });
  expect(JSON.parse(list.stdout)).toEqual([expect.objectContaining({ title: prompt })]);
});
