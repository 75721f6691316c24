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
