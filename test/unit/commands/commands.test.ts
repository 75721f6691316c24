import { describe, expect, test } from 'vitest';
import type { CommandContext, CommandServices } from '../../../src/commands/command.ts';
import { findCommand, parseCommand, unknownCommand } from '../../../src/commands/parse-command.ts';
import { availableCommands, SLASH_COMMANDS } from '../../../src/commands/registry.ts';
import type { UserMessageBody } from '../../../src/messages.ts';

const SERVICES: CommandServices = {
  listModels: async () => [],
  previewSwitch: async () => '',
  writeClipboard: async (text) => `copied “${text}”`,
  quit: () => {},
  setBudget: (dollars) => (dollars === undefined ? 'no limit' : `limit ${dollars}`),
  report: { cost: () => 'All of it.', budget: () => 'No budget.' },
  listTools: () => [
    { name: 'read', description: 'Reads.', isEnabled: true },
    { name: 'write', description: 'Writes.', isEnabled: true },
  ],
};

async function run(line: string, session: Partial<CommandContext['session']> = {}) {
  const seen = {
    sent: [] as UserMessageBody[],
    printed: [] as string[],
    opened: [] as string[],
    hints: [] as string[],
  };
  const parsed = parseCommand(line);
  const commands = availableCommands(SERVICES);
  const command = findCommand(commands, parsed?.name ?? '');
  await command?.run(parsed?.argument ?? '', {
    services: SERVICES,
    session: { isRunning: false, model: 'demo/demo', answers: [], ...session },
    screen: {
      print: (text) => seen.printed.push(text),
      toggleThinking: () => {
        seen.opened.push('thinking');
        return 'Thinking is folded.';
      },
      toggleRaw: () => seen.opened.push('raw'),
      openTranscript: () => seen.opened.push('transcript'),
      themes: ['dark'],
      setTheme: (name) => seen.opened.push(`theme ${name}`),
    },
    send: (message) => seen.sent.push(message),
    open: (panel) => seen.opened.push(panel),
    quit: () => seen.opened.push('quit'),
    hint: (text) => seen.hints.push(text),
    work: (_name, run) => run(new AbortController().signal, () => undefined),
  });
  return seen;
}

describe('reading a line', () => {
  test.each([
    ['/model x', { name: 'model', argument: 'x' }],
    ['/Compact  keep\nthe plan ', { name: 'compact', argument: 'keep\nthe plan' }],
    ['/usr/bin', undefined],
    ['/usr/bin is full', undefined],
    ['// a comment', undefined],
    ['/', undefined],
    [' /model', undefined],
  ])('%j', (line, expected) => {
    expect(parseCommand(line)).toEqual(expected);
  });
});

test('a name may be shortened, and an alias is a name', () => {
  const commands = availableCommands(SERVICES);
  expect(findCommand(commands, 'exit')?.name).toBe('quit');
  expect(findCommand(commands, 'comp')?.name).toBe('compact');
  expect(findCommand(commands, 'zzz')).toBeUndefined();
  expect(unknownCommand(commands, 'modle')).toBe('There is no command /modle. Did you mean /model?');
});

test('no two commands have the same name, and each is described in one line', () => {
  const names = SLASH_COMMANDS.flatMap((command) => [command.name, ...(command.aliases ?? [])]);
  expect(new Set(names).size).toBe(names.length);
  for (const { description } of SLASH_COMMANDS) expect(description).toMatch(/^[A-Z][^\n]{3,80}[^.]$/);
});

test('every command that people expect is there', () => {
  const expected =
    'help clear restore model effort thinking compact context cost budget status resume rename rewind fork btw ' +
    'export copy raw theme keys permissions mcp tools wire transcript quit';
  expect(SLASH_COMMANDS.map((command) => command.name)).toEqual(expect.arrayContaining(expected.split(' ')));
});

describe('what they ask for', () => {
  test('messages', async () => {
    expect((await run('/clear')).sent).toEqual([{ type: 'clear_context' }]);
    expect((await run('/restore')).sent).toEqual([{ type: 'restore_context' }]);
    expect((await run('/compact the plan')).sent).toEqual([{ type: 'compact', hint: 'the plan' }]);
    expect((await run('/model a/b,c/d')).sent).toEqual([{ type: 'switch_model', model: 'a/b,c/d' }]);
    expect((await run('/effort HIGH')).sent).toEqual([{ type: 'set_reasoning_effort', effort: 'high' }]);
    expect((await run('/tools -write')).sent).toEqual([{ type: 'update_tools', tools: ['read'] }]);
    expect((await run('/tools write', { tools: [] })).sent).toEqual([{ type: 'update_tools', tools: ['write'] }]);
  });

  test('pickers and views', async () => {
    for (const [line, opened] of [
      ['/model', 'models'],
      ['/effort', 'efforts'],
      ['/help', 'help'],
      ['/keys', 'keys'],
      ['/theme', 'themes'],
      ['/theme dark', 'theme dark'],
      ['/transcript', 'transcript'],
      ['/exit', 'quit'],
    ] as const) {
      expect((await run(line)).opened).toEqual([opened]);
    }
  });

  test('lines', async () => {
    expect((await run('/copy', { answers: ['old', 'new'] })).printed).toEqual(['copied “new”']);
    expect((await run('/copy 2', { answers: ['old', 'new'] })).printed).toEqual(['copied “old”']);
    expect((await run('/budget 2.5')).printed).toEqual(['limit 2.5']);
    expect((await run('/budget off')).printed).toEqual(['no limit']);
    expect((await run('/budget')).printed).toEqual(['/budget\nNo budget.']);
    expect((await run('/tools')).printed).toEqual(['/tools\n+ read   Reads.\n+ write  Writes.']);
    expect(await run('/thinking')).toMatchObject({ printed: [], hints: ['Thinking is folded.'] });
  });

  test('a wrong argument is one line that names it and says what to write', async () => {
    await expect(run('/effort huge')).rejects.toThrow('There is no effort "huge". Take one of none, low');
    await expect(run('/budget lots')).rejects.toThrow('"lots" is no budget');
    await expect(run('/budget 0')).rejects.toThrow('"0" is no budget');
    await expect(run('/copy 3', { answers: ['a'] })).rejects.toThrow('There is no answer 3');
    await expect(run('/theme pink')).rejects.toThrow('There is no theme "pink". Take one of dark.');
    await expect(run('/tools +fly')).rejects.toThrow('There is no tool "fly"');
  });
});
