import { expect, test } from 'vitest';
import { startPrompt } from './prompt-harness.ts';

test('a name is found by its letters, and what is said of it only by its words', async () => {
  const detail = 'leaning on gemini';
  const prompt = startPrompt({
    services: {
      listModels: async () => [
        { name: 'lab/one', provider: 'lab', detail },
        { name: 'lab/long', provider: 'lab' },
      ],
    },
  });
  const found = async (query: string): Promise<string[]> => {
    prompt.press('alt+p');
    await prompt.settled();
    prompt.type(query);
    const rows = prompt.screen().filter((row) => row.includes('lab/'));
    prompt.press('escape');
    return rows.map((row) => row.replace(/^›? +/, '').split(' ')[0] ?? '');
  };
  expect(await found('long')).toEqual(['lab/long']);
  expect(await found('lng')).toEqual(['lab/long']);
  expect(await found('gemini')).toEqual(['lab/one']);
});

test('the model in use loses nothing by staying', async () => {
  const report = { tokens_to_read: 0, thoughts_dropped: 1, images_dropped: 0, ids_rewritten: 0, cache_lost: false };
  const prompt = startPrompt({ services: { previewSwitch: async () => report } });
  prompt.observe({ type: 'session_started', session_id: 's', model: 'demo/demo', cwd: '/', protocol_version: 1 });
  prompt.press('alt+p');
  await prompt.settled();
  expect(prompt.screen()).toContain('  in use · window unknown');
  prompt.press('down');
  await prompt.settled();
  expect(prompt.screen()).toContain('  1 thought dropped');
});

test('the efforts begin with what holds until one is set', async () => {
  const prompt = startPrompt();
  const shown = async (): Promise<string[]> => {
    prompt.type('/effort\r');
    await prompt.settled();
    const rows = prompt.screen().slice(1, 4);
    prompt.press('escape');
    return rows;
  };
  expect(await shown()).toEqual([
    '› default  nothing is set: the model does what it does by itself',
    '  none',
    '  low',
  ]);
  prompt.observe({ type: 'reasoning_effort_changed', previous: 'medium', new: 'none' });
  expect(await shown()).toEqual([
    '  default  only as long as nothing is set; a new session begins with it',
    '› none',
    '  low',
  ]);
  expect(prompt.sent()).toEqual([]);
});

test('of a long title and what is said of it the title is cut', async () => {
  const title = 'a first message that is a good deal longer than a row of the terminal is wide, as they are';
  const listSessions = async () => [
    { id: 'a', title, detail: '5 min ago, demo/demo, 2 turns' },
    { id: 'b', title: 'short', detail: '3 h ago, demo/demo, 1 turn' },
  ];
  const prompt = startPrompt({ services: { listSessions, resumeSession: async () => {} } });
  prompt.type('/resume\r');
  await prompt.settled();
  expect(prompt.screen().slice(1, 3)).toEqual([
    '› a first message that is a good deal longer…      5 min ago, demo/demo, 2 turns',
    '  short                                            3 h ago, demo/demo, 1 turn',
  ]);
  expect(prompt.screen().slice(3, 5)).toEqual([
    '  a first message that is a good deal longer than a row of the terminal is wide,',
    '  as they are',
  ]);
  prompt.resize(40, 12);
  expect(prompt.screen()[1]).toBe('› a first message…      5 min ago, demo…');
});

test('what a row has no room for can be read: below a list to choose from, in its column in one to read', async () => {
  const prompt = startPrompt();
  prompt.type('/help\r');
  await prompt.settled();
  prompt.press('down');
  const chosen = prompt.screen();
  const cut = chosen.find((row) => row.startsWith('› '));
  expect(cut).toMatch(/…$/);
  expect(chosen.at(-2)).toContain('nothing is deleted, /restore brings it back');
  prompt.press('escape');
  prompt.type('/keys\r');
  await prompt.settled();
  const keys = prompt.screen().join('\n');
  expect(keys).not.toContain('…');
  expect(keys.replace(/\n +/g, ' ')).toContain('in a menu of commands: take the best match');
});

test('a theme is shown while it is marked, with some lines in its colours; Esc goes back, Enter takes it', async () => {
  const prompt = startPrompt();
  const open = async (): Promise<void> => {
    prompt.type('/theme\r');
    await prompt.settled();
    prompt.press('down');
    await prompt.settled();
  };
  await open();
  expect(prompt.screen()).toEqual([
    'Theme',
    '  dark',
    '› light',
    '  > your words  a heading  done  a warning  an error  less',
    '  const count: Count = 12 + "text"  // comment  + added  - removed',
    '  ↑↓ choose · Enter take · type to search · Esc back',
  ]);
  expect(prompt.spans()[4]).toContainEqual({ text: 'const', role: 'keyword' });
  prompt.press('escape');
  await open();
  prompt.press('enter');
  await open();
  prompt.press('escape');
  expect(prompt.calls.filter((call) => call.startsWith('theme'))).toEqual([
    'theme light',
    'theme dark',
    'theme light',
    'theme light',
    'theme dark',
    'theme light',
  ]);
});

test('the help uses the rows there are, keeps its column, and pages by what is shown', async () => {
  const prompt = startPrompt();
  prompt.resize(80, 50);
  prompt.screen();
  prompt.type('/help\r');
  await prompt.settled();
  const rows = prompt.screen();
  expect(rows).toHaveLength(50);
  expect(rows.at(-1)).toBe('  ↑↓ choose · Enter take · type to search · Esc back');
  for (const query of ['delete to the left', 'delete a word to the left']) {
    prompt.type(query);
    const found = prompt.screen().find((row) => row.includes(`  ${query} · also `));
    expect(found?.indexOf(query)).toBeLessThanOrEqual(36);
    prompt.press('ctrl+u');
  }
  prompt.press('pagedown');
  const marked = prompt.screen().find((row) => row.startsWith('›'));
  expect(rows).not.toContain(marked?.replace('›', ' '));
});
