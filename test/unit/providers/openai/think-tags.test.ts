import { expect, test } from 'vitest';
import { createThinkTags } from '../../../../src/providers/openai/think-tags.ts';

/** Reads an answer that comes in pieces. */
function read(pieces: readonly string[]): { thought: string; text: string } {
  const tags = createThinkTags();
  const said = [...pieces.map((piece) => tags.push(piece)), tags.end()];
  return { thought: said.map(({ thought }) => thought).join(''), text: said.map(({ text }) => text).join('') };
}

test.each([
  ['<think>\nHm, so.\n</think>\n\nYes </think>.', { thought: 'Hm, so.\n', text: 'Yes </think>.' }],
  ['\n<think></think>Yes.', { thought: '', text: 'Yes.' }],
  ['<think>never closed </thi', { thought: 'never closed </thi', text: '' }],
  ['<thing> is no tag', { thought: '', text: '<thing> is no tag' }],
  ['The tag <think> opens', { thought: '', text: 'The tag <think> opens' }],
  ['  <', { thought: '', text: '  <' }],
  ['', { thought: '', text: '' }],
])('thinking between tags is parted from %j wherever it is cut', (answer, parts) => {
  expect(read([answer])).toEqual(parts);
  expect(read([...answer])).toEqual(parts);
  for (let cut = 1; cut < answer.length; cut += 1) {
    expect(read([answer.slice(0, cut), answer.slice(cut)])).toEqual(parts);
  }
});
