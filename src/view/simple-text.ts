import { SIMPLE } from '../safe-text.ts';

// What needs no table of Unicode: making Intl.Segmenter, or the expression for all emoji, takes longer than a first frame.
// The build lets Ink's measures begin with these too (scripts/bundle-plugins.mjs).

/** Text that nothing has to be looked up for. */
export const PRINTABLE_ASCII = /^[\x20-\x7e]*$/;
const ALL_SIMPLE = new RegExp(`^[${SIMPLE}]*$`);
/** With line ends and the sign that begins escape sequences: no character joins with these. */
const ALL_SEPARATE = new RegExp(`^[\\n\\u001b${SIMPLE}]*$`);
/** The simple characters of two columns. */
const WIDE = /[\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fff\uac00-\ud7a3]/g;

/** Gives the columns of text whose characters stand for themselves, and undefined for other text. */
export function simpleWidth(text: string): number | undefined {
  if (PRINTABLE_ASCII.test(text)) return text.length;
  return ALL_SIMPLE.test(text) ? text.length + (text.match(WIDE)?.length ?? 0) : undefined;
}

const EMOJI = /^\p{Emoji}$/u;
const SHOWN_AS_EMOJI = /^\p{Emoji_Presentation}$/u;
const HALF_FLAG = /^\p{Regional_Indicator}$/u;
let allEmoji: RegExp | undefined;

/**
 * Does what `/^\p{RGI_Emoji}$/v` does: tells whether one grapheme is an emoji of Unicode's list. Only for sequences other
 * than a character with its variation selector is that expression compiled, which takes 40 ms.
 */
export function isRgiEmoji(grapheme: string): boolean {
  const [first = '', second = '', ...rest] = grapheme;
  if (!EMOJI.test(first)) return false;
  if (second === '') return SHOWN_AS_EMOJI.test(first) && !HALF_FLAG.test(first);
  if (second === '\ufe0f' && rest.length === 0) return first > '\x7f' && !SHOWN_AS_EMOJI.test(first);
  allEmoji ??= /^\p{RGI_Emoji}$/v;
  return allEmoji.test(grapheme);
}

let segmenter: Intl.Segmenter | undefined;

/** The segmenter of graphemes, made when it is needed. */
export const lazySegmenter = {
  segment(text: string): Intl.Segments {
    segmenter ??= new Intl.Segmenter(undefined, { granularity: 'grapheme' });
    return segmenter.segment(text);
  },
};

/** The same, by which simple text is cut without making it. Takes plain text and text with escape sequences. */
export const graphemeSegmenter = {
  segment(text: string): Iterable<Pick<Intl.SegmentData, 'segment' | 'index'>> {
    if (!ALL_SEPARATE.test(text)) return lazySegmenter.segment(text);
    return Array.from(text, (segment, index) => ({ segment, index }));
  },
};

/** What Ink was told to draw: as much of it as is used here. */
interface InkOutput {
  readonly operations: readonly InkOperation[];
  readonly height: number;
}

interface InkOperation {
  readonly type: string;
  readonly x?: number;
  readonly y?: number;
  readonly text?: string;
  readonly transformers?: readonly ((line: string, row: number) => string)[];
}

/** Gives what Ink makes of one simple text that stands alone in the first column; undefined for anything else. */
export function textAlone({ operations, height }: InkOutput): { output: string; height: number } | undefined {
  const [only] = operations;
  if (only?.text === undefined || operations.length > 1 || only.x !== 0 || only.y !== 0) return undefined;
  if (!ALL_SEPARATE.test(only.text)) return undefined;
  const { text, transformers = [] } = only;
  const lines = text.split('\n', height);
  const rows = lines.map((line, row) => transformers.reduce((drawn, change) => change(drawn, row), line).trimEnd());
  return { output: rows.join('\n') + '\n'.repeat(Math.max(0, height - rows.length)), height };
}
