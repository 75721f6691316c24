import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createModelCatalog } from '../../../../src/providers/catalog/catalog.ts';
import { startRealRun } from '../../../helpers/real-run.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'agent-chat-demo-'));
  writeFileSync(join(folder, 'README.md'), '# Night train\n\nA timetable for trains that run at night.\n');
  writeFileSync(join(folder, 'notes.txt'), 'hello\nhello again\n');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const catalog = () =>
  createModelCatalog({ environment: {}, cwd: folder, demo: { delay_ms: 0 }, local: { is_searched: false } });
const start = (judge?: Parameters<typeof startRealRun>[0]['judge']) =>
  startRealRun({ catalog: catalog(), model: 'demo', cwd: folder, ...(judge === undefined ? {} : { judge }) });
const calls = (log: Awaited<ReturnType<ReturnType<typeof start>['end']>>): string[] =>
  log.flatMap((message) => (message.type === 'tool_started' ? [message.tool_call_id] : []));

describe('the demo', () => {
  test('lists the files and reads the README with two tools at once, and answers from both results', async () => {
    const run = start();
    const done = await run.ask('list the files here and read the README');
    const log = await run.end();
    expect(done.status).toBe('completed');
    expect(done.iterations).toBe(2);
    expect(calls(log)).toHaveLength(2);
    expect(done.final_text).toContain('`notes.txt`');
    expect(done.final_text).toContain('Night train');
    expect(done.final_text).toContain('A timetable for trains that run at night.');
  });

  test('says in its first words, and only once, that it is no language model', async () => {
    const run = start();
    await run.ask('read the README');
    await run.ask('read notes.txt');
    const log = await run.end();
    const said = log.flatMap((message) => (message.type === 'text' ? [message.chunk] : [])).join('');
    expect(said).toMatch(/^I am the demo: .*not a language model/);
    expect(said.match(/not a language model/g)).toHaveLength(1);
  });

  test('edits a file and shows it afterwards, one after the other', async () => {
    const run = start();
    const done = await run.ask('replace all "hello" with "good morning" in notes.txt and then read notes.txt');
    await run.end();
    expect(await readFile(join(folder, 'notes.txt'), 'utf8')).toBe('good morning\ngood morning again\n');
    expect(done.final_text).toContain('good morning again');
  });

  test('writes, searches and runs', async () => {
    const run = start();
    const done = await run.ask('create list.txt with "one fish"; then search for "fish"; then run `cat list.txt`');
    await run.end();
    expect(await readFile(join(folder, 'list.txt'), 'utf8')).toBe('one fish\n');
    expect(done.final_text).toContain('1 line matches `fish`');
    expect(done.final_text).toContain('`cat list.txt` ran and printed 1 line');
  });

  test('looks for a file that is not where it was said to be, and reads what it finds', async () => {
    rmSync(join(folder, 'README.md'));
    writeFileSync(join(folder, 'readme.txt'), 'All trains are late.\n');
    const run = start();
    const done = await run.ask('read the README');
    await run.end();
    expect(done.final_text).toContain('All trains are late.');
  });

  test('does without what was not allowed, and says so', async () => {
    const run = start((tool) =>
      tool === 'run_command'
        ? { decision: 'deny', by: 'mode', reason: 'commands are not allowed here' }
        : { decision: 'allow', by: 'mode', grant: { is_sandboxed: false } },
    );
    const done = await run.ask('run `rm notes.txt`');
    await run.end();
    expect(done.final_text).toMatch(/I did not do .*rm notes\.txt/);
  });

  test('takes in what is added while its tools run', async () => {
    const run = start();
    let isSent = false;
    const done = await run.ask('run `sleep 0.2`', (message) => {
      if (message.type !== 'tool_started' || isSent) return;
      isSent = true;
      run.agent.send({ type: 'text', content: 'and read notes.txt' });
    });
    const log = await run.end();
    expect(log.some((message) => message.type === 'user_steered')).toBe(true);
    expect(done.final_text).toContain('hello again');
  });

  test('admits what it does not understand', async () => {
    const run = start();
    const done = await run.ask('what is the meaning of life?');
    await run.end();
    expect(done.final_text).toContain('I do not understand "what is the meaning of life?"');
    expect(done.iterations).toBe(1);
  });

  test('reports a plausible usage and a price of nothing', async () => {
    const run = start();
    const done = await run.ask('hello');
    await run.end();
    expect(done.usage.input_tokens).toBeGreaterThan(100);
    expect(done.usage.output_tokens).toBeGreaterThan(20);
    expect(done.cost).toBe(0);
  });

  test('stops at once when it is cancelled in the middle of a long answer', async () => {
    const slow = createModelCatalog({
      environment: {},
      cwd: folder,
      demo: { delay_ms: 5 },
      local: { is_searched: false },
    });
    const run = startRealRun({ catalog: slow, model: 'demo', cwd: folder });
    let isSent = false;
    const done = await run.ask('write a long answer with 100 paragraphs', (message) => {
      if (message.type !== 'text' || isSent) return;
      isSent = true;
      run.agent.send({ type: 'cancel' });
    });
    await run.end();
    expect(done.status).toBe('cancelled');
  });
});
