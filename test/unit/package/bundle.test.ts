import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const MAX_BYTES = 3_000_000;

test('what npx installs stays below three megabytes', () => {
  const sizes = readdirSync('dist').map((file) => statSync(join('dist', file)).size);
  expect(sizes.length).toBeGreaterThan(0);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(MAX_BYTES);
});
