import { mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { beforeEach, describe, expect, test } from 'vitest';
import { processesWith, type ToolBench, toolBench } from '../../helpers/call-tool.ts';
import { commandBench } from '../../helpers/command-bench.ts';

let cwd: string;
let bench: ToolBench;
let nap: string;

beforeEach(() => {
  ({ cwd, bench, nap } = commandBench());
});

const run = (command: string, more = {}) => bench.call('run_command', { command, ...more });

describe('what it tells', () => {
  test('the output of both streams, and nothing else when all went well', async () => {
    expect(await run('echo out; echo err >&2')).toEqual({
      result: 'out\nerr',
      meta: { summary: '2 lines', exit_code: 0 },
    });
  });

  test('the exit code, a signal, and that there was no output', async () => {
    expect(await run('exit 3')).toEqual({
      result: '(no output)\n[exit code 3]',
      meta: { summary: 'exit 3', exit_code: 3 },
    });
    expect(await run('kill -SEGV $$')).toEqual({
      result: '(no output)\n[killed by SIGSEGV]',
      meta: { summary: 'killed by SIGSEGV (exit 139)', exit_code: 139 },
    });
    expect((await run('true')).meta).toEqual({ summary: 'no output', exit_code: 0 });
  });

  test('plain text: no escape sequences, overwritten lines or invisible characters', async () => {
    const { result } = await run(
      `printf '\\033[31mred\\033[0m \\033]0;title\\007x\\r\\n10%%\\r50%%\\r100%%\\na\\342\\200\\256b\\a\\n'`,
    );
    expect(result).toBe('red x\n100%\na\\u{202e}b');
  });

  test('that the folder to run in is gone', async () => {
    rmSync(cwd, { recursive: true });
    expect((await bench.failure('run_command', { command: 'true' })).message).toBe(
      `The folder ${cwd} is gone: it was deleted or moved. Nothing can run there.`,
    );
  });

  test('that a command line is longer than the system takes', async () => {
    const failure = await bench.failure('run_command', { command: `: ${'x'.repeat(3_000_000)}` });
    expect(failure.message).toMatch(/E2BIG/);
  });
});

describe('what it gives the command', () => {
  test('exactly its environment, quiet tools, and nothing to read', async () => {
    bench = toolBench(cwd, { environment: { PATH: process.env.PATH ?? '', MINE: '1' } });
    const { result } = await run('env | cut -d= -f1 | sort; cat; tty');
    expect(result.split('\n').filter((line) => !/^(_|SHLVL|PWD|OLDPWD)$/.test(line))).toEqual([
      ...['AGENT_CHAT_CALL', 'GIT_PAGER', 'GIT_TERMINAL_PROMPT', 'MINE', 'PAGER', 'PATH', 'TERM'],
      'not a tty',
      '[exit code 1]',
    ]);
  });

  test('the working directory, and bash', async () => {
    expect((await run('pwd; [[ a == a ]] && echo bash')).result).toBe(`${cwd}\nbash`);
  });

  test('no start-up files of the user', async () => {
    const { writeFileSync } = await import('node:fs');
    writeFileSync(join(cwd, '.bashrc'), 'echo FROM RC');
    bench = toolBench(cwd, { environment: { PATH: process.env.PATH ?? '', HOME: cwd, BASH_ENV: '' } });
    expect((await run('echo ok')).result).toBe('ok');
  });
});

describe('long output', () => {
  test('keeps head and tail, and the whole of it in a private file', async () => {
    const { result, meta } = await run('seq 1 100000');
    expect(Buffer.byteLength(result)).toBeLessThan(34 * 1024);
    expect(result).toMatch(/^1\n2\n/);
    expect(result).toMatch(/\n99999\n100000$/);
    const path = meta?.full_output_path ?? '';
    expect(result).toMatch(/\n\[… \d+\.\d KB left out; the whole output is in /);
    expect(result).toContain(path);
    expect(readFileSync(path, 'utf8')).toBe(`${Array.from({ length: 100000 }, (_, at) => at + 1).join('\n')}\n`);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(join(path, '..')).mode & 0o777).toBe(0o700);
  });

  test('is cut between characters', async () => {
    const { result } = await run(`yes '😀😀😀😀' | head -c 102000 | tr -d '\\n'`);
    expect(result).not.toContain('\ufffd');
  });

  test('of 200 MB of NUL bytes stays small in memory and is named by its digest', async () => {
    const before = process.memoryUsage().rss;
    const { result } = await run('head -c 200000000 /dev/zero');
    expect(result).toMatch(
      /^\[binary, 200000000 bytes, sha256 d162f6594b643795442d4c7bba3a1711962b9e63717625d9f1f9696df315c86b; .* is not whole: only the first 64 MB were kept\]$/,
    );
    expect(process.memoryUsage().rss - before).toBeLessThan(150 * 1024 * 1024);
  });

  test('waits for a slow reader instead of growing', async () => {
    let pending = 0;
    let most = 0;
    await bench.call(
      'run_command',
      { command: 'seq 1 20000' },
      {
        output: async () => {
          pending += 1;
          most = Math.max(most, pending);
          await delay(1);
          pending -= 1;
        },
      },
    );
    expect(most).toBe(1);
  });

  test('is not lost when the command ends before it is read', async () => {
    const { result } = await bench.call(
      'run_command',
      { command: 'seq 1 3000; echo last >&2' },
      { output: () => delay(60) },
    );
    expect(result).toContain('\n3000');
    expect(result).toContain('last');
  });

  test('is shown live as text, up to a limit, and never as bytes that are no text', async () => {
    let live = '';
    const output = async (_: string, chunk: string): Promise<void> => {
      live += chunk;
    };
    await bench.call('run_command', { command: 'seq 1 200000' }, { output });
    expect(live.length).toBeLessThan(300 * 1024);
    expect(live).toMatch(/\[more output; it is not shown live\]\n$/);
    live = '';
    await bench.call('run_command', { command: 'head -c 1000 /dev/zero; head -c 100000 /dev/urandom' }, { output });
    expect(live).toBe('[binary output is not shown]\n');
  });
});

describe('the end', () => {
  test('does not wait for a daemon that holds the pipes, and ends it', async () => {
    const started = performance.now();
    const { result } = await run(`sleep ${nap} & echo started`);
    expect(performance.now() - started).toBeLessThan(10_000);
    expect(result).toBe(`started\n[1 background process was ended with the command: sleep ${nap}]`);
    await expect.poll(() => processesWith(nap), { timeout: 10_000 }).toEqual([]);
  });

  test('finds a daemon that left the process group and detached from everything', async () => {
    await run(`setsid sleep ${nap} </dev/null >/dev/null 2>&1 & (setsid sh -c 'setsid sleep ${nap}' &) ; echo started`);
    await expect.poll(() => processesWith(nap), { timeout: 10_000 }).toEqual([]);
  });

  test.each([
    ['left its session and its environment', `env -i setsid nohup sleep ${nap} &`],
    [
      'forked twice',
      `perl -e '%ENV = (); exit if fork; use POSIX; POSIX::setsid(); exit if fork; exec "sleep", "${nap}"'`,
    ],
  ])('finds a daemon that %s, by the output that it holds', async (_how, command) => {
    await run(`${command}; true`.replace('&;', '&'));
    expect(processesWith(nap)).toEqual([]);
  });

  test('a cancel finds one that took off everything while whoever started it lives', async () => {
    const controller = new AbortController();
    const line = `env -i setsid sleep ${nap} </dev/null >/dev/null 2>&1 & env -i setsid sh -c 'sleep ${nap}; true' >/dev/null 2>&1 & wait`;
    const running = bench.failure('run_command', { command: line }, { signal: controller.signal });
    await expect.poll(() => processesWith(nap).length, { timeout: 20_000 }).toBeGreaterThan(3);
    controller.abort();
    await running;
    expect(processesWith(nap)).toEqual([]);
  });

  test('still reads what a child prints shortly after its parent ended', async () => {
    expect((await run('(sleep 0.1; echo late) & echo early')).result).toMatch(/^early\nlate/);
  });

  test('runs as long as the session allows, unless the call asks for less', async () => {
    const failure = await bench.failure('run_command', { command: `sleep ${nap}` }, { timeout_ms: 300 });
    expect(failure.message).toContain('stopped after 300 ms');
    const asked = { command: `sleep ${nap}`, timeout_ms: 600_000 };
    expect((await bench.failure('run_command', asked, { timeout_ms: 300 })).message).toContain('stopped after 300 ms');
  }, 10_000);

  test('after a time-out comes with the output until then', async () => {
    const failure = await bench.failure('run_command', { command: `echo before; sleep ${nap}`, timeout_ms: 300 });
    expect(failure.message).toBe('The command was stopped after 300 ms. Its output until then:\nbefore');
    expect(failure.meta?.summary).toBe('timed out');
    await expect.poll(() => processesWith(nap), { timeout: 10_000 }).toEqual([]);
  });

  test('comes two seconds later for a command that does not heed SIGTERM', async () => {
    const started = performance.now();
    await bench.failure('run_command', { command: `trap '' TERM; while :; do sleep ${nap}; done`, timeout_ms: 100 });
    expect(performance.now() - started).toBeGreaterThan(1900);
    expect(performance.now() - started).toBeLessThan(10_000);
    await expect.poll(() => processesWith(nap), { timeout: 10_000 }).toEqual([]);
  });

  test.each([
    ['a plain command', 'sleep NAP'],
    ['a command that ignores SIGTERM', "trap '' TERM INT HUP; while :; do sleep NAP; done"],
    ['a tree', 'sh -c "sh -c \\"sleep NAP; true\\"; true" | cat'],
    [
      'daemons in sessions of their own',
      'for i in 1 2 3; do setsid sh -c \'trap "" TERM; sleep NAP; sleep NAP\' & done; wait',
    ],
    ['a flood', 'yes NAP'],
  ])('comes promptly when %s is cancelled, and nothing is left alive', async (_, command) => {
    const controller = new AbortController();
    const { promise, resolve } = defer();
    const running = bench.failure(
      'run_command',
      { command: `echo up; ${command.replaceAll('NAP', nap)}` },
      {
        signal: controller.signal,
        output: async () => resolve(),
      },
    );
    await promise;
    await delay(50);
    const started = performance.now();
    controller.abort();
    expect((await running).message).toMatch(/^The command was stopped\. Its output until then:\nup/);
    expect(performance.now() - started).toBeLessThan(1900);
    await expect.poll(() => processesWith(nap), { timeout: 10_000 }).toEqual([]);
  });

  test('comes at once for a call that is cancelled before it starts', async () => {
    const failure = await bench.failure('run_command', { command: `sleep ${nap}` }, { signal: AbortSignal.abort() });
    expect(failure.message).toMatch(/was stopped/);
    await expect.poll(() => processesWith(nap), { timeout: 10_000 }).toEqual([]);
  });

  test('of fifty commands at once leaves nothing behind and mixes nothing up', async () => {
    const results = await Promise.all(Array.from({ length: 50 }, (_, at) => run(`echo ${at}; sleep ${nap} & true`)));
    expect(results.map(({ result }) => result.split('\n')[0])).toEqual(
      Array.from({ length: 50 }, (_, at) => String(at)),
    );
    await expect.poll(() => processesWith(nap), { timeout: 10_000 }).toEqual([]);
  });
});

test('a command that may only run in a sandbox does not run without one', async () => {
  const failure = await bench.failure('run_command', { command: 'touch ran' }, { grant: { is_sandboxed: true } });
  expect(failure.message).toMatch(/may only run in a sandbox/);
  const { existsSync } = await import('node:fs');
  expect(existsSync(join(cwd, 'ran'))).toBe(false);
});

test('children die with the program that started them', async () => {
  const { spawnSync } = await import('node:child_process');
  mkdirSync(join(cwd, 'out'));
  const { rolldown } = await import('rolldown');
  const bundle = await rolldown({ input: 'src/tools/process/run-process.ts', platform: 'node', logLevel: 'silent' });
  await bundle.write({
    dir: join(cwd, 'out'),
    format: 'esm',
    entryFileNames: 'run.mjs',
    codeSplitting: false,
  } as object);
  const script = `
    import { runProcess } from ${JSON.stringify(join(cwd, 'out/run.mjs'))};
    runProcess({ argv: ['/bin/sh', '-c', 'echo up; sleep ${nap}'], cwd: '/', environment: {}, signal: new AbortController().signal,
      timeout_ms: 60000, take: async () => process.exit(7) });
  `;
  const { status } = spawnSync(process.execPath, ['--input-type=module', '-e', script]);
  expect(status).toBe(7);
  await expect.poll(() => processesWith(nap)).toEqual([]);
});

function defer(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
