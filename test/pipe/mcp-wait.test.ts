import { expect, test } from 'vitest';
import { mcpHome, stdio, warnings } from '../helpers/mcp/mcp-home.ts';
import { readMessages, runProgram } from '../helpers/run-program.ts';

test('a server that has failed is not waited for', async () => {
  const servers = { gone: { command: 'no-such-program' }, mute: stdio({ kind: 'silent' }) };
  const home = mcpHome({ mcp_servers: servers }, []);
  const { stdout } = await runProgram(['-p', 'go', '-m', 'script:s.json', '-o', 'stream-json'], { home });
  const said = warnings(readMessages(stdout));
  const failed = said.findIndex((warning) => /"gone" cannot be used/.test(warning));
  expect(failed).toBeGreaterThanOrEqual(0);
  expect(said.slice(failed + 1).filter((warning) => warning.includes('"gone"'))).toEqual([]);
  expect(said.at(-1)).toContain('"mute": not ready');
});
