import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { askAll, type FaultCase, type FaultRun, FINE, PROTOCOLS, privateHome } from '../helpers/fault-run.ts';
import type { ModelCall, Protocol } from '../helpers/model-server/answers.mjs';

const call = (name: string, args: unknown, id?: string): ModelCall => ({
  name,
  arguments: args,
  ...(id === undefined ? {} : { id }),
});
const ask =
  (...calls: ModelCall[]): FaultCase =>
  () => [{ calls }];
const list = (depth: number): ModelCall => call('list_files', { depth });
const run = (command: string): ModelCall => call('run_command', { command });
const many = (count: number): FaultCase => ask(...Array.from({ length: count }, (_, index) => list(index + 1)));
const BAD_JSON = call('list_files', '{"path": "a');

const CASES: Readonly<Record<string, FaultCase>> = {
  'bad-json': ask(BAD_JSON),
  'bad-json-always': () => Array.from({ length: 9 }, () => ({ calls: [BAD_JSON] })),
  'no-object': ask(call('list_files', '[1]')),
  'unknown-tool': ask(call('fly_\x1b[31m', { to: 'the moon' })),
  'same-id': ask(call('list_files', { depth: 1 }, 'same'), call('list_files', { depth: 2 }, 'same')),
  'same-id-later': ask(call('list_files', { depth: 3 }, 'same')),
  proto: ask(call('list_files', '{"__proto__": {"path": "/etc"}, "path": "."}')),
  constructor: ask(call('list_files', '{"constructor": {"prototype": {"polluted": 1}}, "path": "."}')),
  eight: many(8),
  hundred: many(100),
  thousand: many(1000),
  loop: () => Array.from({ length: 20 }, () => ({ calls: [list(1)] })),
  line: ask(run("head -c 10000000 /dev/zero | tr '\\0' 'x'")),
  binary: ask(run('head -c 10000000 /dev/urandom')),
  ansi: ask(run('yes "$(printf \'\\033]52;c;b3duZWQ=\\007\\033[31mred\\302\\233\')" | head -c 10000000')),
  flood: ask(run('yes | head -c 50000000')),
};

const runs = new Map<Protocol, FaultRun>();
beforeAll(async () => {
  const args = ['--permission-mode', 'full', '--i-know'];
  const start = async (protocol: Protocol): Promise<void> => {
    const home = privateHome();
    writeFileSync(join(home.cwd, 'e\x1b[2Jvil.txt'), '');
    runs.set(protocol, await askAll(protocol, CASES, { args, home }));
    rmSync(home.path, { recursive: true, force: true });
  };
  await Promise.all(PROTOCOLS.map(start));
}, 60_000);

describe.each(PROTOCOLS)('%s, a model that misbehaves', (protocol) => {
  const of = (name: string) => (runs.get(protocol) as FaultRun).of(name);
  const results = (name: string) => of(name).log.filter((message) => message.type === 'tool_result');

  test.each(['bad-json', 'no-object', 'proto', 'constructor'])(
    '%s: the call is not run, and the model told why',
    (name) => {
      const { done, log, tool_errors, requests } = of(name);
      expect(log.filter((message) => message.type === 'tool_started')).toEqual([]);
      expect(tool_errors.map(({ kind }) => kind)).toEqual(['invalid_arguments']);
      expect([done.status, done.final_text, requests.length]).toEqual(['completed', FINE.text, 2]);
    },
  );

  test('arguments that are not JSON are told with their position', () => {
    expect(of('bad-json').tool_errors[0]?.error.error).toMatch(/not valid JSON, at position \d+/);
  });

  test('three times in a row without a call that can run halt', () => {
    const { done, requests } = of('bad-json-always');
    expect([done.status, done.halt?.reason, requests.length]).toEqual(['halted', 'loop', 3]);
  });

  test('a tool that is not there is told with those that are', () => {
    const [error] = of('unknown-tool').tool_errors;
    expect(error?.kind).toBe('unknown_tool');
    expect(error?.error.error).toContain('read_file');
  });

  test('ids that come twice are made different, and every call is answered', () => {
    const ids = [...results('same-id'), ...results('same-id-later')].map(({ result }) => result.id);
    expect(new Set(ids).size).toBe(3);
  });

  test('eight calls at once are all run; a hundred and a thousand are told to be fewer', () => {
    expect(results('eight')).toHaveLength(8);
    for (const [name, count] of [
      ['hundred', 100],
      ['thousand', 1000],
    ] as const) {
      const { done, tool_errors, warnings } = of(name);
      expect([done.status, tool_errors.length, results(name).length]).toEqual(['completed', count, 0]);
      expect(warnings.join()).toContain(`${count} tool calls in one response`);
    }
  });

  test('the same call with the same result halts the third time', () => {
    const { done, requests } = of('loop');
    expect([done.status, done.halt?.reason, requests.length]).toEqual(['halted', 'loop', 3]);
  });

  test.each(['line', 'binary', 'ansi', 'flood'])('%s: a flood of output is bounded', (name) => {
    const { done, log, requests } = of(name);
    const [result] = results(name);
    expect(done).toMatchObject({ status: 'completed', final_text: FINE.text });
    expect(result?.result.result.length).toBeLessThan(40_000);
    expect(result?.result.result).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f-\x9f]/);
    expect(JSON.stringify(requests.at(-1)?.body).length).toBeLessThan(2_000_000);
    expect(JSON.stringify(log).length).toBeLessThan(2_000_000);
    if (name === 'binary') expect(result?.result.result).toMatch(/\[binary, 10000000 bytes/);
  });

  test('the program ends by itself, keeps the promises and writes no escape sequence', () => {
    const { code, violations, stdout, stderr } = runs.get(protocol) as FaultRun;
    expect([code, violations]).toEqual([0, []]);
    expect(stdout + stderr).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f-\x9f]/);
  });
});
