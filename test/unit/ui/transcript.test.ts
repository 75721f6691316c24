import { describe, expect, test } from 'vitest';
import type { AgentMessageBody } from '../../../src/messages.ts';
import type { KeyEvent } from '../../../src/ui/input/keys/key-event.ts';
import { openTranscript } from '../../../src/ui/transcript.ts';
import { type ScreenRun, startScreen } from '../../helpers/screen-run.ts';

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

/** A viewer over a screen; gives what it shows after each key. */
async function open(): Promise<{ run: ScreenRun; press(...keys: string[]): Promise<string[]>; copied: string[] }> {
  const run = startScreen(50, 12);
  await run.take(...LOG);
  const copied: string[] = [];
  let handler: ((key: KeyEvent) => void) | undefined;
  openTranscript({
    source: 'blocks',
    store: run.store,
    screen: run.screen,
    terminal: { atRestore: () => () => {} },
    services: {
      writeClipboard: async (text) => {
        copied.push(text);
        return 'Copied';
      },
    },
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
  return { run, press, copied };
}

describe('the transcript viewer', () => {
  test('starts at the end, goes to the top and comes back', async () => {
    const { press } = await open();
    expect((await press()).join('\n')).toContain('Paragraph 39 bold.');
    expect((await press('home'))[0]).toContain('agent-chat');
    expect((await press('end')).join('\n')).toContain('Paragraph 39 bold.');
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

  test('leaves the screen exactly as it was', async () => {
    const { run, press } = await open();
    await press();
    const before = startScreen(50, 12);
    await before.take(...LOG);
    expect(await press('q')).toEqual(before.terminal.screen());
    expect(run.bytes()).not.toMatch(/\u001b\[[23]J/);
  });
});
