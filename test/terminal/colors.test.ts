import { afterEach, expect, test } from 'vitest';
import { startTerminal, type TerminalRun, type TerminalSetup } from '../helpers/terminal.ts';

let run: TerminalRun | undefined;
afterEach(() => run?.close());

async function ask(setup: TerminalSetup, answer = ''): Promise<TerminalRun> {
  run = await startTerminal({ script: ['It is so.'], ...setup });
  if (answer !== '') {
    await run.waitForOutput('\u001b]11;?');
    run.type(answer);
  }
  await run.waitFor('Ask anything');
  run.type('is it so?\r');
  await run.waitFor('It is so.');
  expect(run.scrollback()).toContain('› is it so?');
  return run;
}

/** Resets, and what begins and ends bold, dim, italics, underlines and strokes. */
const NO_COLOURS = ['', '0', '1', '2', '3', '4', '9', '22', '23', '24', '29'];

function codesOf(output: string): string[] {
  return [...output.matchAll(/\u001b\[([\d;]*)m/g)].flatMap(([, codes = '']) => codes.split(';'));
}

const ON_TINT = /\u001b\[48;[\d;]*m\u001b\[K[^\n]*is it so\?/;

test('a question stands on a tint of the background that the terminal tells', async () => {
  const chat = await ask({ env: { COLORTERM: 'truecolor' } }, '\u001b]11;rgb:ffff/ffff/ffff\u001b\\');
  expect(chat.output()).toContain('\u001b[48;2;240;240;240m\u001b[K');
  expect(chat.output()).toMatch(ON_TINT);
});

test('the answer about the background is no key, whenever it comes', async () => {
  run = await startTerminal({ script: ['x'], env: { COLORTERM: 'truecolor' } });
  await run.waitFor('Ask anything');
  run.type('hel\u001b]11;rgb:1e/1e');
  run.type('/2e\u001b\\lo');
  await run.waitFor('❯ hello');
});

test('the environment tells the background where the terminal does not', async () => {
  expect((await ask({ env: { COLORFGBG: '15;0' } })).output()).toMatch(ON_TINT);
});

test('without a known background, or without colours, there is no tint', async () => {
  const unknown = await ask({});
  expect(unknown.output()).not.toContain('\u001b[48;');
  await unknown.close();
  const plain = await ask({ env: { NO_COLOR: '1', COLORFGBG: '15;0' } });
  expect(codesOf(plain.output()).filter((code) => !NO_COLOURS.includes(code))).toEqual([]);
  expect(codesOf(plain.output())).toContain('1');
  await plain.close();
  const none = await ask({ config: { theme: 'none' } });
  expect(codesOf(none.output()).filter((code) => code !== '' && code !== '0')).toEqual([]);
});
