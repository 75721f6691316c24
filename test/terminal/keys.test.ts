import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { KEY_TABLE } from '../../src/ui/input/keys/key-table.ts';
import { startTerminal, type TerminalRun } from '../helpers/terminal.ts';

let run: TerminalRun | undefined;
afterEach(() => run?.close());

const IMAGE = 'There is no image in the clipboard';

/**
 * What each action of the table does in the real terminal: what is typed before, then the key itself, then what the
 * screen shows. A new action has to be added here.
 */
const ACTIONS: Readonly<Record<string, (chat: TerminalRun, key: string) => Promise<void>>> = {
  menu_accept: (chat, key) => after(chat, { typed: '/eff', key, shows: '❯ /effort' }),
  menu_up: (chat, key) => after(chat, { typed: '/', key, shows: '› /quit' }),
  menu_down: (chat, key) => after(chat, { typed: '/', key, shows: '› /clear' }),
  send: (chat, key) => after(chat, { typed: 'hello', key, shows: 'The answer.' }),
  queue: async (chat, key) => {
    await running(chat);
    await after(chat, { typed: 'later', key, shows: 'queued       later' });
  },
  newline: (chat, key) => after(chat, { typed: 'one', key, and: 'two', shows: /❯ one\n {2}two/ }),
  take_back: async (chat, key) => {
    await running(chat);
    await after(chat, { typed: 'waits\r', shows: 'steers next  waits' });
    await after(chat, { key, shows: '❯ waits' });
  },
  cancel: async (chat, key) => {
    await running(chat);
    await after(chat, { key, shows: /ancelled/ });
  },
  interrupt: (chat, key) => after(chat, { typed: 'draft', key, shows: 'Cleared.' }),
  quit: async (chat, key) => {
    chat.press(key);
    expect(await chat.exit).toMatchObject({ exitCode: 0 });
  },
  model_picker: (chat, key) => after(chat, { key, shows: 'Model' }),
  next_model: (chat, key) => after(chat, { key, shows: /→|no other model/ }),
  previous_model: (chat, key) => after(chat, { key, shows: /→|no other model/ }),
  effort_down: (chat, key) => after(chat, { key, shows: /effort|Effort/ }),
  effort_up: (chat, key) => after(chat, { key, shows: /effort|Effort/ }),
  clear_context: (chat, key) => after(chat, { key, shows: 'The context was empty already' }),
  permission_mode: (chat, key) => after(chat, { key, shows: 'Permissions: ' }),
  toggle_details: (chat, key) => after(chat, { key, shows: 'Tool details are' }),
  toggle_thinking: (chat, key) => after(chat, { key, shows: /Thinking is/ }),
  redraw: async (chat, key) => {
    await after(chat, { typed: 'still here', shows: '❯ still here' });
    const before = chat.output().length;
    chat.press(key);
    await chat.waitFor(() => chat.output().length > before);
    await chat.waitFor('❯ still here');
  },
  toggle_raw: async (chat, key) => {
    await after(chat, { typed: 'hello\r', shows: 'The answer.' });
    chat.press(key);
    await chat.waitForOutput('[?1049h');
  },
  help: (chat, key) => after(chat, { key, shows: 'List commands and keys' }),
  history_search: async (chat, key) => {
    await after(chat, { typed: 'find me\r', shows: 'The answer.' });
    await after(chat, { key, shows: '› find me' });
  },
  external_editor: (chat, key) => after(chat, { typed: 'text', key, shows: '❯ text edited' }),
  stash: (chat, key) => after(chat, { typed: 'aside', key, shows: 'The draft is put aside.' }),
  paste_image: (chat, key) => after(chat, { key, shows: IMAGE }),
  suspend: async (chat, key) => {
    chat.press(key);
    await chat.waitForOutput('\u001b[?2004l');
    process.kill(chat.pid(), 'SIGCONT');
    await after(chat, { typed: 'back', shows: '❯ back' });
  },
  up: (chat, key) => after(chat, { typed: 'one\ntwo', key, and: 'X', shows: /❯ oneX\n/ }),
  down: (chat, key) => after(chat, { typed: 'one\ntwo\u001b[A', key, and: 'X', shows: /❯ one\n {2}twoX/ }),
  left: (chat, key) => after(chat, { typed: 'ab', key, and: 'X', shows: '❯ aXb' }),
  right: (chat, key) => after(chat, { typed: 'ab\u0001', key, and: 'X', shows: '❯ aXb' }),
  word_left: (chat, key) => after(chat, { typed: 'one two', key, and: 'X', shows: '❯ one Xtwo' }),
  word_right: (chat, key) => after(chat, { typed: 'one two\u0001', key, and: 'X', shows: '❯ oneX two' }),
  line_start: (chat, key) => after(chat, { typed: 'ab', key, and: 'X', shows: '❯ Xab' }),
  line_end: (chat, key) => after(chat, { typed: 'ab\u0001', key, and: 'X', shows: '❯ abX' }),
  text_start: (chat, key) => after(chat, { typed: 'one\ntwo', key, and: 'X', shows: '❯ Xone' }),
  text_end: (chat, key) => after(chat, { typed: 'one\ntwo\u001b[1;5H', key, and: 'X', shows: 'twoX' }),
  delete_back: (chat, key) => after(chat, { typed: 'abc', key, and: 'X', shows: '❯ abX' }),
  delete_forward: (chat, key) => after(chat, { typed: 'abc\u0001', key, and: 'X', shows: '❯ Xbc' }),
  delete_word_back: (chat, key) => after(chat, { typed: 'one two', key, and: 'X', shows: '❯ one X' }),
  delete_word_forward: (chat, key) => after(chat, { typed: 'one two\u0001', key, and: 'X', shows: '❯ X two' }),
  kill_line_end: (chat, key) => after(chat, { typed: 'abc\u0001', key, and: 'X', shows: /❯ X$/m }),
  kill_line_start: (chat, key) => after(chat, { typed: 'abc', key, and: 'X', shows: /❯ X$/m }),
  yank: (chat, key) => after(chat, { typed: 'abc\u0015', key, and: 'X', shows: '❯ abcX' }),
  yank_pop: (chat, key) => after(chat, { typed: 'abc\u0015def\u0015\u0019', key, and: 'X', shows: '❯ abcX' }),
  undo: (chat, key) => after(chat, { typed: 'abc\u0015', key, and: 'X', shows: '❯ abcX' }),
};

interface Steps {
  readonly typed?: string;
  readonly key?: string;
  readonly and?: string;
  readonly shows: string | RegExp;
}

async function after(chat: TerminalRun, steps: Steps): Promise<void> {
  if (steps.typed !== undefined) chat.type(steps.typed);
  if (steps.key !== undefined) chat.press(steps.key);
  if (steps.and !== undefined) chat.type(steps.and);
  await chat.waitFor(steps.shows);
}

async function running(chat: TerminalRun): Promise<void> {
  chat.type('go slowly\r');
  await chat.waitFor('word word');
}

test('every action of the table is tried', () => {
  expect(Object.keys(ACTIONS).sort()).toEqual(KEY_TABLE.map((binding) => binding.action).sort());
});

const QUICK = ['The answer.'];
const SLOW = [[{ text: 'word ', repeat: 400, delay_ms: 25 }]];
const EDITOR = '#!/bin/sh\nprintf " edited" >> "$1"\n';

const KEYS = KEY_TABLE.flatMap(({ action, keys, group }) => keys.map((key) => ({ action, key, group })));
/** Keys that only change what is typed can be tried one after the other in one run. */
const isTyping = ({ action, group }: (typeof KEYS)[number]): boolean =>
  group === 'Editing' && !['external_editor', 'history_search', 'stash', 'paste_image'].includes(action);

describe('keys that change the text', () => {
  let shared: TerminalRun;
  beforeAll(async () => {
    shared = await startTerminal({ script: QUICK });
    await shared.waitFor('❯');
  });
  afterAll(() => shared.close());

  test.each(KEYS.filter(isTyping))('$key does $action', async ({ action, key }) => {
    await ACTIONS[action]?.(shared, key);
    shared.type('x');
    shared.press('ctrl+c');
    await shared.waitFor('❯ Ask anything');
  });
});

describe('keys that do more', () => {
  test.each(KEYS.filter((entry) => !isTyping(entry)))('$key does $action', async ({ action, key }) => {
    const isSlow = action === 'queue' || action === 'take_back' || action === 'cancel';
    run = await startTerminal({
      script: isSlow ? SLOW : QUICK,
      files: { 'editor.sh': EDITOR },
      env: { EDITOR: 'sh editor.sh', VISUAL: '' },
    });
    await run.waitFor('❯');
    await ACTIONS[action]?.(run, key);
  });
});
