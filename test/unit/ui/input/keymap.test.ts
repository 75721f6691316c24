import { expect, test } from 'vitest';
import { createKeymap, type KeyOverrides } from '../../../../src/ui/input/keys/keymap.ts';

const labels = (overrides: KeyOverrides): readonly string[] => {
  const { label } = createKeymap(overrides);
  return [label('send'), label('cancel'), label('quit')];
};
const problems = (overrides: KeyOverrides): readonly string[] =>
  createKeymap(overrides).problems.map(({ action, message }) => `${action}: ${message}`);

test('an action that is none, and a key that is none, are named; the default stays', () => {
  const keys = { send: 'nokey+z', bogus: 'q', undo: ['f7', 'hyper+q'] };
  expect(problems(keys)).toEqual([
    'send: "keys.send" is wrong: "nokey+z" is not a key; it is ignored. Write it like ctrl+k, alt+up or f2.',
    'bogus: there is no action "bogus" to give a key. /keys lists them.',
    'undo: "keys.undo" is wrong: "hyper+q" is not a key; it is ignored. Write it like ctrl+k, alt+up or f2.',
  ]);
  expect(labels(keys)).toEqual(['Enter', 'Esc', 'Ctrl+D']);
  expect(createKeymap(keys).label('undo')).toBe('F7');
});

test.each<[KeyOverrides, readonly string[]]>([
  [{ send: [] }, ['"keys.send" would leave send without a key; the default of send stays.']],
  [{ cancel: 'enter' }, ['"keys.cancel" would leave cancel without a key; the default of cancel stays.']],
  [{ send: 'escape' }, ['"keys.send" would leave cancel without a key; the default of send stays.']],
  [{ newline: 'enter', queue: 'enter', interrupt: 'escape' }, []],
  [
    { send: 'ctrl+d', quit: [] },
    [
      '"keys.quit" would leave quit without a key; the default of quit stays.',
      '"keys.send" would leave quit without a key; the default of send stays.',
    ],
  ],
])('%j leaves ways to send, to cancel and to quit', (keys, expected) => {
  expect(createKeymap(keys).problems.map(({ message }) => message)).toEqual(expected);
  const { find } = createKeymap(keys);
  expect(['enter', 'escape', 'ctrl+d'].map((key) => find(key, (context) => context !== 'menu'))).toEqual([
    'send',
    'cancel',
    'quit',
  ]);
});

test('an essential action may change its key, and an action that is none of them may lose its own', () => {
  const keys = { send: 'ctrl+s', stash: [], cancel: 'f9' };
  expect(problems(keys)).toEqual([]);
  expect(labels(keys)).toEqual(['Ctrl+S', 'F9', 'Ctrl+D']);
  expect(createKeymap(keys).label('stash')).toBe('');
});
