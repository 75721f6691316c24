import { afterEach, describe, expect, test } from 'vitest';
import { spellAnswer } from '../helpers/model-server/answers.mjs';
import { type Frame, type ModelServer, startModelServer } from '../helpers/model-server/model-server.ts';
import { hasTmux, startTmux, type TmuxRun } from '../helpers/tmux.ts';

type Size = readonly [columns: number, rows: number];

const WORDS = Array.from({ length: 480 }, (_, i) => `w${String(i + 1).padStart(3, '0')}`);
/** Words after which the model waits, each in the middle of a line. */
const GATES = [72, 150, 318];
const SHAPES: Readonly<Record<string, (word: string, number: number) => string>> = {
  paragraphs: (word, number) => `${word} is one${number % 160 === 0 ? '\n\n' : ' '}`,
  items: (word, number) => `${number % 60 === 1 ? '- ' : ''}${word} is one${number % 60 === 0 ? '\n' : ' '}`,
  'lines of code': (word, number) => `${number === 1 ? '```js\n' : ''}${word}()${number % 8 === 0 ? ';\n' : ' + '}`,
};

const open: { tmux?: TmuxRun; server?: ModelServer } = {};
afterEach(async () => {
  await open.tmux?.close();
  await open.server?.close();
  delete open.tmux;
  delete open.server;
});

/** Starts a chat whose model says the words and waits at the gates. */
async function startChat(shape: (word: string, number: number) => string, [cols, rows]: Size): Promise<TmuxRun> {
  const pieces = WORDS.map((word, index) => shape(word, index + 1));
  const frames = spellAnswer('chat', { text: pieces }).flatMap((frame): Frame[] => {
    const gate = GATES.find((number) => JSON.stringify(frame).includes(`${WORDS[number - 1]}`));
    return gate === undefined ? [frame] : [frame, { pause: `${gate}` }];
  });
  const server = await startModelServer({ protocol: 'chat', script: [{ frames }] });
  open.server = server;
  const env = { OPENAI_BASE_URL: server.base_url, OPENAI_API_KEY: 'key' };
  open.tmux = startTmux({ args: ['--model', 'openai-chat/test'], cols, rows, env });
  return open.tmux;
}

const rowsWith = (rows: readonly string[], text: string): string[] => rows.filter((row) => row.includes(text));
const wordsOf = (rows: readonly string[]): string[] => rows.join(' ').match(/w\d{3}/g) ?? [];

/** Waits until the program has drawn itself for a size: its status, which tmux did not wrap, reaches from edge to edge. */
async function drawnFor(tmux: TmuxRun, [columns]: Size, name = 'openai-chat/test · ask'): Promise<void> {
  await tmux.waitFor(`a status of ${columns} columns`, () => {
    const [status, ...more] = rowsWith(tmux.everything(), name);
    return more.length === 0 && status !== undefined && [...status].length === columns;
  });
}

describe.skipIf(!hasTmux())('in tmux', () => {
  test.each<[string, readonly Size[]]>([
    [
      'shrinks at once',
      [
        [120, 40],
        [80, 24],
        [60, 20],
      ],
    ],
    [
      'becomes lower and higher at once',
      [
        [120, 40],
        [120, 14],
        [120, 40],
      ],
    ],
    [
      'grows and shrinks at once',
      [
        [100, 30],
        [200, 60],
        [80, 24],
      ],
    ],
  ])('an answer is there once and in order when the window %s', async (_name, [first = [80, 24], ...sizes]) => {
    await streamThrough(
      SHAPES.paragraphs,
      first,
      sizes.map((size) => [size]),
    );
  });

  test.each(['items', 'lines of code'])('%s are there once and in order after a large change', async (name) => {
    await streamThrough(SHAPES[name], [120, 40], [[[80, 24]], [[140, 50]]]);
  });

  test('an answer is there once and in order when the window is dragged', async () => {
    const steps = Array.from({ length: 12 }, (_, i): Size => [116 - i * 4, 39 - i]);
    await streamThrough(SHAPES.paragraphs, [120, 40], [steps, [...steps.toReversed(), [120, 40]]]);
  });
});

/** Something that is open in the prompt, below what was said. */
interface Scene {
  /** What the model does after it has said the words. */
  readonly calls?: unknown;
  /** Opens it. */
  readonly keys: string;
  /** Rows of it that stand on the screen in every size, once. */
  readonly row: RegExp;
  /** That row reaches from edge to edge; the status, which does so elsewhere, gives way. */
  readonly isToEdge?: true;
  /** How the row begins in which the cursor is, and its column; absent: the cursor is hidden. */
  readonly caret?: readonly [RegExp, number];
  /** Closes it, and leaves an empty prompt. */
  readonly end: readonly string[];
}

const DRAFT = Array.from({ length: 25 }, (_, i) => `draft${i}.`).join(' ');
/** As one word it fills its rows to the edge. */
const COMMAND = 'x'.repeat(400);
const SCENES: Readonly<Record<string, Scene>> = {
  'a question': {
    calls: { tool_call: { name: 'run_command', arguments: { command: COMMAND } } },
    keys: '',
    row: /^ {2}\$ x/,
    isToEdge: true,
    end: ['n'],
  },
  'a picker': { keys: '?', row: /^Help$/, caret: [/^Help$/, 5], end: ['escape'] },
  'a draft': { keys: DRAFT, row: /draft24\.$/, caret: [/draft24\.$/, -1], end: ['ctrl+c'] },
};

const DOWN = Array.from({ length: 12 }, (_, i): Size => [78 - i * 3, 23 - i]);
type How = 'jumps' | 'drags' | 'a jump to 20×5 and back';
/** Sizes that follow each other at once, then a look. */
const MOVES: Readonly<Record<How, readonly (readonly Size[])[]>> = {
  jumps: [[[60, 14]], [[40, 24]], [[80, 9]], [[80, 24]]],
  drags: [DOWN, [...DOWN.toReversed(), [80, 24]]],
  'a jump to 20×5 and back': [[[20, 5]], [[80, 24]]],
};

describe.skipIf(!hasTmux())('in tmux, with something open in the prompt', () => {
  test.each(
    Object.keys(SCENES).flatMap((name) => [
      [name, 'jumps'] as const,
      [name, 'drags'] as const,
      [name, 'a jump to 20×5 and back'] as const,
    ]),
  )('%s is there once, below all that was said, after %s', async (name, how) => {
    const scene = SCENES[name];
    if (scene === undefined) throw new Error(`There is no scene ${name}.`);
    const tmux = await openScene(scene);
    for (const sizes of MOVES[how]) {
      for (const next of sizes) tmux.resize(...next);
      const size = sizes.at(-1) ?? [80, 24];
      await drawnWith(tmux, scene, size);
      expectOnce(tmux, scene, size);
    }
    tmux.press(...scene.end);
    await tmux.waitFor('the prompt', () => tmux.screen().join('\n').includes('❯ Ask anything'));
    tmux.press('ctrl+d');
    await tmux.waitFor('its end', () => tmux.isOver());
    expect(wordsOf(tmux.everything())).toEqual(WORDS);
    for (const left of [/❯/, /script\.json · ask/, scene.row]) {
      expect(tmux.everything().filter((row) => left.test(row))).toEqual([]);
    }
  });
});

/** Has the model say the words, then opens the scene. */
async function openScene({ calls, keys, row }: Scene): Promise<TmuxRun> {
  const said = WORDS.map((word, index) => SHAPES.paragraphs?.(word, index + 1)).join('');
  const first = [{ text: said }, ...(calls === undefined ? [] : [calls])];
  const tmux = startTmux({ script: [first, 'Understood.'], cols: 80, rows: 24 });
  open.tmux = tmux;
  await tmux.waitFor('the prompt', () => tmux.screen().join('\n').includes('Ask anything'));
  tmux.type('go');
  tmux.press('enter');
  await tmux.waitFor('the words', () => wordsOf(tmux.everything()).length === WORDS.length);
  if (calls === undefined) await tmux.waitFor('the end', () => tmux.screen().join('\n').includes('Ask anything'));
  if (keys !== '') tmux.type(keys);
  await tmux.waitFor('what is open', () => tmux.screen().some((one) => row.test(one)));
  return tmux;
}

const STATUS = 'script.json · ask';

/** Waits until it is drawn for a size, with the cursor in its place: while the size changes that is hidden. */
async function drawnWith(tmux: TmuxRun, { row, isToEdge, caret }: Scene, size: Size): Promise<void> {
  const [columns] = size;
  if (isToEdge === true)
    await tmux.waitFor('it', () => tmux.screen().some((one) => row.test(one) && one.length === columns));
  else if (columns >= 40) await drawnFor(tmux, size, STATUS);
  else await tmux.waitFor('it', () => tmux.screen().some((one) => row.test(one)));
  if (caret === undefined) return;
  const [start, column] = caret;
  await tmux.waitFor(`the cursor in column ${column} of ${start}`, () => {
    const screen = tmux.screen();
    const at = screen.findIndex((one) => start.test(one));
    const place = { row: at, column: column < 0 ? (screen[at] ?? '').length : column };
    return JSON.stringify(tmux.cursor()) === JSON.stringify(place);
  });
}

function expectOnce(tmux: TmuxRun, { row, isToEdge }: Scene, [columns]: Size): void {
  const all = tmux.everything();
  expect(wordsOf(all)).toEqual(WORDS);
  expect(all.filter((one) => row.test(one))).toHaveLength(1);
  expect(tmux.screen().filter((one) => row.test(one))).toHaveLength(1);
  expect(rowsWith(all, 'draft0.').length).toBeLessThan(2);
  if (columns >= 40 && !isToEdge) expect(rowsWith(all, STATUS)).toHaveLength(1);
}

/** Changes the size at the gates, and looks at everything in the end; then leaves. */
async function streamThrough(
  shape: (word: string, number: number) => string = String,
  first: Size,
  drags: readonly (readonly Size[])[],
): Promise<void> {
  const tmux = await startChat(shape, first);
  await tmux.waitFor('the prompt', () => tmux.screen().join('\n').includes('Ask anything'));
  tmux.type('go');
  tmux.press('enter');
  let size = first;
  for (const [index, gate] of GATES.entries()) {
    await open.server?.reaches(`${gate}`);
    await tmux.waitFor('the words up to the gate', () => wordsOf(tmux.everything()).length === gate);
    for (const next of drags[index] ?? []) {
      tmux.resize(...next);
      size = next;
    }
    await drawnFor(tmux, size);
    open.server?.resume(`${gate}`);
  }
  await tmux.waitFor(
    'the end',
    () => wordsOf(tmux.screen()).includes('w480') && !tmux.screen().join().includes('Answering'),
  );
  await drawnFor(tmux, size);
  expect(wordsOf(tmux.everything())).toEqual(WORDS);
  expect(rowsWith(tmux.everything(), '❯')).toHaveLength(1);
  expect(rowsWith(tmux.everything(), 'openai-chat/test · ask')).toHaveLength(1);
  expect(rowsWith(tmux.everything(), 'Answering')).toEqual([]);
  tmux.type('more');
  await tmux.waitFor('what was typed', () => tmux.screen().includes('❯ more'));
  expect(tmux.cursor()).toEqual({ row: tmux.screen().indexOf('❯ more'), column: 6 });
  tmux.press('ctrl+c', 'ctrl+d');
  await tmux.waitFor('its end', () => tmux.isOver());
  expect(wordsOf(tmux.everything())).toEqual(WORDS);
  expect(rowsWith(tmux.everything(), '❯')).toEqual([]);
  expect(rowsWith(tmux.everything(), 'openai-chat/test · ask')).toEqual([]);
}
