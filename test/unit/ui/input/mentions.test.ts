import { expect, test } from 'vitest';
import { mentionedPaths } from '../../../../src/ui/input/mentions.ts';
import { type PromptRun, startPrompt } from './prompt-harness.ts';

const FILES: Readonly<Record<string, string>> = {
  'a.ts': 'let a;',
  'my file.md': '# Hi',
  'big.log': 'x'.repeat(300_000),
  '../notes.md': 'notes',
  '~/.ssh/id_rsa': 'KEY',
};
const services = {
  readAttachment: async (path: string) => {
    const text = FILES[path];
    return text === undefined ? undefined : ({ type: 'file', name: path, text } as const);
  },
  attachmentPlace: async (path: string) => {
    if (path.includes('.ssh')) return 'secret' as const;
    return path.startsWith('../') ? ('outside' as const) : ('here' as const);
  },
};

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

test('a path that a person typed is attached wherever it lies', async () => {
  const prompt = startPrompt({ services });
  for (const key of '@../notes.md @~/.ssh/id_rsa ') prompt.type(key);
  await send(prompt);
  expect(attached(prompt)).toEqual([['../notes.md', '~/.ssh/id_rsa']]);
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
