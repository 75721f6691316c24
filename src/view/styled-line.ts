/** What a piece of text is for; a theme gives it a colour, or none. */
export type Role =
  | 'dim'
  | 'accent'
  | 'user'
  | 'heading'
  | 'code'
  | 'link'
  | 'quote'
  | 'success'
  | 'warning'
  | 'error'
  | 'added'
  | 'removed'
  | 'addedWord'
  | 'removedWord'
  | 'keyword'
  | 'string'
  | 'number'
  | 'comment'
  | 'name'
  | 'type';

/** A run of text in one style. Holds neither escape sequences nor line ends. */
export interface Span {
  readonly text: string;
  readonly role?: Role;
  readonly bold?: true;
  readonly italic?: true;
  readonly underline?: true;
  readonly strike?: true;
  /** Where a link leads: http or https only. */
  readonly href?: string;
  /** The whole row has a background of its own, to the right edge. */
  readonly isTinted?: true;
}

/** One line as it is to be seen, without its line end. */
export type StyledLine = readonly Span[];

/** Makes a span. */
export function span(text: string, role?: Role, style?: Omit<Span, 'text' | 'role'>): Span {
  return role === undefined ? { text, ...style } : { text, role, ...style };
}

/** Makes a line of one span, or an empty one. */
export function line(text: string, role?: Role): StyledLine {
  return text === '' ? [] : [span(text, role)];
}

/** Gives the text of a line without its styles. */
export function plainText(styled: StyledLine): string {
  return styled.length === 1 ? (styled[0]?.text ?? '') : styled.map((part) => part.text).join('');
}

/** Gives a line the background of its own, an empty one too. */
export function tinted([first = { text: '' }, ...rest]: StyledLine): StyledLine {
  return [{ ...first, isTinted: true }, ...rest];
}

/** Gives a line another look where it has none of its own. */
export function withRole(styled: StyledLine, role: Role): StyledLine {
  return styled.map((part) => (part.role === undefined ? { ...part, role } : part));
}
