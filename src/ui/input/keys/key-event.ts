/** What a person did. `text` and `paste` are what they wrote; every other key has a name. */
export type KeyEvent =
  /** A key with a name or with modifiers; see {@link KeyName}. */
  | { readonly type: 'key'; readonly key: string }
  /** Printable text as typed, possibly several characters; no control characters. */
  | { readonly type: 'text'; readonly text: string }
  /** A bracketed paste as one event, line ends as `\n`, other control characters but tab removed. */
  | { readonly type: 'paste'; readonly text: string };

/**
 * How keys are written everywhere, in the table, in the config and on screen: modifiers in the order `ctrl`, `alt`,
 * `shift`, `super`, then the name, joined with `+`: `ctrl+c`, `alt+up`, `shift+enter`, `f2`, `escape`, `space`.
 */
export type KeyName = string;
