import { revealText } from '../safe-text.ts';
import { type Span, type StyledLine, span } from './styled-line.ts';

const LETTERS = /\p{L}+/gu;
const LATIN = /\p{Script=Latin}/u;
/** Scripts whose letters pass for Latin ones. */
const LOOK_ALIKE = /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Cherokee}\p{Script=Lisu}]/gu;
/** Letters that look exactly like Latin ones: a word of nothing else is taken for a Latin word. */
const TWINS = /^[аеорсухіјѕԁһӏԛԝАВЕНІЈКМОРСТХЅοινοαΑΒΕΖΗΙΚΜΝΟΡΤΥΧ]+$/u;
/** Stand-ins of ASCII: full-width and mathematical letters, other blanks, slashes, dots, hyphens and quotes. */
const STAND_INS =
  /[\u{ff01}-\u{ff5e}\u{1d400}-\u{1d7ff}\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000\u2800\u2044\u2215\u29f8\u2024\u037e\u2010-\u2012\u2212\u2018\u2019\u201c\u201d\u02bc\u05f3\uff3c]/gu;
const MARKED = /(?:[^\s⟨⟩]?)⟨U\+[0-9A-F]{4,6}⟩/gu;

/**
 * Shows what is hidden in text that a person decides about, and names what looks like something else: letters of
 * another script inside a Latin word, blanks and signs that pass for ASCII. Nothing is left out.
 */
export function revealSuspicious(text: string): string {
  const revealed = revealText(text);
  if (/^[\x00-\x7f]*$/.test(revealed)) return revealed;
  return revealed
    .replace(STAND_INS, named)
    .replace(LETTERS, (word) => (LATIN.test(word) || TWINS.test(word) ? word.replace(LOOK_ALIKE, named) : word));
}

/** Makes what {@link revealSuspicious} named stand out. */
export function withMarks(styled: StyledLine): StyledLine {
  if (!styled.some((part) => part.text.includes('⟨U+'))) return styled;
  return styled.flatMap((part) => marked(part));
}

function marked(part: Span): readonly Span[] {
  const spans: Span[] = [];
  let from = 0;
  for (const match of part.text.matchAll(MARKED)) {
    if (match.index > from) spans.push({ ...part, text: part.text.slice(from, match.index) });
    spans.push(span(match[0], 'warning', { bold: true, underline: true }));
    from = match.index + match[0].length;
  }
  if (from < part.text.length) spans.push({ ...part, text: part.text.slice(from) });
  return spans;
}

function named(character: string): string {
  return `${character}⟨U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}⟩`;
}
