import { mkdirSync, realpathSync, symlinkSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { openTrustStore } from '../../../src/config/trust.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

test('what is trusted is remembered for this text alone', async () => {
  const folder = await temporaryFolder();
  openTrustStore(folder).trust('/work/project', 'one');
  const store = openTrustStore(folder);
  expect(['one', 'two'].map((hash) => store.isTrusted('/work/project', hash))).toEqual([true, false]);
  expect(store.isTrusted('/work/other', 'one')).toBe(false);
});

test('the home folder and the root of the disk cannot be trusted as a whole, by any of their names', async () => {
  const folder = realpathSync(await temporaryFolder());
  mkdirSync(join(folder, 'real'));
  symlinkSync('real', join(folder, 'home'));
  vi.stubEnv('HOME', join(folder, 'home'));
  const store = openTrustStore(join(folder, 'state'));
  for (const root of ['/', homedir(), join(folder, 'real')]) {
    expect(() => store.trust(root, 'one'), root).toThrow(/cannot be trusted as a whole/);
  }
});
