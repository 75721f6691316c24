import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { toolEnvironment } from '../../../src/permissions/tool-environment.ts';

const options = { workspace: '/ws', secrets: ['sk-ant-secret-value'] };

test('keeps the usual variables and nothing else', () => {
  const given = {
    PATH: '/bin',
    HOME: '/h',
    LANG: 'C',
    LC_ALL: 'C',
    TZ: 'UTC',
    EDITOR: 'vi',
    NODE_ENV: 'x',
    COLORTERM: 'truecolor',
  };
  expect(toolEnvironment(given, options)).toEqual({ PATH: '/bin', HOME: '/h', LANG: 'C', LC_ALL: 'C', TZ: 'UTC' });
});

test('passes on what the user names, but never what is named like a secret or runs programs', () => {
  const names = [
    'MINE',
    'NODE_ENV',
    'MY_API_KEY',
    'GITHUB_TOKEN',
    'DB_PASSWORD',
    'X_CREDENTIALS',
    'NODE_OPTIONS',
    'LD_PRELOAD',
    'BASH_ENV',
    'GIT_SSH_COMMAND',
    'SSH_AUTH_SOCK',
    'PROMPT_COMMAND',
    'RIPGREP_CONFIG_PATH',
    'ENV',
    'PYTHONSTARTUP',
    'DYLD_INSERT_LIBRARIES',
  ];
  const given = Object.fromEntries(names.map((name) => [name, 'value']));
  expect(toolEnvironment(given, { ...options, pass: names })).toEqual({ MINE: 'value', NODE_ENV: 'value' });
});

test('finds a key by its value, whatever the variable is called', () => {
  const given = {
    LC_TEST: 'sk-ant-secret-value',
    TZ: 'a sk-ant-secret-value b',
    MINE: 'x=sk-ant-secret-value',
    LANG: 'C',
  };
  expect(toolEnvironment(given, { ...options, pass: ['MINE'] })).toEqual({ LANG: 'C' });
});

test('takes folders of the workspace and relative ones off the search path', () => {
  const PATH = '/ws/bin:/usr/bin:.:bin::/ws:/wsx/bin:/ws/../bin:node_modules/.bin';
  expect(toolEnvironment({ PATH }, options).PATH).toBe('/usr/bin:/wsx/bin:/ws/../bin');
});

test('no provider key is seen by env', () => {
  const environment = toolEnvironment(
    {
      ...process.env,
      ANTHROPIC_API_KEY: 'sk-ant-secret-value',
      OPENAI_API_KEY: 'sk-other',
      LC_X: 'sk-ant-secret-value',
    },
    options,
  );
  const seen = execFileSync('env', { env: environment, encoding: 'utf8' });
  expect(seen).not.toMatch(/sk-|KEY/);
});
