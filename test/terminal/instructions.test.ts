import { utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startTerminal, type TerminalRun } from '../helpers/terminal.ts';

const SETUP = { script: ['One.', 'Two.'], files: { 'AGENTS.md': 'Be brief.\n' } };
const count = (run: TerminalRun): number => run.scrollback().join('\n').split('is not used until').length - 1;

test('that instructions are not used is said once in a chain of sessions, and again when they change', async () => {
  const run = await startTerminal(SETUP);
  const file = join(run.cwd, 'AGENTS.md');
  try {
    await run.waitFor('Ask anything');
    await run.waitFor('is not used until');
    // As a file that was there before.
    utimesSync(file, 1, 1);
    run.type('first\r');
    await run.waitFor('One.');
    await run.waitFor('Ask anything');
    run.type('/fork\r');
    await run.waitFor('This is a copy now');
    run.type('/rewind 1\r');
    await run.waitFor('Went back to before: first');
    await run.waitFor('❯ first');
    expect(count(run)).toBe(1);
    run.type('again\r');
    await run.waitFor('› firstagain');
    await run.waitFor('Ask anything');
    run.press('ctrl+d');
    await run.exit;
    const resumed = await startTerminal({ ...SETUP, home: run.home, args: ['-c'] });
    await resumed.waitFor('Session resumed');
    await resumed.waitFor('Ask anything');
    expect(count(resumed)).toBe(1);
    writeFileSync(file, 'Be long.\n');
    resumed.type('/fork\r');
    await resumed.waitFor('This is a copy now');
    await resumed.waitFor(() => count(resumed) === 2);
    resumed.press('ctrl+d');
    await resumed.exit;
  } finally {
    await run.close();
  }
});
