import { expect, test } from 'vitest';
import { hasSandbox, runSandboxed, sandboxBench } from '../../../helpers/sandbox-bench.ts';

test.skipIf(!(await hasSandbox()))(
  'what stands in while commands run side by side is not taken for their work',
  async () => {
    const bench = sandboxBench();
    for (let round = 0; round < 15; round += 1) {
      const ran = await Promise.all(['echo one', 'seq 1 60'].map((command) => runSandboxed(bench, command)));
      expect(ran.map(({ meta }) => meta?.summary)).toEqual(['1 line', '60 lines']);
    }
  },
);
