import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readMention } from '../../../src/cli/services/read-mention.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';

test('a link is read where it stays in the folder, and named where it leads out of it', async () => {
  const folder = await temporaryFolder();
  const cwd = join(folder, 'work');
  await mkdir(join(cwd, 'docs'), { recursive: true });
  await writeFile(join(cwd, 'docs/a.md'), 'in here');
  await writeFile(join(folder, 'b.md'), 'out there');
  await symlink('docs/a.md', join(cwd, 'near'));
  await symlink('../b.md', join(cwd, 'far'));
  await symlink('..', join(cwd, 'up'));
  const read = (path: string) => readMention(cwd, path);
  expect(await read('near')).toEqual({ type: 'file', name: 'near', text: 'in here' });
  expect(await read('../b.md')).toEqual({ type: 'file', name: '../b.md', text: 'out there' });
  const away = { type: 'link_away', leads_to: join(folder, 'b.md') };
  expect([await read('far'), await read('up/b.md')]).toEqual([away, away]);
});
