import { readFileSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import { startModelServer } from '../helpers/model-server/model-server.ts';
import { sessionFiles, startTerminal, type TerminalRun, type TerminalSetup } from '../helpers/terminal.ts';

let run: TerminalRun | undefined;
afterEach(() => run?.close());

async function start(setup: TerminalSetup): Promise<TerminalRun> {
  run = await startTerminal(setup);
  await run.waitFor('❯');
  return run;
}

/** An approval takes no answer in its first moments; that time has to pass. */
function guardOver(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 700));
}

const SLOW = { text: 'word ', repeat: 400, delay_ms: 25 };

test('a question is answered, and the answer is in the scrollback once', async () => {
  const chat = await start({ script: [[{ text: 'The answer is **forty-two**.' }]] });
  chat.type('what is it?\r');
  await chat.waitFor('The answer is forty-two.');
  await chat.waitFor('Ask anything');
  const text = chat.scrollback().join('\n');
  expect(text.split('The answer is forty-two.')).toHaveLength(2);
  expect(text.split('what is it?')).toHaveLength(2);
});

test('keys typed before the first frame are not lost', async () => {
  run = await startTerminal({ script: ['hello'] });
  run.type('early bird\r');
  await run.waitFor('› early bird');
  await run.waitFor('hello');
});

test('the real cursor stands at the caret, also after wide characters', async () => {
  const chat = await start({ script: ['x'] });
  chat.type('漢字ab');
  await chat.waitFor('漢字ab');
  const row = chat.screen().findIndex((line) => line.includes('漢字ab'));
  expect(chat.cursor()).toEqual({ row, column: 8, isHidden: false });
  chat.press('left', 'left', 'left');
  await chat.waitFor(() => chat.cursor().column === 4);
});

test('a steer shows that it waits and enters before the next model call', async () => {
  const chat = await start({
    args: ['--permission-mode', 'full'],
    script: [
      [{ text: 'Working. ' }, { delay_ms: 1500 }, { tool_call: { name: 'list_files', arguments: { path: '.' } } }],
      'Done as steered.',
    ],
  });
  chat.type('begin\r');
  await chat.waitFor('Working.');
  chat.type('only the tests\r');
  await chat.waitFor('steers next  only the tests');
  await chat.waitFor('Done as steered.');
  await chat.waitFor(() => !chat.screen().join('\n').includes('steers next'));
  const log = readFileSync(sessionFiles(chat.home)[0] ?? '', 'utf8');
  expect(log).toContain('"user_steered"');
});

test('Esc cancels, and what was queued and typed stands in the prompt again', async () => {
  const chat = await start({ script: [[SLOW], 'second'] });
  chat.type('begin\r');
  await chat.waitFor('word word');
  chat.type('queued one\t');
  await chat.waitFor('queued       queued one');
  chat.type('half typed');
  await chat.waitFor('❯ half typed');
  chat.press('escape');
  await chat.waitFor(/❯ queued one\n {2}half typed/);
  chat.press('enter');
  await chat.waitFor('second');
});

test('Esc before anything of an answer came gives the words back, and the model never sees them', async () => {
  const server = await startModelServer({
    protocol: 'chat',
    script: [{ bytes: '', is_silent: true }, { text: 'Only this.' }],
  });
  const chat = await startTerminal({
    args: ['--model', 'openai-chat/test'],
    env: { OPENAI_BASE_URL: server.base_url, OPENAI_API_KEY: 'sk-0123456789' },
  });
  try {
    await chat.waitFor('Ask anything');
    chat.type('never mind\r');
    await chat.waitFor('› never mind');
    await expect.poll(() => server.requests.length).toBe(1);
    chat.press('escape');
    await chat.waitFor('❯ never mind');
    await chat.waitFor('Cancelled without an answer');
    chat.press('ctrl+u');
    chat.type('this instead\r');
    await chat.waitFor('Only this.');
    const sent = JSON.stringify(server.requests[1]?.body);
    expect(sent).toContain('this instead');
    expect(sent).not.toContain('never mind');
  } finally {
    await chat.close();
    await server.close();
  }
});

test('a command asks first, ignores what is typed ahead, and runs when it is allowed', async () => {
  const chat = await start({
    script: [
      [{ tool_call: { name: 'run_command', arguments: { command: 'echo made > made.txt; echo ran' } } }],
      'Finished.',
    ],
  });
  chat.type('go\r');
  await chat.waitFor('$ echo made > made.txt; echo ran');
  chat.type('y');
  await guardOver();
  chat.type('y');
  await chat.waitFor('Finished.');
  expect(readFileSync(`${chat.cwd}/made.txt`, 'utf8')).toBe('made\n');
});

test('a question says its command once; put aside, the card says it', async () => {
  const chat = await start({
    script: [[{ tool_call: { name: 'run_command', arguments: { command: 'npm run x' } } }], 'Understood.'],
  });
  chat.type('go\r');
  await chat.waitFor('Tab adds a note');
  expect(chat.screen().filter((row) => row.includes('npm run x'))).toEqual([
    '  $ npm run x',
    '  a Always: commands that start with: npm run x',
  ]);
  await guardOver();
  chat.type('m');
  await chat.waitFor('Esc shows the question');
  await chat.waitFor('Run npm run x · waiting for your answer');
  chat.press('escape');
  await chat.waitFor(() => !chat.screen().join('\n').includes('waiting for your answer'));
});

test('what "always" allowed is listed, and asked about again when it was taken back', async () => {
  const call = { tool_call: { name: 'list_files', arguments: { path: '/etc' } } };
  const chat = await start({ script: [[call], 'First.', [call], 'Second.'] });
  chat.type('go\r');
  await chat.waitFor('Always: reading in /etc');
  await guardOver();
  chat.type('a');
  await chat.waitFor('First.');
  await chat.waitFor('Ask anything');
  chat.type('/status\r');
  await chat.waitFor('always, for this session: read:/etc');
  chat.type('/permissions\r');
  await chat.waitFor('Always allowed in this session');
  chat.press('end');
  await chat.waitFor('› read:/etc');
  chat.press('enter');
  await chat.waitFor('Asked about again: read:/etc');
  chat.type('again\r');
  await chat.waitFor('Tab adds a note');
});

test('a denied command does not run, and the note reaches the model', async () => {
  const chat = await start({
    script: [[{ tool_call: { name: 'run_command', arguments: { command: 'touch made.txt' } } }], 'Understood.'],
  });
  chat.type('go\r');
  await chat.waitFor('Tab adds a note');
  await guardOver();
  chat.press('tab');
  chat.type('not now');
  chat.press('up');
  await chat.waitFor('› n No');
  chat.press('enter');
  await chat.waitFor('Understood.');
  expect(() => readFileSync(`${chat.cwd}/made.txt`)).toThrow();
  expect(readFileSync(sessionFiles(chat.home)[0] ?? '', 'utf8')).toContain('"note":"not now"');
});

test('a megabyte of paste is one placeholder at once and is sent in full', async () => {
  const chat = await start({ script: { responses: ['I read it.'], context_limit: 10_000_000 } });
  const text = 'a pasted line of text that says nothing much at all, but goes on.\n'.repeat(16_000);
  const started = performance.now();
  chat.paste(text);
  await chat.waitFor('[pasted 1.0 MB · 16,000 lines]');
  expect(performance.now() - started).toBeLessThan(10_000);
  chat.type(' see?\r');
  await chat.waitFor('I read it.');
  const log = readFileSync(sessionFiles(chat.home)[0] ?? '', 'utf8');
  expect(log.length).toBeGreaterThan(text.length);
});

test('a paste with a newline at its end is not sent', async () => {
  const chat = await start({ script: ['no'] });
  chat.paste('one\ntwo\n');
  await chat.waitFor(/❯ one\n {2}two/);
  chat.type('three');
  await chat.waitFor(/two\n {2}three/);
  expect(
    sessionFiles(chat.home)
      .map((file) => readFileSync(file, 'utf8'))
      .join(''),
  ).not.toContain('turn_started');
});

test('!command shows its output to the agent', async () => {
  const chat = await start({ script: ['I see it.'], files: { 'a.txt': 'a' } });
  chat.type('!ls\r');
  await chat.waitFor('with your next message');
  chat.type('what is there?\r');
  await chat.waitFor('I see it.');
  expect(chat.scrollback().join('\n')).toContain('a.txt');
});

test('@ completes a file of the folder', async () => {
  const chat = await start({ script: ['ok'], files: { 'src/deep/needle.ts': '' } });
  chat.type('see @need');
  await chat.waitFor('› src/deep/needle.ts');
  chat.press('tab');
  await chat.waitFor('❯ see @src/deep/needle.ts');
});

test('the history of one run is there in the next', async () => {
  const first = await start({ script: ['ok'] });
  first.type('remember me\r');
  await first.waitFor('ok');
  await first.waitFor('Ask anything');
  first.press('ctrl+d');
  await first.exit;
  const second = await startTerminal({ script: ['ok'], home: first.home });
  try {
    await second.waitFor('❯');
    second.press('up');
    await second.waitFor('❯ remember me');
  } finally {
    await second.close();
  }
});

test('a question with more than fits is shown whole on the alternate screen, from its beginning, and answered afterwards', async () => {
  const content = Array.from({ length: 60 }, (_, index) => `line ${index + 1} of it\n`).join('');
  const call = { tool_call: { name: 'write_file', arguments: { path: 'long.txt', content } } };
  const chat = await start({ script: [[call], 'Written.'], cols: 80, rows: 24 });
  chat.type('write it\r');
  await chat.waitFor('Ctrl+O all');
  expect(chat.screen().join('\n')).not.toContain('line 15 of it');
  chat.press('ctrl+o');
  await chat.waitFor('line 15 of it');
  expect(chat.screen()[0]).toContain('long.txt');
  chat.type('G');
  await chat.waitFor('line 60 of it');
  chat.type('q');
  await chat.waitFor('Ctrl+O all');
  await guardOver();
  chat.press('end');
  await chat.waitFor('above passed over · PgUp');
  await guardOver();
  chat.type('y');
  await chat.waitFor('Written.');
  expect(readFileSync(`${chat.cwd}/long.txt`, 'utf8')).toBe(content);
});
