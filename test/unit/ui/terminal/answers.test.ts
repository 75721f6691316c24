import { expect, test } from 'vitest';
import { createTerminalAnswers } from '../../../../src/ui/terminal/answers.ts';

function heard(bytes: string, size: number): readonly string[] {
  const said: string[] = [];
  const take = createTerminalAnswers({
    background: ({ kind, color }) => said.push(`${kind} ${color}`),
    focus: (isFocused) => said.push(isFocused ? 'focus' : 'blur'),
  });
  for (let at = 0; at < bytes.length; at += size) take(Buffer.from(bytes.slice(at, at + size)));
  return said;
}

test.each([1, 2, 3, 7, 1000])('answers are heard in reads of %i bytes, and keys are not', (size) => {
  const white = '\u001b]11;rgb:ffff/ffff/fff0\u001b\\';
  const black = '\u001b]11;rgb:1e/1e/2e\u0007';
  expect(heard(`a\u001b[A${white}b\u001b[Ix\u001b[O${black}\u001bOA`, size)).toEqual([
    'light 255,255,255',
    'focus',
    'blur',
    'dark 30,30,46',
  ]);
});
