import { expect, test } from 'vitest';
import { startTerminal } from '../helpers/terminal.ts';

test('words that got no answer stand in the prompt again when the session is resumed, unless something else is sent', async () => {
  const script = ['One.', [{ delay_ms: 600_000 }, { text: 'Never.' }]];
  const first = await startTerminal({ script });
  try {
    await first.waitFor('Ask anything');
    first.type('begin\r');
    await first.waitFor(/One\..*Ask anything/s);
    first.type('and this\r');
    await first.waitFor(/and this.*Esc cancels/s);
    first.press('escape');
    await first.waitFor('❯ and this');
    first.press('ctrl+c', 'ctrl+c', 'ctrl+c');
    await first.exit;
    const again = await startTerminal({ script, home: first.home, args: ['-c'] });
    try {
      await again.waitFor('❯ and this');
      await again.waitFor('your message is back in the prompt');
    } finally {
      again.kill('SIGKILL');
      await again.exit;
    }
    const other = await startTerminal({ home: first.home, args: ['-c', '-m', 'demo', 'hello'] });
    try {
      await other.waitFor('Ask anything');
      expect(other.screen().join('\n')).not.toContain('❯ and this');
    } finally {
      await other.close();
    }
  } finally {
    await first.close();
  }
});
