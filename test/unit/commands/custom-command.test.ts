import { expect, test } from 'vitest';
import { fillTemplate } from '../../../src/commands/custom-command.ts';

test.each([
  ['all of the argument', 'Look at $ARGUMENTS, please.', 'a b  c', 'Look at a b  c, please.'],
  ['single words', '$2 before $1', 'one two', 'two before one'],
  ['several words in quotes', 'Title: $1. By $2.', `"A long day" 'J. Doe'`, 'Title: A long day. By J. Doe.'],
  ['a word that is missing', 'From $1 to $2.', 'here', 'From here to .'],
  ['no place for it', 'Review this.', 'src "my file"', 'Review this.\n\nsrc "my file"'],
  ['words that no place takes', 'Fix $1.', '12 "with care" now', 'Fix 12.\n\n"with care" now'],
  ['nothing given', 'Review $ARGUMENTS.', '', 'Review .'],
  [
    'a dollar that is no place',
    'It costs $100, $12 or $x; \\$1 is a word.',
    '',
    'It costs $100, $12 or $x; $1 is a word.',
  ],
  ['places in the argument stay what they are', '$1 and $ARGUMENTS', '$2 $&', '$2 and $2 $&'],
])('%s', (_what, template, argument, filled) => {
  expect(fillTemplate(template, argument)).toBe(filled);
});
