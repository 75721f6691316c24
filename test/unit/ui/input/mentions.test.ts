import { describe, expect, test } from 'vitest';
import type { ContentBlock } from '../../../../src/messages.ts';
import { mentionedPaths } from '../../../../src/ui/input/read-mentions.ts';
import { type PromptRun, startPrompt } from './prompt-harness.ts';

const FILES: Readonly<Record<string, string>> = {
  'a.ts': 'let a;',
  'my file.md': '# Hi',
  'big.log': 'x'.repeat(300_000),
  'src/': 'main.ts',
  'lines.ts': 'one\ntwo\nthree\nfour\n',
  'odd:2': 'named so',
  '../notes.md': 'notes',
  '~/.ssh/id_rsa': 'KEY',
};
const services = {
  readAttachment: async (path: string) => fileOf(path),
  readMention: async (path: string) => {
    if (path === 'passwords') return { type: 'link_away' as const, leads_to: '/etc/passwd' };
    return (
      fileOf(path) ??
      (path === 'logo.bin'
        ? ({ type: 'unreadable', why: 'it is neither text nor an image' } as const)
        : ('missing' as const))
    );
  },
  attachmentPlace: async (path: string) => {
    if (path.includes('.ssh')) return 'secret' as const;
    return path.startsWith('../') ? ('outside' as const) : ('here' as const);
  },
};

function fileOf(path: string): ContentBlock | undefined {
  const text = FILES[path];
  return text === undefined ? undefined : { type: 'file', name: path, text };
}

/** The hint, joined from its rows. */
function lastRows(prompt: PromptRun): string {
  return prompt
    .screen()
    .slice(1)
    .map((row) => row.trim())
    .join(' ');
}

/** What was attached to the messages that were sent, by name. */
function attached(prompt: PromptRun): readonly (readonly string[])[] {
  return prompt
    .sent()
    .map((message) =>
      message.type !== 'text' || typeof message.content === 'string'
        ? []
        : message.content.flatMap((block) => (block.type === 'file' ? [block.name] : [])),
    );
}

async function send(prompt: PromptRun): Promise<void> {
  prompt.press('enter');
  await prompt.settled();
  await prompt.settled();
  await prompt.settled();
}

test('paths are found where they begin a word, quoted or not', () => {
  expect(mentionedPaths('see @a.ts, (@src/b.ts) and @"my file.md"; mail me@home.org @')).toEqual([
    'a.ts',
    'src/b.ts',
    'my file.md',
  ]);
});

test('a mentioned file goes along, its mention stays, and nothing overtakes it', async () => {
  const prompt = startPrompt({ services });
  prompt.type('explain @a.ts and @none.ts');
  prompt.press('enter');
  prompt.press('escape');
  prompt.press('enter');
  prompt.type('second');
  prompt.press('enter');
  expect(prompt.controller.draft()).toContain('explain @a.ts');
  await prompt.settled();
  await prompt.settled();
  expect(prompt.sent()).toEqual([
    {
      type: 'text',
      id: 'u1',
      content: [
        { type: 'text', text: 'explain @a.ts and @none.ts' },
        { type: 'file', name: 'a.ts', text: 'let a;' },
      ],
    },
    { type: 'text', id: 'u2', content: 'second' },
  ]);
  expect(prompt.controller.draft()).toBe('');
});

test('a file that is too big is left for the model to read, and a line says so', async () => {
  const prompt = startPrompt({ services });
  prompt.type('see @big.log now');
  prompt.press('enter');
  await prompt.settled();
  expect(prompt.sent()).toEqual([{ type: 'text', id: 'u1', content: 'see @big.log now' }]);
  expect(prompt.screen().at(-1)).toContain('big.log is not attached');
});

test('what stands behind a label, a paste or an output of a command of one’s own, attaches nothing', async () => {
  const prompt = startPrompt({ services: { ...services, runShell: async () => ({ output: '@a.ts', exit_code: 0 }) } });
  prompt.paste(`@a.ts @~/.ssh/id_rsa @../notes.md\n${'line\n'.repeat(30)}`);
  expect(prompt.screen()[0]).toContain('[pasted');
  await send(prompt);
  prompt.type('!ls');
  await send(prompt);
  prompt.type('what is it?');
  await send(prompt);
  expect(attached(prompt)).toEqual([[], ['! ls']]);
  expect(JSON.stringify(prompt.sent()[1])).toContain('@a.ts');
});

test('a short paste attaches what lies in the folder and nothing else, and a line says so', async () => {
  const prompt = startPrompt({ services });
  prompt.paste('@a.ts and @../notes.md');
  await send(prompt);
  expect(attached(prompt)).toEqual([['a.ts']]);
  expect(lastRows(prompt)).toContain('../notes.md is not attached: it lies outside this folder.');
  prompt.paste('see @~/.ssh/id_rsa');
  for (const key of ', pls') prompt.type(key);
  await send(prompt);
  expect(attached(prompt)).toEqual([['a.ts'], []]);
  expect(lastRows(prompt)).toContain('~/.ssh/id_rsa is not attached: it is where keys are.');
});

test.each(['recalled', 'unmarked'])(
  'a path that was not typed by hand attaches nothing from elsewhere: %s',
  async (how) => {
    const prompt = startPrompt({ services, history: ['look at @../notes.md'] });
    if (how === 'recalled') {
      prompt.press('up');
      await prompt.settled();
    } else prompt.type('look at @../notes.md');
    expect(prompt.text()).toBe('look at @../notes.md');
    await send(prompt);
    expect(attached(prompt)).toEqual([[]]);
    expect(lastRows(prompt)).toContain('is not attached');
  },
);

test('a mention that fails attaches nothing, and keeps back neither its message nor the next one', async () => {
  const attachmentPlace = async (): Promise<'here'> => {
    throw new Error('The disk is gone.');
  };
  const prompt = startPrompt({ services: { ...services, attachmentPlace } });
  prompt.paste('see @a.ts');
  await send(prompt);
  prompt.type('and now?');
  await send(prompt);
  expect(prompt.sent()).toMatchObject([{ content: 'see @a.ts' }, { content: 'and now?' }]);
  expect(prompt.controller.draft()).toBe('');
});

test('a path that a person typed is attached wherever it lies', async () => {
  const prompt = startPrompt({ services });
  for (const key of '@../notes.md @~/.ssh/id_rsa ') prompt.type(key);
  await send(prompt);
  expect(attached(prompt)).toEqual([['../notes.md', '~/.ssh/id_rsa']]);
});

test('a link out of the folder attaches nothing, and says where it leads', async () => {
  const prompt = startPrompt({ services });
  for (const key of '@passwords ') prompt.type(key);
  await send(prompt);
  expect(attached(prompt)).toEqual([[]]);
  expect(lastRows(prompt)).toContain('it is a link to /etc/passwd, outside this folder.');
});

test('a pasted path of a key stays a path', async () => {
  const prompt = startPrompt({ services });
  prompt.paste('~/.ssh/id_rsa');
  await prompt.settled();
  expect(prompt.screen()[0]).toBe('❯ ~/.ssh/id_rsa');
  expect(lastRows(prompt)).toContain('~/.ssh/id_rsa is not attached');
  prompt.paste(' ');
  prompt.press('ctrl+u');
  prompt.paste('../notes.md');
  await prompt.settled();
  await prompt.settled();
  expect(prompt.screen()[0]).toBe('❯ [file ../notes.md]');
});

describe('what a mention stands for', () => {
  async function say(text: string): Promise<PromptRun> {
    const prompt = startPrompt({ services });
    prompt.type(`${text} `);
    await send(prompt);
    return prompt;
  }
  const blocks = (prompt: PromptRun): unknown =>
    prompt.sent().flatMap((message) => (message.type === 'text' ? [...message.content].slice(1) : []));

  test.each([
    ['@lines.ts:2-3', 'lines.ts:2-3', 'two\nthree'],
    ['@lines.ts:3-2.', 'lines.ts:3-2', 'two\nthree'],
    ['(@lines.ts:4)', 'lines.ts:4', 'four'],
    ['@lines.ts:3-99', 'lines.ts:3-99', 'three\nfour'],
    ['@odd:2', 'odd:2', 'named so'],
    ['@src/', 'src/', 'main.ts'],
    ['@"my file.md', 'my file.md', '# Hi'],
  ])('%s', async (text, name, lines) => {
    const prompt = startPrompt({ services });
    prompt.type(text);
    prompt.press('escape');
    await send(prompt);
    expect(blocks(prompt)).toEqual([{ type: 'file', name, text: lines }]);
    expect(lastRows(prompt)).toBe('');
  });

  test.each([
    ['look at @nope.txt', '@nope.txt is not there: sent as text.'],
    ['and @no/where, @b.ts', '@no/where is not there: sent as text. @b.ts is not there: sent as text.'],
    ['@nope.ts:2', '@nope.ts:2 is not there: sent as text.'],
    ['@lines.ts:9', '@lines.ts:9 is not attached: there are 4 lines.'],
    ['@src/:2', '@src/:2 is not attached: only a text has lines.'],
    ['@logo.bin', '@logo.bin is not attached: it is neither text nor an image.'],
    ['ask @anna', ''],
    ['at 12:30 @noon:12', ''],
  ])('%s attaches nothing, and a line says why where it looks like a path', async (text, hint) => {
    const prompt = await say(text);
    expect(prompt.sent()).toEqual([{ type: 'text', id: 'u1', content: text }]);
    expect(lastRows(prompt)).toBe(hint);
  });

  test('lines of a file elsewhere are judged as the file is', async () => {
    const prompt = startPrompt({ services });
    prompt.paste('see @../notes.md:1');
    await send(prompt);
    expect(attached(prompt)).toEqual([[]]);
    for (const key of '@../notes.md:1 ') prompt.type(key);
    await send(prompt);
    expect(attached(prompt)).toEqual([[], ['../notes.md:1']]);
  });

  test('of very many the first twenty go along, and a line says so', async () => {
    const readMention = async (name: string): Promise<ContentBlock> => ({ type: 'file', name, text: 'x' });
    const prompt = startPrompt({ services: { readMention } });
    prompt.paste(Array.from({ length: 21 }, (_, index) => `@f${index}`).join(' '));
    await send(prompt);
    expect(attached(prompt)[0]).toHaveLength(20);
    expect(lastRows(prompt)).toBe('Only the first 20 mentions are attached.');
  });
});
