import { expect, test } from 'vitest';
import { createSizeSettler } from '../../../../src/ui/terminal/settle-size.ts';

test('a size that becomes steady while it is drawn for is drawn for once more', async () => {
  let isSteady = false;
  const drawn: boolean[] = [];
  await new Promise<void>((resolve) => {
    const settler = createSizeSettler({
      places: undefined,
      now: () => performance.now(),
      isSteady: () => isSteady,
      settled: () => {
        drawn.push(isSteady);
        if (isSteady) resolve();
        isSteady = true;
      },
    });
    settler.changed();
  });
  expect(drawn).toEqual([false, true]);
});
