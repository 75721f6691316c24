import { expect, test } from 'vitest';
import { openPromptHistory } from '../../../src/cli/services/prompt-history.ts';
import type { Setup } from '../../../src/cli/setup.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';

test('the same prompt twice in a row is kept once', async () => {
  const setup = { folders: { state: await temporaryFolder() } } as unknown as Setup;
  const history = openPromptHistory(setup);
  for (const text of ['a', 'a', 'b', 'a']) history.append(text);
  expect(await history.load()).toEqual(['a', 'b', 'a']);
  expect(await openPromptHistory(setup).load()).toEqual(['a', 'b', 'a']);
});
