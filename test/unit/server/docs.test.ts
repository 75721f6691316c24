import { readFile } from 'node:fs/promises';
import { HttpAgent } from '@ag-ui/client';
import { expect, test } from 'vitest';
import { serve } from '../../helpers/serve-fake.ts';

test('the ten lines of client code in docs/ag-ui.md work as they stand', async () => {
  const page = await readFile(new URL('../../../docs/ag-ui.md', import.meta.url), 'utf8');
  const code = /```js\n([\s\S]*?)```/.exec(page)?.[1]?.replace(/^import .*$/m, '') ?? '';
  const { server } = await serve(async (turn) => {
    turn.text('Let me ask.');
    turn.call('c1', 'list_files');
    if ((await turn.ask('c1')) === 'deny') return;
    turn.start('c1');
    turn.result('c1', 'a, b');
    turn.iteration();
    turn.text(' There are a and b.');
  });
  let written = '';
  const process = {
    env: { AGENT_CHAT_URL: server.url, AGENT_CHAT_TOKEN: server.token },
    stdout: { write: (text: string) => (written += text) },
  };
  const run = new Function('HttpAgent', 'process', `return (async () => {${code}})()`);
  await run(HttpAgent, process);
  expect(written).toBe('Let me ask. There are a and b.');
});
