import { type Span, span } from './styled-line.ts';

/** The marks of the screen, for terminals with and without Unicode. */
export interface Glyphs {
  readonly prompt: string;
  readonly bullet: string;
  readonly unchecked: string;
  readonly checked: string;
  readonly quote: string;
  readonly rule: string;
  readonly ellipsis: string;
  readonly done: string;
  readonly failed: string;
  readonly stopped: string;
  readonly waiting: string;
  readonly asking: string;
  readonly retry: string;
  readonly info: string;
  readonly warning: string;
  readonly thought: string;
  readonly dot: string;
  readonly minus: string;
  readonly approximately: string;
  readonly atLeast: string;
  /** Empty, cached, measured, estimated, reserve. */
  readonly bar: readonly [string, string, string, string, string];
  readonly spinner: readonly string[];
}

export const UNICODE_GLYPHS: Glyphs = {
  prompt: '›',
  bullet: '•',
  unchecked: '☐',
  checked: '☑',
  quote: '│',
  rule: '─',
  ellipsis: '…',
  done: '✓',
  failed: '✗',
  stopped: '⊘',
  waiting: '○',
  asking: '?',
  retry: '↻',
  info: '·',
  warning: '▲',
  thought: '✻',
  dot: '·',
  minus: '−',
  approximately: '≈',
  atLeast: '≥',
  bar: ['░', '▒', '█', '▓', '┊'],
  spinner: ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'],
};

export const ASCII_GLYPHS: Glyphs = {
  prompt: '>',
  bullet: '*',
  unchecked: '[ ]',
  checked: '[x]',
  quote: '|',
  rule: '-',
  ellipsis: '...',
  done: '+',
  failed: 'x',
  stopped: '-',
  waiting: 'o',
  asking: '?',
  retry: '~',
  info: '-',
  warning: '!',
  thought: '*',
  dot: '-',
  minus: '-',
  approximately: '~',
  atLeast: '>=',
  bar: ['.', '-', '#', '=', '|'],
  spinner: ['|', '/', '-', '\\'],
};

/** What lines are made for. Nothing here is read from a clock or a terminal: the screen says it. */
export interface Layout {
  /** Columns. */
  readonly width: number;
  readonly glyphs: Glyphs;
  /** Whether styles are visible at all; where not, marks stand in for them. */
  readonly hasStyles: boolean;
  /** There are bold and its like, but no colours. */
  readonly isColorless?: true;
  /** Whether the terminal makes links out of text. */
  readonly hasLinks: boolean;
  /** Whether thoughts are shown whole. */
  readonly hasThoughts: boolean;
  /** Whether tool calls are shown with their details. */
  readonly hasDetails: boolean;
  /** Nothing is left out for being long or short; for the transcript viewer. */
  readonly isWhole?: true;
  /** How the keys that hints name are written; an empty one has no key. Absent: there are no keys, or none are named. */
  readonly keys?: { readonly cancel: string; readonly toggle_details: string };
  /** Epoch milliseconds by the clock of the messages; running times count from it. */
  readonly now: number;
}

/** Says what shows everything, for hints; `key` is how the key is written that does it when pressed twice, if there is one. */
export function transcriptWay(key: string | undefined): string {
  return key === undefined || key === '' ? '/transcript' : `${key} twice`;
}

/** Milliseconds between two pictures of a spinner. */
export const SPINNER_MS = 120;

/** Gives the picture of the spinner that is due now. */
export function spinnerGlyph({ glyphs, now }: Layout): string {
  return glyphs.spinner[Math.floor(now / SPINNER_MS) % glyphs.spinner.length] ?? '';
}

/** Gives the mark before what a person said. */
export function promptMark({ glyphs }: Layout): Span {
  return span(`${glyphs.prompt} `, 'accent', { bold: true });
}
