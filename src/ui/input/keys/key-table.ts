import type { KeyName } from './key-event.ts';

/** When a binding holds. Contexts that are narrower stand earlier in the table. */
export type KeyContext =
  /** A menu of completions is open. */
  | 'menu'
  /** A turn is running. */
  | 'running'
  /** No turn is running. */
  | 'idle'
  /** Nothing is typed. */
  | 'empty'
  /** Something is typed. */
  | 'filled'
  | 'always';

/** One line of the key table. */
export interface KeyBinding {
  /** What the config calls it. */
  readonly action: Action;
  readonly description: string;
  readonly keys: readonly KeyName[];
  /** The default keys on Windows, where they differ. */
  readonly windows?: readonly KeyName[];
  readonly context: KeyContext;
  readonly group: KeyGroup;
}

export type KeyGroup = 'Sending' | 'Running' | 'Session' | 'View' | 'Editing';

const TABLE = [
  bind('menu_accept', 'take the marked completion', 'menu', 'Sending', ['tab']),
  bind('menu_up', 'mark the completion above', 'menu', 'Sending', ['up', 'ctrl+p', 'shift+tab']),
  bind('menu_down', 'mark the completion below', 'menu', 'Sending', ['down']),
  bind('send', 'send; while running: steer; in a menu of commands: take the best match', 'always', 'Sending', [
    'enter',
  ]),
  bind('queue', 'queue for afterwards (while running)', 'running', 'Sending', ['tab', 'alt+enter']),
  bind(
    'newline',
    'newline (\\ before Enter works too)',
    'always',
    'Sending',
    ['shift+enter', 'ctrl+j', 'alt+enter'],
    ['ctrl+enter', 'shift+enter', 'ctrl+j', 'alt+enter'],
  ),
  bind('take_back', 'take queued text back (also ↑ in an empty prompt)', 'always', 'Sending', ['alt+up']),
  bind(
    'cancel',
    'cancel the run: typed and queued text comes back; twice when idle: clear the text, in an empty prompt rewind',
    'always',
    'Running',
    ['escape'],
  ),
  bind('interrupt', 'running: cancel; text: clear it; twice within 1 s: quit', 'always', 'Running', ['ctrl+c']),
  bind('quit', 'quit (empty prompt)', 'empty', 'Running', ['ctrl+d']),
  bind('model_picker', 'choose the model', 'always', 'Session', ['alt+p']),
  bind('next_model', 'next model', 'always', 'Session', ['f2']),
  bind('previous_model', 'previous model', 'always', 'Session', ['shift+f2']),
  bind('effort_down', 'less reasoning effort', 'always', 'Session', ['alt+,']),
  bind('effort_up', 'more reasoning effort', 'always', 'Session', ['alt+.']),
  bind('clear_context', 'clear the context (/restore undoes it)', 'always', 'Session', ['ctrl+n']),
  bind('permission_mode', 'next permission mode', 'always', 'Session', ['shift+tab'], ['shift+tab', 'alt+m']),
  bind('toggle_details', 'fold or unfold tool details; twice: transcript; at a question: all of it', 'always', 'View', [
    'ctrl+o',
  ]),
  bind('toggle_thinking', 'fold or unfold thinking', 'always', 'View', ['ctrl+t']),
  bind('redraw', 'draw the screen again', 'always', 'View', ['ctrl+l']),
  bind('toggle_raw', 'raw view, for copying', 'always', 'View', ['alt+r']),
  bind('help', 'help', 'empty', 'View', ['?']),
  bind('history_search', 'search the history', 'always', 'Editing', ['ctrl+r']),
  bind('external_editor', 'edit in $EDITOR', 'always', 'Editing', ['ctrl+g']),
  bind('stash', 'put the draft aside until the next message is sent, or take it back', 'always', 'Editing', ['ctrl+s']),
  bind('paste_image', 'paste an image', 'always', 'Editing', ['ctrl+v', 'alt+v'], ['alt+v']),
  bind('suspend', 'suspend (fg comes back)', 'always', 'Running', ['ctrl+z'], []),
  bind('up', 'line up, then history', 'always', 'Editing', ['up', 'ctrl+p']),
  bind('down', 'line down, then history', 'always', 'Editing', ['down']),
  bind('left', 'character left', 'always', 'Editing', ['left', 'ctrl+b']),
  bind('right', 'character right', 'always', 'Editing', ['right', 'ctrl+f']),
  bind('word_left', 'word left', 'always', 'Editing', ['alt+b', 'alt+left', 'ctrl+left']),
  bind('word_right', 'word right', 'always', 'Editing', ['alt+f', 'alt+right', 'ctrl+right']),
  bind('line_start', 'start of the line', 'always', 'Editing', ['ctrl+a', 'home']),
  bind('line_end', 'end of the line', 'always', 'Editing', ['ctrl+e', 'end']),
  bind('text_start', 'start of the text', 'always', 'Editing', ['ctrl+home', 'alt+<']),
  bind('text_end', 'end of the text', 'always', 'Editing', ['ctrl+end', 'alt+>']),
  bind(
    'delete_back',
    'delete to the left',
    'always',
    'Editing',
    ['backspace', 'shift+backspace', 'ctrl+h'],
    ['backspace', 'shift+backspace'],
  ),
  bind('delete_forward', 'delete to the right', 'filled', 'Editing', ['delete', 'ctrl+d']),
  bind(
    'delete_word_back',
    'delete a word to the left',
    'always',
    'Editing',
    ['ctrl+w', 'alt+backspace', 'ctrl+backspace'],
    ['ctrl+w', 'alt+backspace', 'ctrl+backspace', 'ctrl+h'],
  ),
  bind('delete_word_forward', 'delete a word to the right', 'always', 'Editing', [
    'alt+d',
    'alt+delete',
    'ctrl+delete',
  ]),
  bind('kill_line_end', 'delete to the end of the line', 'always', 'Editing', ['ctrl+k']),
  bind('kill_line_start', 'delete to the start of the line', 'always', 'Editing', ['ctrl+u']),
  bind('yank', 'put back what was deleted', 'always', 'Editing', ['ctrl+y']),
  bind('yank_pop', 'put back what was deleted before that', 'always', 'Editing', ['alt+y']),
  bind('undo', 'undo', 'always', 'Editing', ['ctrl+_', 'ctrl+/'], ['ctrl+_', 'ctrl+/', 'ctrl+z']),
] as const;

/** Every action that a key can have. */
export type Action = (typeof TABLE)[number]['action'];

/** The one key table: the keymap, `/keys`, `?` and the docs are made from it. */
export const KEY_TABLE: readonly KeyBinding[] = TABLE;

function bind<Name extends string>(
  action: Name,
  description: string,
  ...[context, group, keys, windows]: [KeyContext, KeyGroup, readonly KeyName[], (readonly KeyName[])?]
): Omit<KeyBinding, 'action'> & { readonly action: Name } {
  return { action, description, context, group, keys, ...(windows === undefined ? {} : { windows }) };
}
