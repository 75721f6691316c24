import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startModelServer } from '../helpers/model-server/model-server.ts';
import { sessionFiles, startTerminal } from '../helpers/terminal.ts';

test('after going to another session the one before hears no key any more', async () => {
  const run = await startTerminal({ script: ['One.', 'Two.', 'Three.'] });
  try {
    await run.waitFor('Ask anything');
    run.type('first');
    run.press('enter');
    await run.waitFor('One.');
    await run.waitFor('Ask anything');
    run.type('/fork');
    run.press('enter');
    await run.waitFor('This is a copy now');
    run.type('!!echo ran >> once.txt; sleep 0.3; touch done.txt');
    run.press('enter');
    await run.waitFor(() => existsSync(join(run.cwd, 'done.txt')));
    expect(readFileSync(join(run.cwd, 'once.txt'), 'utf8')).toBe('ran\n');
  } finally {
    await run.close();
  }
});

test('a session that does not exist ends no chat: one stays, with what was said', async () => {
  const run = await startTerminal({ script: ['One.', 'Two.'] });
  try {
    await run.waitFor('Ask anything');
    run.type('/resume nope\r');
    await run.waitFor('There is no session "nope"');
    run.type('first\r');
    await run.waitFor('One.');
    await run.waitFor('Ask anything');
    const [before] = sessionFiles(run.home).filter((file) => file.endsWith('.jsonl'));
    run.type('/resume neither\r');
    await run.waitFor('There is no session "neither"');
    run.type('second\r');
    await run.waitFor('› second');
    await run.waitFor('Ask anything');
    expect(sessionFiles(run.home).filter((file) => file.endsWith('.jsonl'))).toEqual([before]);
    expect(readFileSync(before ?? '', 'utf8')).toMatch(/first[\s\S]*second/);
    expect(run.scrollback().join('\n').split('› first')).toHaveLength(2);
  } finally {
    await run.close();
  }
});

test('going back to a message puts its words into the prompt, once', async () => {
  const run = await startTerminal({ script: ['One.'] });
  try {
    await run.waitFor('Ask anything');
    run.type('first\r');
    await run.waitFor('One.');
    await run.waitFor('Ask anything');
    run.type('/rewind\r');
    await run.waitFor('› first');
    await run.waitFor('↑↓ choose');
    run.press('enter');
    await run.waitFor('Went back to before: first');
    await run.waitFor('❯ first');
    run.type(' again\r');
    await run.waitFor('› first again');
    await run.waitFor('Ask anything');
    expect(run.scrollback().join('\n')).not.toMatch(/first\n\s*first/);
  } finally {
    await run.close();
  }
});

test('going back again and again repeats no setting, keeps what a command said, and is resumed with one line', async () => {
  const run = await startTerminal({ script: ['One.', 'Two.'], rows: 40, files: { 'a.txt': '' } });
  try {
    await run.waitFor('Ask anything');
    run.type('!ls\r');
    await run.waitFor('The model sees this with your next message.');
    run.type('first\r');
    await run.waitFor('One.');
    await run.waitFor('Ask anything');
    run.type('/effort high\r');
    await run.waitFor('Effort: medium → high');
    for (const count of [2, 3]) {
      run.type('/rewind\r');
      await run.waitFor('› first · ! ls  just now');
      await run.waitFor('↑↓ choose');
      run.press('enter');
      await run.waitFor(() => run.scrollback().join('\n').split('Went back to before: first').length === count);
      await run.waitFor('❯ first');
      run.press('enter');
      await run.waitFor(() => run.scrollback().join('\n').split('› [file ! ls]\n  first').length === count + 1);
      await run.waitFor('Ask anything');
    }
    expect(run.scrollback().join('\n').split('Effort: medium')).toHaveLength(2);
    run.press('ctrl+d');
    await run.exit;
    for (const start of [1, 2]) {
      const again = await startTerminal({ home: run.home, args: ['-c', '-m', 'demo'] });
      try {
        await again.waitFor('Ask anything');
        await again.waitFor('Session resumed');
        expect([start, again.scrollback().join('\n').split('Session resumed').length]).toEqual([start, 2]);
        again.press('ctrl+d');
        await again.exit;
      } finally {
        await again.close();
      }
    }
  } finally {
    await run.close();
  }
});

test('what is typed while one goes to another session is neither echoed nor lost', async () => {
  const run = await startTerminal({ script: ['One.'] });
  try {
    await run.waitFor('Ask anything');
    run.type('first');
    run.press('enter');
    await run.waitFor('One.');
    await run.waitFor('Ask anything');
    run.type('/fork');
    run.press('enter');
    const typed = Array.from({ length: 200 }, (_, index) => `word${index} `);
    // Quickly, but over the whole time that the change takes.
    for (const text of typed) {
      run.type(text);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    await run.waitFor('This is a copy now');
    await run.waitFor('word199');
    run.press('enter');
    await run.waitFor(() => /word199[\s\S]*One\./.test(run.scrollback().join('\n')));
    const shown =
      run
        .scrollback()
        .join(' ')
        .match(/word\d+/g) ?? [];
    expect(shown.map((word) => `${word} `)).toEqual(typed);
  } finally {
    await run.close();
  }
});

test('what "always" allowed holds in a copy of the session', async () => {
  const call = { tool_call: { name: 'run_command', arguments: { command: 'mkdir -p made' } } };
  const run = await startTerminal({ script: [[call], 'One.'] });
  try {
    await run.waitFor('Ask anything');
    run.type('first\r');
    await run.waitFor('Always: commands that start with: mkdir');
    // An approval takes no answer in its first moments; that time has to pass.
    await new Promise((resolve) => setTimeout(resolve, 1000));
    run.type('a');
    await run.waitFor('One.');
    await run.waitFor('Ask anything');
    run.type('/fork\r');
    await run.waitFor('This is a copy now');
    run.type('second\r');
    await run.waitFor(
      () =>
        run
          .scrollback()
          .join('\n')
          .match(/✓ Run mkdir/g)?.length === 2,
    );
  } finally {
    await run.close();
  }
});

test('/wire shows what was really sent, without the key', async () => {
  const server = await startModelServer({ protocol: 'chat', script: [{ text: 'Hello.' }] });
  const key = 'sk-secret-0123456789';
  const run = await startTerminal({
    args: ['--model', 'openai-chat/test'],
    cols: 200,
    env: { OPENAI_BASE_URL: server.base_url, OPENAI_API_KEY: key },
  });
  try {
    await run.waitFor('Ask anything');
    run.type('hi there');
    run.press('enter');
    await run.waitFor('Hello.');
    run.type('/wire');
    run.press('enter');
    await run.waitFor('Request 1 of 1');
    const [, file = ''] = /Whole: (\S+)/.exec(run.scrollback().join('\n')) ?? [];
    const text = readFileSync(file, 'utf8');
    expect(JSON.parse(text)).toEqual(server.requests[0]?.body);
    expect(text).not.toContain(key);
  } finally {
    await run.close();
    await server.close();
  }
});

test('going back prints nothing twice and says where one is', async () => {
  const run = await startTerminal({ script: ['One.', 'Two.', 'Three.'] });
  try {
    for (const [said, answer] of [
      ['first', 'One.'],
      ['second', 'Two.'],
    ] as const) {
      await run.waitFor('Ask anything');
      run.type(said);
      run.press('enter');
      await run.waitFor(answer);
    }
    await run.waitFor('Ask anything');
    run.press('escape');
    run.press('escape');
    await run.waitFor('Go back to');
    run.press('enter');
    await run.waitFor('Went back to before: second');
    await run.waitFor('❯ second');
    const all = run.scrollback().join('\n');
    expect(all.match(/One\./g)).toHaveLength(1);
    expect(all.match(/agent-chat /g)).toHaveLength(1);
  } finally {
    await run.close();
  }
});

test('--resume without an id asks which session', async () => {
  const first = await startTerminal({ script: ['One.'] });
  await first.waitFor('Ask anything');
  first.type('a question to find again');
  first.press('enter');
  await first.waitFor('One.');
  await first.waitFor('Ask anything');
  first.press('ctrl+d');
  await first.exit;
  const run = await startTerminal({ script: ['One.'], home: first.home, args: ['--resume'] });
  try {
    await run.waitFor('a question to find again');
    run.press('enter');
    await run.waitFor('One.');
  } finally {
    await run.close();
    await first.close();
  }
});

test('going back keeps the model, effort, mode, budget and tools that were set', async () => {
  const answers = { 'other.json': JSON.stringify(['One.', 'Two.']) };
  const run = await startTerminal({ args: ['-m', 'demo/demo', '--budget', '7'], files: answers, cols: 120 });
  try {
    await run.waitFor('Ask anything');
    run.type('/model script:other.json\r');
    await run.waitFor('script:other.json · ask');
    run.type('/effort high\r');
    await run.waitFor('script:other.json · high · ask');
    run.type('/budget 2\r');
    await run.waitFor('halts when it has cost $2');
    run.type('/tools -run_command\r');
    await run.waitFor('Tools: read_file');
    run.type('first\r');
    await run.waitFor('One.');
    await run.waitFor('Ask anything');
    run.press('shift+tab', 'shift+tab', 'shift+tab');
    await run.waitFor('script:other.json · high · plan');
    run.press('escape', 'escape');
    await run.waitFor('Go back to');
    run.press('enter');
    await run.waitFor('Went back to before: first');
    await run.waitFor('script:other.json · high · plan');
    run.press('ctrl+u');
    run.type('/budget\r');
    await run.waitFor('Budget: $2');
    run.type('/tools\r');
    await run.waitFor('- run_command');
  } finally {
    await run.close();
  }
});
