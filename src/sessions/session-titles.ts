import type { UserContent } from '../messages.ts';
import { nameMessage } from '../own-words.ts';
import { safeLine } from '../safe-text.ts';

/** Letters of a title. */
export const TITLE_LENGTH = 80;
/** Letters by which a reader of a list tells titles apart; of one that is like another its beginning keeps so many. */
const ALIKE = 32;
const HEAD_LENGTH = 24;
/** A word that is longer than this is cut. */
const MAX_WORD = 20;

/** What a person said first and last in a session, each as one line; empty where nothing is known. */
export interface SaidInSession {
  readonly first: string;
  readonly last: string;
}

/** Gives the words of a message for a title: one line, without the files and signs that it begins with. */
export function titleWords(content: UserContent): string {
  const line = safeLine(nameMessage(content).slice(0, 400)).trim();
  const words = line.replace(/^(?:(?:#{1,6}|[-*>])\s+|@(?:"[^"]*"|\S+)\s+)+/u, '');
  return /[\p{L}\p{N}]/u.test(words) ? words : line;
}

/** Gives a title to each: what was said first, and where that is like another's, what differs, or what was said last. */
export function sessionTitles(sessions: readonly SaidInSession[]): readonly string[] {
  const groups = new Map<string, string[]>();
  for (const { first } of sessions) {
    const key = beginning(first);
    groups.set(key, [...(groups.get(key) ?? []), first]);
  }
  return sessions.map((said) => titleAmong(said, groups.get(beginning(said.first)) ?? []));
}

/** Cuts a text to so many letters, between words where there is one. */
export function shortenTitle(text: string, length = TITLE_LENGTH): string {
  const letters = Array.from(text);
  if (letters.length <= length) return text;
  const cut = letters.slice(0, length - 1).join('');
  const end = cut.search(/\s+\S*$/u);
  return `${end > 0 && cut.length - end <= MAX_WORD ? cut.slice(0, end) : cut}…`;
}

function beginning(text: string): string {
  return Array.from(text.slice(0, 2 * ALIKE))
    .slice(0, ALIKE)
    .join('')
    .toLowerCase();
}

function titleAmong({ first, last }: SaidInSession, alike: readonly string[]): string {
  const twins = alike.filter((other) => other === first).length;
  if (twins > 1) return last === first || last === '' ? shortenTitle(first) : joined(first, last);
  const common = Math.max(0, ...alike.map((other) => (other === first ? 0 : commonLength(first, other))));
  const differing = first.slice(wordStart(first, common));
  return common <= ALIKE || differing === '' ? shortenTitle(first) : joined(first, differing);
}

function joined(first: string, rest: string): string {
  const head = shortenTitle(first, HEAD_LENGTH);
  return shortenTitle(head.endsWith('…') ? `${head} ${rest}` : `${head} … ${rest}`);
}

function commonLength(one: string, other: string): number {
  let at = 0;
  while (at < one.length && one[at] === other[at]) at += 1;
  return at;
}

/** The place where the word begins that stands there; the place itself in a text without words. */
function wordStart(text: string, at: number): number {
  if (/\s/u.test(text[at - 1] ?? ' ')) return at;
  const start = text.slice(0, at).search(/\S+$/u);
  if (at - start <= MAX_WORD) return start;
  return /[\udc00-\udfff]/.test(text[at] ?? '') ? at - 1 : at;
}
