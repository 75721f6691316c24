import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type ToolBench, toolBench } from './call-tool.ts';

/** The tools over a folder of their own, for a test of commands. */
export interface CommandBench {
  readonly cwd: string;
  readonly bench: ToolBench;
  /** A number of seconds that no other process sleeps: it marks the processes of one test. */
  readonly nap: string;
}

let naps = 0;

/** Makes a folder that is gone after the test, and what was spilled beside it. */
export function commandBench(): CommandBench {
  const cwd = realpathSync(mkdtempSync(join(tmpdir(), 'commands-')));
  onTestFinished(() => {
    for (const folder of [cwd, `${cwd}-spill`]) rmSync(folder, { recursive: true, force: true });
  });
  naps += 1;
  return { cwd, bench: toolBench(cwd), nap: `${7000 + naps}.${process.pid}` };
}
