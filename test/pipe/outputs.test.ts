import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Home, makeHome, readMessages, runProgram } from '../helpers/run-program.ts';

const call = (name: string, args: object) => [{ tool_call: { name, arguments: args } }];

function outputsIn(home: Home): string {
  return join(home.path, 'state/agent-chat/outputs');
}

/** How the tools answered, in their order: what they gave, or what failed. */
async function results(home: Home, script: unknown, flags: readonly string[] = []): Promise<readonly string[]> {
  writeFileSync(join(home.path, 's.json'), JSON.stringify(script));
  const { stdout } = await runProgram(['-p', 'go', '-m', 'script:s.json', '-o', 'stream-json', ...flags], { home });
  return readMessages(stdout).flatMap((message) => {
    if (message.type === 'tool_result') return [String(message.result.result)];
    return message.type === 'tool_error' ? [message.error.error] : [];
  });
}

test('a model may read the long outputs of its own session, later too, and those of no other', async () => {
  const home = makeHome();
  mkdirSync(outputsIn(home), { recursive: true });
  writeFileSync(join(outputsIn(home), 'command-x-0123456789ab.txt'), 'of another session');
  writeFileSync(join(home.path, 'big.txt'), 'line\n'.repeat(30_000));
  const [long = ''] = await results(home, [call('run_command', { command: 'cat big.txt' }), 'Done.']);
  const [own = ''] = readdirSync(outputsIn(home)).filter((name) => !name.includes('0123456789ab'));
  expect(long).toContain(own);
  expect(own).toMatch(/^command-/);
  const read = (name: string) => call('read_file', { path: join(outputsIn(home), name), limit: 1 });
  const again = await results(home, [read(own), read('command-x-0123456789ab.txt'), 'Done.'], ['-c']);
  expect(again[0]).toContain('line');
  expect(again[1]).toContain('belongs to this program');
});

test('a session file cannot say that anything else is an output', async () => {
  const home = makeHome();
  await results(home, [call('list_files', {}), 'Done.']);
  const folder = join(home.path, 'state/agent-chat/sessions');
  const [log = ''] = readdirSync(folder).filter((name) => name.endsWith('.jsonl'));
  const secret = join(home.path, 'state/agent-chat/secret.txt');
  writeFileSync(secret, 'secret');
  const text = readFileSync(join(folder, log), 'utf8');
  const path = join(outputsIn(home), '../secret.txt');
  const claims = [secret, `${outputsIn(home)}/../secret.txt`, path].map((full_output_path) =>
    text
      .split('\n')
      .flatMap((line) =>
        line.includes('"tool_result"')
          ? [JSON.stringify({ ...JSON.parse(line), result_meta: { full_output_path } })]
          : [],
      )
      .join('\n'),
  );
  writeFileSync(join(folder, log), `${text}${claims.join('\n')}\n`);
  expect(await results(home, [call('read_file', { path: secret }), 'Done.'], ['-c'])).toEqual([
    expect.stringContaining('belongs to this program'),
  ]);
});
