import type { SplitState } from './split-state.ts';

/** What the lines of blocks begin with. */
export const FENCE = /^( {0,3})(`{3,}|~{3,})\s*([^\s`{]*)[^`]*$/;
export const HEADING = /^ {0,3}#{1,6}(?:\s|$)/;
export const RULE = /^ {0,3}([-*_])(?:[ \t]*\1){2,}[ \t]*$/;
export const SETEXT = /^ {0,3}(?:=+|-+)[ \t]*$/;
export const ITEM = /^( *)([-*+]|\d{1,9}[.)])(?:( {1,4})(?! )|( )|$)(.*)$/;
export const QUOTE = /^ {0,3}>/;
export const DELIMITER = /^(?=.*\|) {0,3}\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$/;

/** A line of text that begins no other block. */
export const PLAIN =
  /^ {0,3}(?![>|<]|#{1,6}(?:\s|$)|`{3}|~{3}|[-*+](?:\s|$)|\d{1,9}[.)](?:\s|$)|\[[^\]]{0,200}\]:|([-*_])(?:[ \t]*\1){2,}(?:\s|$))\S/;

/** A table from its head on. */
export const TABLE = new RegExp(`^[^\\n]*\\|[^\\n]*\\n${DELIMITER.source.slice(1, -1)}(?:\\n|$)`);

/** Tells whether a line ends the paragraph before it. */
export function interruptsProse(state: SplitState, text: string): boolean {
  if (FENCE.test(text) || HEADING.test(text) || RULE.test(text)) return true;
  if (QUOTE.test(text)) return !QUOTE.test(state.source);
  const item = ITEM.exec(text);
  return item !== null && (item[1] ?? '').length < 4 && item[5] !== '' && /^(?:[-*+]|1[.)])$/.test(item[2] ?? '');
}
