import { describe, expect, test } from 'vitest';
import type { AgentMessageBody } from '../../../../src/messages.ts';
import type { KeyEvent } from '../../../../src/ui/input/keys/key-event.ts';
import { openTranscript } from '../../../../src/ui/transcript/transcript.ts';
import { type ScreenRun, startScreen } from '../../../helpers/screen-run.ts';

const MODEL = 'demo/demo';
const LOG: readonly AgentMessageBody[] = [
  { type: 'session_started', session_id: 's', model: MODEL, cwd: '/p', protocol_version: 1 },
  { type: 'turn_started', turn_id: 't', model_name: MODEL, input: { id: 'u', content: 'Go' } },
  {
    type: 'thought',
    message_id: 'h',
    chunk: 'a hidden thought',
    is_complete: true,
    model_name: MODEL,
    duration_ms: 900,
  },
  {
    type: 'text',
    message_id: 'm',
    chunk: Array.from({ length: 40 }, (_, i) => `Paragraph ${i} **bold**.`).join('\n\n'),
    is_complete: true,
    model_name: MODEL,
  },
];

/** A command that was run and what it wrote. */
function command(id: string, output: string): AgentMessageBody[] {
  const request = { id, name: 'run_command', arguments: '{}' };
  const times = { wait_ms: 0, execute_duration_ms: 0, duration_display: '', model_name: MODEL };
  return [
    { type: 'tool_call_ready', request, display_name: 'Run', args_summary: id },
    { type: 'tool_started', tool_call_id: id, wait_ms: 0 },
    { type: 'tool_output', tool_call_id: id, stream: 'stdout', chunk: output },
    { type: 'tool_result', result: { ...request, result: output }, ...times },
  ];
}

const ENDED: AgentMessageBody = {
  type: 'tool_error',
  error: { id: 'c', name: 'run_command', error: 'no' },
  kind: 'failed',
  wait_ms: 0,
  execute_duration_ms: 0,
  duration_display: '',
  model_name: MODEL,
};

interface Viewer {
  readonly run: ScreenRun;
  press(...keys: string[]): Promise<string[]>;
  /** Takes messages as the chat does while the viewer is open. */
  take(...messages: AgentMessageBody[]): Promise<string[]>;
  readonly copied: string[];
  /** Lets copies end from now on only when this is called. */
  holdCopies(): () => void;
}

/** A viewer over a screen; gives what it shows after each key. */
async function open(log = LOG): Promise<Viewer> {
  const run = startScreen(50, 12);
  await run.take(...log);
  const copied: string[] = [];
  let copying = Promise.resolve();
  let handler: ((key: KeyEvent) => void) | undefined;
  const viewer = openTranscript({
    source: 'blocks',
    store: run.store,
    screen: run.screen,
    terminal: { atRestore: () => () => {} },
    services: {
      writeClipboard: async (text) => {
        copied.push(text);
        await copying;
        return 'Copied';
      },
    },
    asked: () => [],
    write: run.write,
    capture: (take) => {
      handler = take;
      return () => {
        handler = undefined;
      };
    },
    onClosed: () => {},
  });
  const press = async (...keys: string[]): Promise<string[]> => {
    for (const key of keys) handler?.(key.length === 1 ? { type: 'text', text: key } : { type: 'key', key });
    await run.settle();
    return run.terminal.screen();
  };
  const take = async (...messages: AgentMessageBody[]): Promise<string[]> => {
    await run.take(...messages);
    viewer.refresh();
    await run.settle();
    return run.terminal.screen();
  };
  const holdCopies = (): (() => void) => {
    let end = (): void => {};
    copying = new Promise((resolve) => {
      end = resolve;
    });
    return () => end();
  };
  return { run, press, take, copied, holdCopies };
}

describe('the transcript viewer', () => {
  test('starts at the end, goes to the top and comes back', async () => {
    const { press } = await open();
    expect((await press()).join('\n')).toContain('Paragraph 39 bold.');
    expect((await press('home'))[0]).toContain('agent-chat');
    expect((await press('end')).join('\n')).toContain('Paragraph 39 bold.');
  });

  test('says the other keys when asked, until the next key', async () => {
    const { press } = await open();
    expect((await press('?')).at(-1)).toContain('PgUp PgDn b f page');
    expect((await press('up')).at(-1)).toContain('q close');
  });

  test('unfolds the block that is marked', async () => {
    const { press } = await open();
    await press('home');
    const screen = await press('right', 'right', 'enter');
    expect(screen.join('\n')).toContain('a hidden thought');
    expect((await press('enter')).join('\n')).not.toContain('a hidden thought');
  });

  test('finds text and copies the source of a block', async () => {
    const { press, copied } = await open();
    const screen = await press('/', ...'graph 7', 'enter', 'c');
    expect(screen[0]).toContain('Paragraph 7 bold.');
    expect(copied).toEqual(['Paragraph 7 **bold**.']);
  });

  test.each([
    ['code', `\`\`\`ts\n${'const a = 1;\n'.repeat(30)}\`\`\``, 'const a = 1;\n'.repeat(30).trimEnd()],
    ['a table', `| a |\n|---|\n${'| 1 |\n'.repeat(30)}`, `| a |\n|---|\n${'| 1 |\n'.repeat(30)}`.trimEnd()],
    ['a long paragraph', 'some words of it '.repeat(40), 'some words of it '.repeat(40)],
    ['many lines', 'a line of it\n'.repeat(20), 'a line of it\n'.repeat(20).trimEnd()],
    ['an item of many lines', `- a line\n${'  more\n'.repeat(20)}`, `- a line\n${'  more\n'.repeat(20)}`.trimEnd()],
  ])('copies %s whole, though it was printed in pieces', async (_name, source, copy) => {
    const [start, turn, , text] = LOG;
    const log = [start, turn, { ...text, chunk: `${source}\n\nThe end.` }] as AgentMessageBody[];
    const { press, copied } = await open(log);
    await press('left', 'c');
    expect(copied).toEqual([copy]);
  });

  test('finds what is folded, and unfolds no other block for it', async () => {
    const { press } = await open([
      ...LOG.slice(0, 2),
      ...command('a', 'notes\nline three\na\nb\nc\n'),
      ...command('b', 'other output\na\nb\nc\n'),
      ...LOG.slice(3),
    ]);
    expect((await press('home')).join('\n')).not.toContain('line three');
    // The last row is no part of the session: it says what was not found.
    const found = (await press('/', ...'line three', 'enter')).slice(0, -1).join('\n');
    expect(found).toContain('line three');
    expect(found).not.toContain('other output');
    expect((await press('/', ...'absent', 'enter')).join('\n')).toContain('Nothing found');
  });

  test('goes from one place to the next and the one before, at the end of the session too', async () => {
    const { press } = await open();
    await press('home', '/', ...'graph 3', 'enter');
    const marked = async (key: string): Promise<string | undefined> =>
      (await press(key)).find((row) => row.startsWith('▎'));
    expect(await marked('n')).toContain('Paragraph 30 ');
    await press('n', 'n', 'n', 'n', 'n', 'n', 'n');
    expect(await marked('n')).toContain('Paragraph 38 ');
    expect(await marked('n')).toContain('Paragraph 39 ');
    expect(await marked('N')).toContain('Paragraph 38 ');
    expect(await marked('N')).toContain('Paragraph 37 ');
  });

  test('shows rows of the whole width to their last column', async () => {
    const code = `${'1234567890'.repeat(5)}END`;
    const { run, press } = await open([
      ...LOG.slice(0, 2),
      { type: 'text', message_id: 'm', chunk: `\`\`\`\n${code}\n\`\`\``, is_complete: true, model_name: MODEL },
    ]);
    const rows = (await press('home')).map((row) => row.slice(2));
    expect(rows).toContain(code.slice(0, 48));
    expect(rows).toContain(code.slice(48));
    // Without wrapping, some terminals keep the cursor on the last column: erasing after a full row would take it.
    const full = (run.bytes().split('\u001b[?1049h')[1] ?? '')
      .split(/\u001b\[\d*H/)
      .filter((row) => /123|q close/.test(row));
    expect(full.length).toBeGreaterThan(2);
    for (const row of full) expect(row).not.toMatch(/[^\n]\u001b\[[KJ]/);
  });

  test('leaves the screen exactly as it was', async () => {
    const { run, press } = await open();
    await press();
    const before = startScreen(50, 12);
    await before.take(...LOG);
    expect(await press('q')).toEqual(before.terminal.screen());
    expect(run.bytes()).not.toMatch(/\u001b\[[23]J/);
  });

  test('writes nothing once it is closed, also when a copy ends later', async () => {
    const { run, press, holdCopies } = await open();
    const endCopy = holdCopies();
    await press('c', 'q');
    const before = run.bytes();
    endCopy();
    await press();
    expect(run.bytes()).toBe(before);
  });

  test('shows what comes while it stands at the end, and stays where it is elsewhere', async () => {
    const { run, press, take } = await open();
    const answer = { type: 'text', message_id: 'n', model_name: MODEL } as const;
    await press();
    const growing = await take({ ...answer, chunk: 'It goes on and', is_complete: false });
    expect(growing.join('\n')).toContain('It goes on and');
    const ended = await take({ ...answer, chunk: ' on.\n\nThe last words.', is_complete: true });
    expect(ended.join('\n')).toContain('The last words.');
    expect(ended.find((row) => row.startsWith('▎'))).toContain('The last words.');

    const away = await press('home');
    const still = await take({ ...answer, message_id: 'o', chunk: 'Not seen.', is_complete: true });
    expect(still.slice(0, -1)).toEqual(away.slice(0, -1));
    const before = run.bytes();
    await take();
    expect(run.bytes()).toBe(before);
  });

  test('says when a question waits behind it', async () => {
    const { press, take } = await open();
    await press('home');
    const request = { id: 'c', name: 'run_command', arguments: '{}' };
    const screen = await take(
      { type: 'tool_call_ready', request, display_name: 'Run', args_summary: 'ls' },
      {
        type: 'approval_requested',
        tool_call_id: 'c',
        reason: 'It runs a command.',
        preview: { kind: 'command', command: 'ls', cwd: '/p' },
        options: [{ decision: 'once', label: 'Once' }],
      },
    );
    expect(screen.at(-1)).toContain('? Run waits for your answer · q shows it');
    const answered = await take({ type: 'approval_resolved', tool_call_id: 'c', decision: 'once', by: 'user' });
    expect(answered.at(-1)).not.toContain('waits');
  });

  test('keeps the place when the text is shown as it was written', async () => {
    const { press } = await open();
    expect((await press('r')).join('\n')).toContain('Paragraph 39 **bold**.');
    await press('r', '/', ...'graph 17', 'enter');
    const raw = await press('r');
    expect(raw[0]).toContain('Paragraph 17 **bold**.');
    expect((await press('r'))[0]).toContain('Paragraph 17 bold.');
  });

  test('shows what was written as text, whatever is in it', async () => {
    const request = { id: 'c', name: 'run_command', arguments: '{"command":"\u001b]0;evil\u0007\u009b2J\u202els"}' };
    const { run, press } = await open([...LOG, { type: 'tool_call_ready', request, display_name: 'Run' }, ENDED]);
    expect((await press('r')).join('\n')).toContain('run_command {"command":"ls"}');
    expect(run.bytes()).not.toMatch(/evil|\u009b|\u202e/);
  });

  test('counts what a search found, and marks it alone', async () => {
    const { run, press } = await open();
    const screen = await press('home', '/', ...'GRAPH 3', 'enter');
    expect(screen.at(-1)).toContain('1/11');
    expect((await press('n')).at(-1)).toContain('2/11');
    const row = run.bytes().slice(run.bytes().lastIndexOf('▎'));
    const [, marked] = /\u001b\[[\d;]*;4m([^\u001b]*)/.exec(row) ?? [];
    expect(marked).toBe('graph 3');
  });
});
