import { graphemes } from '../../../view/width.ts';
import { splitAtoms } from './atoms.ts';

/** Where a caret may stand: offsets into the text, never inside what a person sees as one character. */

const MAX_CACHED = 512;
const cache = new Map<string, readonly string[]>();

/** Cuts one line into what the caret steps over. */
export function clustersOf(line: string): readonly string[] {
  const known = cache.get(line);
  if (known !== undefined) return known;
  const clusters = splitAtoms(line).flatMap((part) => graphemes(part));
  if (cache.size >= MAX_CACHED) cache.clear();
  cache.set(line, clusters);
  return clusters;
}

/** The nearest place for a caret before `offset`; 0 at the start. */
export function previousBoundary(text: string, offset: number): number {
  const start = lineStart(text, offset);
  if (offset === start) return Math.max(0, offset - 1);
  let at = start;
  for (const cluster of clustersOf(text.slice(start, lineEnd(text, offset)))) {
    if (at + cluster.length >= offset) break;
    at += cluster.length;
  }
  return at;
}

/** The nearest place for a caret after `offset`; the length at the end. */
export function nextBoundary(text: string, offset: number): number {
  const end = lineEnd(text, offset);
  if (offset === end) return Math.min(text.length, offset + 1);
  return snapForward(text, offset + 1);
}

/** The nearest place for a caret at `offset` or after it. */
export function snapForward(text: string, offset: number): number {
  const start = lineStart(text, offset);
  let at = start;
  for (const cluster of clustersOf(text.slice(start, lineEnd(text, offset)))) {
    if (at >= offset) break;
    at += cluster.length;
  }
  return Math.max(at, Math.min(offset, start));
}

export function lineStart(text: string, offset: number): number {
  return offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1;
}

export function lineEnd(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  return end === -1 ? text.length : end;
}

const WORD = /^[\p{L}\p{N}\p{M}_]/u;
const BLANK = /^\s/;

/** The start of the word before `offset`, as Alt+B goes; with `blank`, words end only at white space, as in Ctrl+W. */
export function previousWord(text: string, offset: number, kind: 'word' | 'blank' = 'word'): number {
  const isWord = kind === 'word' ? (cluster: string) => WORD.test(cluster) : (cluster: string) => !BLANK.test(cluster);
  const skip = (from: number, while_: boolean): number => {
    let at = from;
    while (at > 0) {
      const before = previousBoundary(text, at);
      if (isWord(text.slice(before, at)) !== while_) break;
      at = before;
    }
    return at;
  };
  return skip(skip(offset, false), true);
}

/** The end of the word after `offset`, as Alt+F goes. */
export function nextWord(text: string, offset: number): number {
  const skip = (from: number, while_: boolean): number => {
    let at = from;
    while (at < text.length) {
      const after = nextBoundary(text, at);
      if (WORD.test(text.slice(at, after)) !== while_) break;
      at = after;
    }
    return at;
  };
  return skip(skip(offset, false), true);
}
