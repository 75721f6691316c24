import { beforeAll, expect, test } from 'vitest';
import type { AgentMessageBody } from '../../../src/messages.ts';
import { loadGrammar } from '../../../src/view/markdown/highlight.ts';
import { startScreen } from '../../helpers/screen-run.ts';

const MODEL = 'demo/demo';
const TURN: AgentMessageBody = {
  type: 'turn_started',
  turn_id: 't',
  model_name: MODEL,
  input: { id: 'u', content: 'Go' },
};
const FUNCTION = `export function total(items: readonly Item[], rate = 0.19): number {
  let sum = 0; // in cents
  for (const { price, count } of items) {
    if (count <= 0) throw new RangeError("nothing of it");
    sum += price * count;
  }
  return Math.round(sum * (1 + rate));
}

`;
const PROSE =
  'The quick brown fox jumps over a lazy dog while **bold** text and `code` stream by and 日本 too. '.repeat(5);
const ANSWERS = {
  code: Array.from({ length: 5 }, () => `Here it is:\n\n\`\`\`ts\n${FUNCTION.repeat(8)}\`\`\``).join('\n\n'),
  prose: Array.from({ length: 40 }, () => PROSE).join('\n\n'),
};

/** Streams an answer in chunks and draws after so many of them. */
async function stream(answer: string, chunksAFrame: number): Promise<{ bytes: string; looks: string[] }> {
  const run = startScreen(120, 40);
  const text = (chunk: string, is_complete = false): AgentMessageBody => ({
    type: 'text',
    message_id: 'm',
    chunk,
    is_complete,
    model_name: MODEL,
  });
  const chunks = (answer.match(/\s*\S{1,6}/g) ?? []).map((chunk) => text(chunk));
  await run.take(TURN);
  const before = run.bytes().length;
  for (let at = 0; at < chunks.length; at += chunksAFrame) await run.take(...chunks.slice(at, at + chunksAFrame));
  await run.take(text('', true));
  const bytes = run.bytes().slice(before);
  const looks = run.terminal.looks();
  await run.close();
  return { bytes, looks };
}

const perCharacter = (bytes: string, answer: string): number => Buffer.byteLength(bytes) / answer.length;

beforeAll(() => loadGrammar('ts'));

// Counts, so they do not depend on the machine. Code costs its colours: five bytes for each of the terminal's own.
test.each([
  ['code', 1_000, 1.65],
  ['code', 10, 2.6],
  ['prose', 1_000, 1.35],
  ['prose', 10, 2.3],
] as const)(
  '%s, %i chunks a frame, takes less than %f bytes a character and clears nothing',
  async (kind, chunks, most) => {
    const { bytes } = await stream(ANSWERS[kind], chunks);
    expect(perCharacter(bytes, ANSWERS[kind])).toBeLessThan(most);
    expect(bytes).not.toMatch(/\u001b\[[23]J/);
  },
);

test.each(['code', 'prose'] as const)('%s looks the same whether it comes at once or word by word', async (kind) => {
  const slow = await stream(ANSWERS[kind], 3);
  const fast = await stream(ANSWERS[kind], 100_000);
  expect(slow.looks).toEqual(fast.looks);
});
