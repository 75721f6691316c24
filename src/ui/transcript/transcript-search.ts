import { plainText, type StyledLine } from '../../view/styled-line.ts';

/** A blank row between blocks belongs to none. */
export const NO_BLOCK = -1;

/** Which row of which block; rows count from the first one of the block. */
interface Position {
  readonly block: number;
  readonly row: number;
}

/** A row of the transcript. */
export interface Row extends Position {
  readonly styled: StyledLine;
}

/** Where something was found. */
interface Place extends Position {
  /** Its block has to be unfolded for it. */
  readonly isFolded: boolean;
}

/** The rows as they are shown, and as they would be if everything was unfolded. */
interface Searched {
  readonly shown: readonly Row[];
  readonly all: readonly Row[];
}

interface Search {
  readonly search: string;
  readonly step: 1 | -1;
  /** The first row on the screen. */
  readonly top: number;
  /** What was found before. */
  readonly found?: Place | undefined;
}

/** A row that was found, and which of all of them it is, counted from 1. */
export interface Found extends Place {
  readonly number: number;
  readonly total: number;
}

/** Finds the next row with a text, case aside, and goes on from the other end. What is folded counts too. */
export function findText(rows: Searched, search: Search): Found | undefined {
  const places = placesOf(rows, search.search);
  const from = search.found ?? startOf(rows.shown, search);
  const next =
    search.step === 1
      ? places.findIndex((place) => inOrder(place, from) > 0)
      : places.findLastIndex((place) => inOrder(place, from) < 0);
  const index = next !== -1 ? next : search.step === 1 ? 0 : places.length - 1;
  const place = places[index];
  return place === undefined ? undefined : { ...place, number: index + 1, total: places.length };
}

/** A place of a text in a row, as offsets into the text of the row. */
export interface Match {
  readonly start: number;
  readonly end: number;
}

/** Gives the places of a text in a row, case aside. */
export function matchesIn(row: Row, text: string): readonly Match[] {
  if (text === '') return [];
  const pattern = new RegExp(text.replace(/[$()*+.?[\\\]^{|}]/g, '\\$&'), 'giu');
  return [...plainText(row.styled).matchAll(pattern)].map((match) => ({
    start: match.index,
    end: match.index + match[0].length,
  }));
}

/** What is said both ways, such as the head of a card, needs no unfolding. */
function placesOf({ shown, all }: Searched, text: string): readonly Place[] {
  const texts = new Map(shown.map((row) => [keyOf(row), plainText(row.styled)]));
  const isShown = (row: Row): boolean => texts.get(keyOf(row)) === plainText(row.styled);
  const holding = (rows: readonly Row[]): readonly Row[] =>
    rows.filter((row) => isOfBlock(row) && matchesIn(row, text).length > 0);
  const unfolded = holding(all);
  const unfolding = new Set(unfolded.filter((row) => !isShown(row)).map((row) => row.block));
  return [
    ...holding(shown).filter((row) => !unfolding.has(row.block)),
    ...unfolded.filter((row) => unfolding.has(row.block)),
  ]
    .map((row) => ({ block: row.block, row: row.row, isFolded: !isShown(row) }))
    .sort(inOrder);
}

function keyOf({ block, row }: Row): string {
  return `${block}:${row}`;
}

/** The place at the top of the screen; before everything for a row above the first. */
function startOf(shown: readonly Row[], { top, step }: Search): Position {
  if (top < 0) return { block: NO_BLOCK, row: 0 };
  const row = step === 1 ? shown.slice(0, top + 1).findLast(isOfBlock) : shown.slice(top).find(isOfBlock);
  return row ?? { block: step === 1 ? NO_BLOCK : Number.POSITIVE_INFINITY, row: 0 };
}

/** Tells whether a row belongs to a block, and does not stand between two. */
export function isOfBlock(row: Row): boolean {
  return row.block !== NO_BLOCK;
}

/** Negative where `a` stands above `b`. */
function inOrder(a: Position, b: Position): number {
  return a.block - b.block || a.row - b.row;
}
