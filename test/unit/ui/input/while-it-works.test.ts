import { expect, test } from 'vitest';
import { startPrompt } from './prompt-harness.ts';

test('Ctrl+D quits at once when nothing runs, and on the second press when something does', () => {
  const idle = startPrompt();
  idle.press('ctrl+d');
  expect(idle.quits).toEqual(['']);
  const prompt = startPrompt();
  prompt.turn('t1');
  prompt.press('ctrl+d');
  expect(prompt.quits).toEqual([]);
  expect(prompt.screen().at(-1)).toContain('Press Ctrl+D again to quit');
  prompt.press('ctrl+d');
  expect(prompt.quits).toEqual(['']);
});

test('what comes back after something was taken back stands in the order it was typed', () => {
  const prompt = startPrompt();
  prompt.turn('t1');
  for (const id of ['q1', 'q2']) {
    prompt.observe({ type: 'user_message_accepted', id, content: id, delivery: 'queue' });
  }
  prompt.observe({ type: 'user_message_returned', id: 'q2', content: 'q2', reason: 'retracted' });
  prompt.observe({ type: 'user_message_returned', id: 'q1', content: 'q1', reason: 'cancelled' });
  expect(prompt.text()).toBe('q1\nq2');
});

test('a model or effort chosen while it works is said to hold from the next call', async () => {
  const prompt = startPrompt();
  prompt.observe({ type: 'model_switched', previous: 'a/b', new: 'demo/demo', report: REPORT });
  prompt.turn('t1');
  prompt.press('f2');
  await prompt.settled();
  expect(prompt.screen().at(-1)).toBe('  From the next call: openai/gpt-5');
  prompt.type('/effort high');
  prompt.press('enter');
  await prompt.settled();
  expect(prompt.screen().at(-1)).toBe('  From the next call: effort high');
  prompt.type('/model a/one');
  prompt.press('enter');
  await prompt.settled();
  expect(prompt.screen().at(-1)).toBe('  From the next call: a/one');
});

test('F2 goes on from the model that was asked for last, not from the one that still answers', async () => {
  const names = ['demo/demo', 'a/one', 'b/two'];
  const prompt = startPrompt({ services: { listModels: async () => names.map((name) => ({ name, provider: 'p' })) } });
  prompt.observe({ type: 'model_switched', previous: 'a/b', new: 'demo/demo', report: REPORT });
  prompt.turn('t1');
  const wanted = () => prompt.sent().flatMap((message) => (message.type === 'switch_model' ? [message.model] : []));
  for (const key of ['f2', 'f2', 'f2', 'shift+f2']) {
    prompt.press(key);
    await prompt.settled();
  }
  expect(wanted()).toEqual(['a/one', 'b/two', 'demo/demo', 'b/two']);
  prompt.observe({ type: 'model_switched', previous: 'demo/demo', new: 'b/two', report: REPORT });
  prompt.observe({ type: 'model_switched', previous: 'b/two', new: 'a/one', report: REPORT });
  prompt.press('f2');
  await prompt.settled();
  expect(wanted().at(-1)).toBe('b/two');
});

test('a hint that is wider than the screen goes on in the next row', () => {
  const prompt = startPrompt();
  prompt.resize(40, 10);
  prompt.type('/theme purple\r');
  expect(prompt.screen().slice(1)).toEqual(['  There is no theme "purple". Take one', '  of dark, light.']);
});

test('Enter on a command in the help puts it into the prompt', async () => {
  const prompt = startPrompt();
  prompt.type('?');
  await prompt.settled();
  prompt.type('compact\r');
  expect(prompt.text()).toBe('/compact ');
});

test('the models that can be used come first, the running one before all, and a provider that lacks its key is one line', async () => {
  const missing = { provider: 'anthropic', unavailable: 'set ANTHROPIC_API_KEY' };
  const prompt = startPrompt({
    services: {
      listModels: async () => [
        { name: 'anthropic/one', ...missing },
        { name: 'anthropic/two', ...missing },
        { name: 'openai/gpt-5', provider: 'openai' },
        { name: 'demo/demo', provider: 'demo' },
      ],
    },
  });
  prompt.observe({ type: 'model_switched', previous: 'a/b', new: 'demo/demo', report: REPORT });
  prompt.press('alt+p');
  await prompt.settled();
  const rows = prompt.screen().map((row) => row.trim());
  expect(rows.filter((row) => /demo\/|openai\/|anthropic/.test(row))).toEqual([
    '› demo/demo',
    'openai/gpt-5',
    'anthropic     set ANTHROPIC_API_KEY',
    'preview of demo/demo',
  ]);
});

const REPORT = { tokens_to_read: 0, thoughts_dropped: 0, images_dropped: 0, ids_rewritten: 0, cache_lost: false };

test('a compaction that is asked for while a turn runs is said to wait, and how it is taken back', () => {
  const prompt = startPrompt();
  prompt.turn('t1');
  prompt.type('/compact\r');
  expect(prompt.sent()).toMatchObject([{ type: 'compact' }]);
  const said = prompt.screen().slice(1).join(' ').replace(/ +/g, ' ');
  expect(said).toContain(
    'The context is compacted before the next call, else after the turn. Esc takes that back too.',
  );
});
