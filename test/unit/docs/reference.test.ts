import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { SLASH_COMMANDS } from '../../../src/commands/registry.ts';
import { CONFIG_KEYS } from '../../../src/config/config.ts';
import { encoders } from '../../../src/encoders/registry.ts';
import { PERMISSION_MODES } from '../../../src/permissions/modes.ts';
import { PROVIDER_TABLE } from '../../../src/providers/catalog/provider-table.ts';
import { KEY_TABLE } from '../../../src/ui/input/keys/key-table.ts';
import { keyLabel } from '../../../src/ui/input/keys/keymap.ts';
import { runProgram } from '../../helpers/run-program.ts';

// The reference is made from the registries. After a change of one of them: npx vitest run test/unit/docs --update
test('docs/reference.md says what the registries say', async () => {
  const { stdout: help } = await runProgram(['--help']);
  await expect(reference(help)).toMatchFileSnapshot(join(process.cwd(), 'docs/reference.md'));
});

test('every file that the README and the docs link to is there', () => {
  const pages = [
    'README.md',
    ...readdirSync('docs')
      .filter((name) => name.endsWith('.md'))
      .map((name) => `docs/${name}`),
  ];
  const missing = pages.flatMap((page) =>
    [...readFileSync(page, 'utf8').matchAll(/\]\((?!https?:|#)([^)#]+)(?:#[^)]*)?\)/g)].flatMap(([, link = '']) => {
      try {
        readFileSync(join(dirname(page), link));
        return [];
      } catch (error) {
        return (error as NodeJS.ErrnoException).code === 'EISDIR' ? [] : [`${page} → ${link}`];
      }
    }),
  );
  expect(missing).toEqual([]);
});

function reference(help: string): string {
  return [
    '# Reference',
    '',
    'Made from the registries of the program; a test keeps it so.',
    ...section('Command line', ['```text', help.trimEnd(), '```']),
    ...section('Keys', [
      'Your own keys stand in the config file: `"keys": { "cancel": "ctrl+x" }`. Hints on the screen name them; Esc closes menus,',
      'pickers, the help and notes whatever it is bound to.',
      '',
      '| action | does | keys |',
      '| --- | --- | --- |',
      ...KEY_TABLE.map(({ action, description, keys, windows }) =>
        row(
          `\`${action}\``,
          description,
          keys.map(label).join(' ') + (windows === undefined ? '' : ` (Windows: ${windows.map(label).join(' ')})`),
        ),
      ),
    ]),
    ...section('Slash commands', [
      '| command | does |',
      '| --- | --- |',
      ...SLASH_COMMANDS.map(({ name, aliases = [], argument, description }) =>
        row(
          `\`/${name}${argument === undefined ? '' : ` ${argument}`}\`${aliases.map((alias) => ` \`/${alias}\``).join('')}`,
          description,
        ),
      ),
    ]),
    ...section('Output formats', [
      '| format | is |',
      '| --- | --- |',
      ...encoders.map(({ name, description }) => row(`\`${name}\``, description)),
    ]),
    ...section('Permission modes', [
      '| mode | means |',
      '| --- | --- |',
      ...PERMISSION_MODES.map(({ name, description }) => row(`\`${name}\``, description)),
    ]),
    ...section('Providers', [
      '| provider | protocol | address | another address | key |',
      '| --- | --- | --- | --- | --- |',
      ...Object.entries(PROVIDER_TABLE).map(([name, entry]) => {
        const { protocol, base_url, base_url_variables = [], key_variables, token_variables = [] } = entry;
        const secrets = [...key_variables, ...token_variables];
        return row(`\`${name}\``, protocol, base_url, code(base_url_variables), code(secrets));
      }),
    ]),
    ...section('Config keys', [
      '| key | is |',
      '| --- | --- |',
      ...Object.entries(CONFIG_KEYS).map(([key, schema]) => row(`\`${key}\``, schema.description ?? '')),
    ]),
    '',
  ].join('\n');
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return ['', `## ${title}`, '', ...lines];
}

function code(words: readonly string[]): string {
  return words.map((word) => `\`${word}\``).join(' ');
}

function label(key: Parameters<typeof keyLabel>[0]): string {
  return `\`${keyLabel(key)}\``;
}

function row(...cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}
