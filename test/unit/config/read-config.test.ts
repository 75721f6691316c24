import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readConfig } from '../../../src/config/read-config.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';

test('a theme that does not exist is named with those that do, and ignored', async () => {
  const folder = await temporaryFolder();
  const file = join(folder, 'config.json');
  writeFileSync(file, '{ "theme": "purple", "plain": true }');
  const { config, warnings } = await readConfig(folder);
  expect(config).toEqual({ plain: true });
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toContain(`${file}: "theme" is wrong`);
  expect(warnings[0]).toMatch(/auto.*dark.*light.*colour-blind.*terminal.*none/);
});

test.each([
  ['a name that hides where it ends', { a__b: { command: 'x' } }, 'mcp_servers.a__b'],
  ['neither a command nor an address', { a: { args: [] } }, 'give either "command" or "url"'],
  ['both of them', { a: { command: 'x', url: 'http://x/' } }, 'give either "command" or "url"'],
  ['an address of another kind', { a: { url: 'file:///x' } }, '"mcp_servers.a.url" is wrong'],
  ['an unknown key', { a: { command: 'x', shell: true } }, '"mcp_servers.a" is wrong'],
])('an MCP server with %s is named and ignored', async (_name, mcp_servers, said) => {
  const folder = await temporaryFolder();
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ mcp_servers, plain: true }));
  const { config, warnings } = await readConfig(folder);
  expect(config).toEqual({ plain: true });
  expect(warnings).toEqual([expect.stringContaining(said)]);
});
