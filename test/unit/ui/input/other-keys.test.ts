import { describe, expect, test } from 'vitest';
import { DONE } from '../../../helpers/turn-messages.ts';
import { startPrompt } from './prompt-harness.ts';

describe('the shell', () => {
  test('what !command said is shown and goes along with the next message', async () => {
    const prompt = startPrompt();
    prompt.type('!ls -l\r');
    expect(prompt.screen()[0]).toBe('$ ls -l · Esc stops it');
    await prompt.settled();
    expect(prompt.printed).toEqual(['$ ls -l\noutput of ls -l']);
    expect(prompt.sent()).toEqual([]);
    expect(prompt.screen().at(-1)).toBe('  The model sees this with your next message.');
    prompt.type('why?\r');
    const report = 'I ran this command:\n\n```\n$ ls -l\noutput of ls -l\n```\n\nExit code: 0';
    expect(prompt.sent()).toEqual([
      {
        type: 'text',
        id: 'u1',
        content: [
          { type: 'file', name: '! ls -l', text: report },
          { type: 'text', text: 'why?' },
        ],
      },
    ]);
    prompt.observe({ type: 'user_message_returned', id: 'u1', content: '', reason: 'cancelled' });
    expect(prompt.screen()[0]).toBe('❯ [file ! ls -l]why?');
  });

  test('!!command stays out of the conversation', async () => {
    const prompt = startPrompt();
    prompt.type('!!date\r');
    await prompt.settled();
    expect(prompt.sent()).toEqual([]);
    expect(prompt.printed).toEqual(['$ date\noutput of date']);
  });

  test('Esc stops it', async () => {
    let signal: AbortSignal | undefined;
    const prompt = startPrompt({
      services: {
        runShell: (_command, given) => {
          signal = given;
          return new Promise(() => {});
        },
      },
    });
    prompt.type('!sleep 100\r');
    prompt.press('escape');
    expect(signal?.aborted).toBe(true);
  });
});

describe('other keys', () => {
  test('Ctrl+G edits outside', async () => {
    const prompt = startPrompt();
    prompt.type('text');
    prompt.press('ctrl+g');
    await prompt.settled();
    expect(prompt.text()).toBe('text edited');
  });

  test('Ctrl+V inserts the image of the clipboard, or says that there is none', async () => {
    const image = { type: 'image', media_type: 'image/png', data: 'AAAA', name: 'shot.png' } as const;
    const images = [image];
    const prompt = startPrompt({ services: { readClipboardImage: async () => images.pop() } });
    prompt.press('ctrl+v');
    await prompt.settled();
    expect(prompt.screen()).toEqual(['❯ [image shot.png]']);
    prompt.press('ctrl+v');
    await prompt.settled();
    expect(prompt.screen().at(-1)).toBe('  There is no image in the clipboard.');
    prompt.press('enter');
    expect(prompt.sent()).toMatchObject([{ content: [image] }]);
  });

  test('a dropped file becomes an attachment, and its path stays when it cannot be read', async () => {
    const read: string[] = [];
    const prompt = startPrompt({
      services: {
        readAttachment: async (path) => {
          read.push(path);
          return path.endsWith('.png')
            ? { type: 'image', media_type: 'image/png', data: 'A', name: 'a b.png' }
            : undefined;
        },
      },
    });
    prompt.paste("'/tmp/a b.png'");
    await prompt.settled();
    prompt.paste('/usr/bin/true');
    await prompt.settled();
    prompt.paste('not a path');
    await prompt.settled();
    expect(read).toEqual(['/tmp/a b.png', '/usr/bin/true']);
    expect(prompt.screen()).toEqual(['❯ [image a b.png]/usr/bin/truenot a path']);
  });

  test('Ctrl+O unfolds details, twice opens the transcript', () => {
    const prompt = startPrompt();
    prompt.press('ctrl+o');
    prompt.wait(700);
    prompt.press('ctrl+o');
    expect(prompt.calls).toEqual(['toggleDetails', 'toggleDetails']);
    prompt.press('ctrl+o');
    expect(prompt.calls.slice(2)).toEqual(['toggleDetails', 'openTranscript']);
    expect(prompt.printed).toEqual([]);
    expect(prompt.screen()).toHaveLength(1);
    prompt.press('ctrl+t');
    expect(prompt.screen()[1]).toBe('  Thinking is folded.');
  });

  test('Shift+Tab takes the next permission mode', async () => {
    let mode = 'manual';
    const prompt = startPrompt({
      services: {
        permissionModes: [{ value: 'manual' }, { value: 'edits' }],
        permissionMode: () => mode,
        setPermissionMode: (next) => {
          mode = next;
        },
      },
    });
    prompt.press('shift+tab');
    expect(mode).toBe('edits');
    prompt.press('shift+tab');
    expect(mode).toBe('manual');
  });

  test('at the end of a turn in the mode plan it is said how to leave it, once', async () => {
    let mode = 'plan';
    const prompt = startPrompt({ services: { permissionMode: () => mode } });
    const turn = (): string => {
      prompt.observe({ type: 'turn_started', turn_id: 't', model_name: 'm', input: { id: 'u', content: 'go' } });
      prompt.observe(DONE);
      return prompt.screen().at(-1) ?? '';
    };
    const said = '  The mode plan only reads. Shift+Tab leaves it; then say what is to be done.';
    expect(turn()).toBe(said);
    prompt.type('x');
    expect(turn()).not.toBe(said);
    mode = 'ask';
    expect(turn()).not.toBe(said);
    mode = 'plan';
    expect(turn()).toBe(said);
  });

  test('/permissions lists what is always allowed, and takes back what is chosen there or named', async () => {
    let rules = ['npm test', 'read:/etc'];
    const prompt = startPrompt({
      services: {
        permissionModes: [{ value: 'ask' }, { value: 'edits' }],
        permissionMode: () => 'ask',
        setPermissionMode: () => {},
        alwaysRules: () => rules,
        forgetRule: (taken) => {
          rules = rules.filter((rule) => rule !== taken);
        },
      },
    });
    prompt.type('/permissions\r');
    await prompt.settled();
    expect(prompt.screen().join('\n')).toContain('Always allowed in this session');
    prompt.press('end');
    prompt.press('enter');
    await prompt.settled();
    expect(rules).toEqual(['npm test']);
    expect(prompt.printed).toEqual(['Asked about again: read:/etc']);
    prompt.type('/permissions forget npm test\r');
    await prompt.settled();
    expect(rules).toEqual([]);
    prompt.type('/permissions forget npm test\r');
    await prompt.settled();
    expect(prompt.screen().join('\n')).toContain('Nothing is always allowed as "npm test"');
  });

  test('a person may have other keys, and wrong ones leave the default', () => {
    const prompt = startPrompt({ options: { keys: { toggle_thinking: 'Ctrl+X', nonsense: 'a', send: 'hyper+q' } } });
    prompt.type('\u0018');
    expect(prompt.calls).toEqual(['toggleThinking']);
    prompt.press('ctrl+t');
    expect(prompt.calls).toHaveLength(1);
    prompt.type('hello\r');
    expect(prompt.sent()).toHaveLength(1);
  });

  test('captured keys go elsewhere until they are released', () => {
    const prompt = startPrompt();
    const keys: unknown[] = [];
    const release = prompt.controller.capture((key) => keys.push(key));
    prompt.type('q');
    release();
    prompt.type('x');
    expect(keys).toEqual([{ type: 'text', text: 'q' }]);
    expect(prompt.text()).toBe('x');
  });

  test('captured keys that come in one read are taken one by one, and the rest goes to the prompt', () => {
    const prompt = startPrompt();
    const keys: unknown[] = [];
    const release = prompt.controller.capture((key) => {
      keys.push(key);
      if (key.type === 'text' && key.text === 'q') release();
    });
    prompt.type('/é3\rqhello');
    expect(keys).toEqual([
      { type: 'text', text: '/' },
      { type: 'text', text: 'é' },
      { type: 'text', text: '3' },
      { type: 'key', key: 'enter' },
      { type: 'text', text: 'q' },
    ]);
    expect(prompt.text()).toBe('hello');
  });
});
