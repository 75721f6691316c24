import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ConfigError, readConfig } from '../../../src/config/read-config.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';

test('a theme that does not exist is named with those that do, and ignored', async () => {
  const folder = await temporaryFolder();
  const file = join(folder, 'config.json');
  writeFileSync(file, '{ "theme": "purple", "plain": true }');
  const { config, warnings } = await readConfig(folder);
  expect(config).toEqual({ plain: true });
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toContain(`${file}, line 1, column 3: "theme" is wrong`);
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

test.each([
  ['a rule of another kind', { deny: ['touch', 5] }, 'has 5 as "deny.1"'],
  ['text instead of a list', { deny: 'touch' }, 'has "touch" as "deny"'],
  ['an empty rule', { deny: ['touch', ''] }, 'has "" as "deny.1"'],
  ['nothing', { deny: null }, 'has null as "deny"'],
  ['a list inside the list', { ask: [['touch']] }, 'has ["touch"] as "ask.0"'],
])('a rule that protects, given as %s, stops the start', async (_name, config, said) => {
  const folder = await temporaryFolder();
  writeFileSync(join(folder, 'config.json'), JSON.stringify(config));
  const failure = await readConfig(folder).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(ConfigError);
  expect(failure).toHaveProperty('message', expect.stringContaining(said));
  expect(failure).toHaveProperty('message', expect.stringContaining('Give a list of rules'));
});

test.each([
  ['{ "budget": "lots" }', 'has "lots" as "budget" at line 1, column 3. Give US dollars'],
  ['{ "plain": true,\n  "max_turns": 0 }', 'has 0 as "max_turns" at line 2, column 3. Give a whole number'],
])('a wrong limit stops the start: %s', async (text, said) => {
  const folder = await temporaryFolder();
  writeFileSync(join(folder, 'config.json'), text);
  await expect(readConfig(folder)).rejects.toThrow(said);
});

test('a wrong rule that allows is named and ignored', async () => {
  const folder = await temporaryFolder();
  writeFileSync(join(folder, 'config.json'), '{ "allow": ["touch", 5], "plain": true }');
  const { config, warnings } = await readConfig(folder);
  expect(config).toEqual({ plain: true });
  expect(warnings).toEqual([expect.stringContaining('"allow.1" is wrong')]);
});

test('seconds that no timer takes are named and ignored, wherever they stand', async () => {
  const folder = await temporaryFolder();
  const mcp_servers = { a: { command: 'x', timeout: 1e9 } };
  const limits = { tool_timeout: 1e9, stall_timeout: 1e9, first_timeout: 1e9 };
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ ...limits, mcp_servers, plain: true }));
  const { config, warnings } = await readConfig(folder);
  expect(config).toEqual({ plain: true });
  expect(warnings).toEqual(
    ['tool_timeout', 'stall_timeout', 'first_timeout', 'mcp_servers.a.timeout'].map((key) =>
      expect.stringContaining(`"${key}" is wrong: at most 2147483 seconds; the key is ignored.`),
    ),
  );
});

test('of servers, providers and keys only the wrong ones are ignored, each named with its place', async () => {
  const folder = await temporaryFolder();
  const file = join(folder, 'config.json');
  writeFileSync(
    file,
    `{
  // mine
  "mcp_servers": {
    "good": { "command": "x" },
    "bad": { "command": "x",
      "shell": true },
    "lost": { "args": [] },
    "a__b": { "command": "x" }
  },
  "providers": { "p": { "base_url": 5, "key": 6 }, "q": { "base_url": "http://q/" } },
  "modle": "x",
  "plain": true
}`,
  );
  const { config, warnings } = await readConfig(folder);
  expect(config).toEqual({
    mcp_servers: { good: { command: 'x' } },
    providers: { q: { base_url: 'http://q/' } },
    plain: true,
  });
  expect(warnings.map((warning) => warning.replace(/ is wrong: .*; /, ' is wrong; '))).toEqual([
    `${file}, line 6, column 7: "mcp_servers.bad" is wrong; this entry is ignored.`,
    `${file}, line 7, column 5: "mcp_servers.lost" is wrong; this entry is ignored.`,
    `${file}, line 8, column 5: "mcp_servers.a__b" is wrong; this entry is ignored.`,
    `${file}, line 10, column 25: "providers.p.base_url" is wrong; this entry is ignored.`,
    `${file}, line 11, column 3: there is no key "modle"; it is ignored. See agent-chat config keys.`,
  ]);
});

test('a wrong rule is named with its place', async () => {
  const folder = await temporaryFolder();
  writeFileSync(join(folder, 'config.json'), '\ufeff{\n  "deny": [\n    "touch",\n    5 ] }');
  await expect(readConfig(folder)).rejects.toThrow('has 5 as "deny.1" at line 4, column 5. Give a list');
});
