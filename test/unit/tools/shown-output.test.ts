import { readFileSync } from 'node:fs';
import { beforeEach, describe, expect, test } from 'vitest';
import type { ToolBench } from '../../helpers/call-tool.ts';
import { commandBench } from '../../helpers/command-bench.ts';

let bench: ToolBench;
let nap: string;

beforeEach(() => {
  ({ bench, nap } = commandBench());
});

const run = (command: string, more = {}) => bench.call('run_command', { command, ...more });

describe('progress bars', () => {
  const shown = async (command: string): Promise<[string, ReturnType<typeof run>]> => {
    let live = '';
    const output = async (_stream: 'stdout' | 'stderr', chunk: string): Promise<void> => {
      live += chunk;
    };
    const ended = bench.call('run_command', { command }, { output });
    await ended;
    return [live, ended];
  };

  test('keep the last state of their line, and are one line', async () => {
    const [, ended] = await shown(`printf 'a\\n'; for i in 1 2 3 4 5; do printf "\\rprogress $i/5"; done`);
    expect(await ended).toEqual({ result: 'a\nprogress 5/5', meta: { summary: '2 lines', exit_code: 0 } });
    expect((await run(`printf 'half\\r\\033[Kwhole\\r\\033[0m\\r\\n\\n\\n'`)).result).toBe('whole');
    expect((await run(`printf 'half\\r\\033[K\\nend'`)).result).toBe('half\nend');
  });

  test('do not push out what else was said, however often they are drawn', async () => {
    const [live, ended] = await shown(
      `echo begin; i=0; while [ $i -lt 9000 ]; do i=$((i+1)); printf '\\rstep %s of 9000' $i; done; echo; echo end`,
    );
    const { result, meta } = await ended;
    expect(result).toMatch(/^begin\nstep 9000 of 9000\nend\n\[what was overwritten in a line was left out; .*\]$/);
    expect(readFileSync(meta?.full_output_path ?? '', 'utf8')).toContain('\rstep 1 of 9000\rstep 2 of 9000\r');
    expect(meta?.summary).toBe('3 lines');
    expect(live).toMatch(/\rstep 9000 of 9000\nend\n$/);
  });
});

test('says on the screen, in the same words, what was ended, and names no shell that only ran it', async () => {
  let live = '';
  const output = async (_stream: 'stdout' | 'stderr', chunk: string): Promise<void> => {
    live += chunk;
  };
  const command = `(true; sleep ${nap}; true) & nohup sleep ${nap} >/dev/null 2>&1 & until pgrep -f 'sleep ${nap}' | tail -n +2 | grep -q .; do :; done; printf x`;
  const { result } = await bench.call('run_command', { command }, { output });
  const said = `[2 background processes were ended with the command: sleep ${nap}, sleep ${nap}]`;
  expect(result).toBe(`x\n${said}`);
  expect(live).toBe(`x\n${said}\n`);
});
