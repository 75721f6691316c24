import { expect, onTestFinished, test } from 'vitest';
import { startTerminal } from '../helpers/terminal.ts';

test('in a terminal a notice begins on a line of its own, also behind an answer that is still open', async () => {
  const call = { tool_call: { name: 'read_file', arguments: { path: 'none' } } };
  const script = JSON.stringify([['Looking. ', call], 'Nothing.']);
  const run = await startTerminal({ args: ['-p', 'go', '-m', 'script:s.json'], files: { 's.json': script } });
  onTestFinished(() => run.close());
  expect((await run.exit).exitCode).toBe(0);
  const rows = run.scrollback().flatMap((row) => (row.trim() === '' ? [] : [row.trimEnd()]));
  expect(rows).toEqual(['Looking.', expect.stringMatching(/^✗ read_file failed: none/), 'Nothing.']);
});
