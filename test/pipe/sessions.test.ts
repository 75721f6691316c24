import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Home, makeHome, readMessages, runProgram } from '../helpers/run-program.ts';

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
  const other = await runProgram(['sessions', 'export', id, 'out.pdf'], { home });
  expect([other.code, other.stderr]).toEqual([
    2,
    'agent-chat: There is no export for out.pdf. Its name must end in .md, .html, .json or .jsonl.\n',
  ]);
});
