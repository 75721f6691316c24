import { expect, test } from 'vitest';
import { startTerminal } from '../helpers/terminal.ts';

test('a chat whose file may not grow any more goes on, and says that it is not saved', async () => {
  const script = [[{ text: 'word '.repeat(6000) }], [{ text: 'Still here.' }]];
  const chat = await startTerminal({ script, wrapper: 'ulimit -f 16; exec "$@"' });
  try {
    await chat.waitFor('❯');
    chat.type('much, please\r');
    await chat.waitFor('This chat is not being saved');
    await chat.waitFor('Ask anything');
    chat.type('and now?\r');
    await chat.waitFor('Still here.');
    chat.press('ctrl+d');
    expect(await chat.exit).toMatchObject({ exitCode: 0 });
  } finally {
    await chat.close();
  }
});
