import { expect, test } from 'vitest';
import { knownSecrets } from '../../../src/cli/wiring/secrets.ts';

test('values of variables that are called as secrets are known, those of keyboards and authors are not', () => {
  const environment = {
    MY_API_KEY: 'one-of-the-secrets',
    PROXY_AUTHORIZATION: 'Basic another-secret',
    XKB_KEYMAP: 'pc105-and-more',
    KEYBOARD_LAYOUT: 'german-no-dead-keys',
    GIT_AUTHOR_NAME: 'Somebody Else',
    TOKEN_FILE: '/run/secrets/token',
    SHORT_TOKEN: 'abc',
  };
  expect(knownSecrets(environment, {})).toEqual(['one-of-the-secrets', 'Basic another-secret']);
});
