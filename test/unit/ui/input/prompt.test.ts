import { expect, test } from 'vitest';
import { startPrompt } from './prompt-harness.ts';

test('what is typed is sent by Enter and leaves the prompt empty', () => {
  const prompt = startPrompt();
  prompt.type('hello\r');
  expect(prompt.sent()).toEqual([{ type: 'text', id: 'u1', content: 'hello' }]);
  expect(prompt.text()).toBe('');
});

test('while a turn runs Enter steers and Tab queues', () => {
  const prompt = startPrompt();
  prompt.turn('t1');
  prompt.type('left\r');
  prompt.type('later\t');
  expect(prompt.sent()).toEqual([
    { type: 'text', id: 'u1', content: 'left' },
    { type: 'text', id: 'u2', content: 'later', delivery: 'queue' },
  ]);
});

test('of many waiting messages the next one is shown, and the newest, which are taken back first', () => {
  const prompt = startPrompt();
  prompt.turn('t1');
  const accept = (id: string, delivery: 'queue' | 'steer'): void =>
    prompt.observe({ type: 'user_message_accepted', id, content: id, delivery });
  for (const id of ['one', 'two', 'three', 'four']) accept(id, 'queue');
  expect(prompt.screen()).toHaveLength(5);
  accept('five', 'queue');
  expect(prompt.screen()).toEqual([
    '◷ queued       one',
    '◷ 2 more between',
    '◷ queued       four',
    '◷ queued       five',
    '❯ Enter steers · Tab queues · ↑ edits the last · Esc cancels',
  ]);
  accept('six', 'steer');
  accept('seven', 'queue');
  expect(prompt.screen().slice(0, 4)).toEqual([
    '◷ steers next  six',
    '◷ 4 more between',
    '◷ queued       five',
    '◷ queued       seven',
  ]);
});

test('waiting messages show their receipt and ↑ in an empty prompt takes the newest back', () => {
  const prompt = startPrompt();
  prompt.turn('t1');
  prompt.type('left\rlater\t');
  prompt.observe({ type: 'user_message_accepted', id: 'u1', content: 'left', delivery: 'steer' });
  prompt.observe({ type: 'user_message_accepted', id: 'u2', content: 'later', delivery: 'queue' });
  expect(prompt.screen().slice(0, 2)).toEqual(['◷ steers next  left', '◷ queued       later']);
  prompt.press('up');
  expect(prompt.sent().at(-1)).toEqual({ type: 'retract', id: 'u2' });
  prompt.observe({ type: 'user_message_returned', id: 'u2', content: 'later', reason: 'retracted' });
  expect(prompt.text()).toBe('later');
  expect(prompt.screen()).toEqual(['◷ steers next  left', '❯ later']);
});

test('a big paste that was sent and comes back is still one placeholder', () => {
  const prompt = startPrompt();
  prompt.turn('t1');
  const big = Array.from({ length: 12 }, (_, index) => `line ${index}`).join('\n');
  prompt.paste(big);
  prompt.type(' see above\r');
  expect(prompt.sent()).toEqual([{ type: 'text', id: 'u1', content: `${big} see above` }]);
  prompt.observe({ type: 'user_message_returned', id: 'u1', content: `${big} see above`, reason: 'cancelled' });
  expect(prompt.screen()[0]).toBe('❯ [pasted 85 bytes · 12 lines] see above');
});

test('Ctrl+C clears the text, and undo brings it back; twice in an empty prompt it quits', () => {
  const prompt = startPrompt();
  prompt.type('draft');
  prompt.press('ctrl+c');
  expect(prompt.text()).toBe('');
  prompt.press('ctrl+_');
  expect(prompt.text()).toBe('draft');
  prompt.press('ctrl+c');
  prompt.press('ctrl+c');
  expect(prompt.screen().at(-1)).toContain('again to quit');
  expect(prompt.quits).toEqual([]);
  prompt.press('ctrl+c');
  expect(prompt.quits).toEqual(['']);
});

test('two presses of Ctrl+C more than a second apart do not quit', () => {
  const prompt = startPrompt();
  prompt.press('ctrl+c');
  prompt.wait(1001);
  prompt.press('ctrl+c');
  expect(prompt.quits).toEqual([]);
});

test('a line that ends in a backslash goes on in the next one', () => {
  const prompt = startPrompt();
  prompt.type('one\\\rtwo');
  expect(prompt.text()).toBe('one\ntwo');
  expect(prompt.screen()).toEqual(['❯ one', '  two']);
});

test('an unknown command says which are near and stays in the prompt', async () => {
  const prompt = startPrompt();
  prompt.type('/quitt\r');
  expect(prompt.sent()).toEqual([]);
  expect(prompt.text()).toBe('/quitt');
  expect(prompt.screen().at(-1)).toContain('There is no command /quitt. Did you mean /quit');
});

test('a path is no command', () => {
  const prompt = startPrompt();
  prompt.type('/usr/bin is full\r');
  expect(prompt.sent()).toMatchObject([{ content: '/usr/bin is full' }]);
});

test('↑ goes through the history and ↓ comes back to what was being typed', async () => {
  const prompt = startPrompt({ history: ['first', 'second'] });
  prompt.type('draft');
  prompt.press('up');
  await prompt.settled();
  expect(prompt.text()).toBe('second');
  prompt.press('up');
  await prompt.settled();
  expect(prompt.text()).toBe('first');
  prompt.press('down');
  await prompt.settled();
  prompt.press('down');
  await prompt.settled();
  expect(prompt.text()).toBe('draft');
});

test('the draft of an exit holds what waited, what was put aside and what was typed', () => {
  const prompt = startPrompt();
  prompt.turn('t1');
  prompt.type('queued\t');
  prompt.observe({ type: 'user_message_accepted', id: 'u1', content: 'queued', delivery: 'queue' });
  prompt.type('aside');
  prompt.press('ctrl+s');
  prompt.type('typed');
  expect(prompt.controller.draft()).toBe('queued\naside\ntyped');
});

test('the text of an old session that was given back then does not come back again', () => {
  const prompt = startPrompt();
  prompt.controller.observe(
    { type: 'user_message_returned', id: 'x', content: 'old', reason: 'cancelled', seq: 1, at: 0 },
    'log',
  );
  expect(prompt.text()).toBe('');
});

test('/copy copies the answers as the model wrote them, without what was discarded', async () => {
  const copied: string[] = [];
  const prompt = startPrompt({
    services: {
      writeClipboard: async (text) => {
        copied.push(text);
        return 'copied';
      },
    },
  });
  const say = (message_id: string, chunk: string, is_complete = false): void =>
    prompt.observe({ type: 'text', message_id, chunk, is_complete, model_name: 'demo/demo' });
  prompt.turn('t1');
  say('m1', '**first**');
  say('m1', ' answer', true);
  say('m2', 'void');
  prompt.observe({
    type: 'retrying',
    attempt: 1,
    max_attempts: 5,
    delay_ms: 1,
    error: { message: 'cut', kind: 'stream_interrupted' },
    discarded: ['m2'],
  });
  say('m3', 'second');
  prompt.observe({
    type: 'done',
    turn_id: 't1',
    status: 'completed',
    stop_reason: 'stop',
    iterations: 1,
    usage: { input_tokens: 1, output_tokens: 1 },
    duration_ms: 1,
  });
  prompt.type('/copy \r');
  prompt.type('/copy 2\r');
  await prompt.settled();
  expect(copied).toEqual(['second', '**first** answer']);
});

test('a huge paste is named in the history, not kept there', () => {
  const prompt = startPrompt();
  prompt.paste('x'.repeat(100_000));
  prompt.type(' what is it?\r');
  expect(prompt.calls).toEqual(['history [pasted 97.7 KB · 1 line] what is it?']);
});

test('the pieces of an answer do not redraw the prompt', () => {
  const prompt = startPrompt();
  prompt.turn('t1');
  const before = prompt.controller.getSnapshot();
  prompt.observe({ type: 'text', message_id: 'm', chunk: 'more', is_complete: false, model_name: 'demo/demo' });
  expect(prompt.controller.getSnapshot()).toBe(before);
});

test('several lines that arrive at once are a paste, also without marks, and however many reads they take', () => {
  const prompt = startPrompt();
  prompt.type('one\rtwo\rthr');
  prompt.type('ee\rfour');
  expect(prompt.sent()).toEqual([]);
  expect(prompt.text()).toBe('one\ntwo\nthree\nfour');
  prompt.wait(100);
  prompt.type('\r');
  expect(prompt.sent()).toHaveLength(1);
});

test('a big paste comes back from the history as one sign, and the next ↑ goes on to what is older', async () => {
  const pasted = Array.from({ length: 2000 }, (_, index) => `line ${index}`).join('\n');
  const history: string[] = ['older', 'another session\n'.repeat(11)];
  const services = { history: { load: async () => history, append: (text: string) => void history.push(text) } };
  const prompt = startPrompt({ services });
  const up = async (): Promise<void> => {
    prompt.press('up');
    await prompt.settled();
  };
  prompt.type('explain: ');
  prompt.paste(`${pasted}\n`);
  const shown = prompt.screen().at(-1);
  prompt.type('\r');
  expect(history.at(-1)).toBe(`explain: ${pasted}`);
  await up();
  expect(prompt.screen().join('\n')).toContain('explain: [pasted 18.4 KB · 2,000 lines]');
  expect(prompt.screen().at(-1)).toBe(shown);
  await up();
  expect(prompt.screen().join('\n')).toMatch(/❯ \[pasted .* · 11 lines\]/);
  await up();
  expect(prompt.text()).toBe('older');
  prompt.press('down');
  await prompt.settled();
  prompt.press('down');
  await prompt.settled();
  prompt.type('\r');
  const [first, again] = prompt.sent();
  expect(again).toMatchObject({ content: `explain: ${pasted}` });
  expect(first).toMatchObject({ content: `explain: ${pasted}` });
});

test('ten lines from the history can be edited at once', async () => {
  const ten = Array.from({ length: 10 }, (_, index) => `line ${index}`).join('\n');
  const prompt = startPrompt({ history: [ten] });
  prompt.press('up');
  await prompt.settled();
  expect(prompt.text()).toBe(ten);
});

test('/rewind says when nothing was said yet', async () => {
  const prompt = startPrompt({ services: { rewind: async () => {} } });
  prompt.type('/rewind\r');
  await prompt.settled();
  expect(prompt.screen().join('\n')).toContain('Nothing was said yet: there is nothing to go back to.');
  prompt.type('x');
  expect(prompt.screen().join('\n')).not.toContain('Nothing matches.');
});
