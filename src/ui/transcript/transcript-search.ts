import { plainText, type StyledLine } from '../../view/styled-line.ts';

/** A blank row between blocks belongs to none. */
export const NO_BLOCK = -1;

/** A row of the transcript, and which of its block it is. */
export interface Row {
  readonly block: number;
  readonly row: number;
  readonly styled: StyledLine;
}

/** Where something was found: rows count from the first one of the block. */
export interface Place {
  readonly block: number;
  readonly row: number;
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
      ? places.findIndex((place) => distance(place, from) > 0)
      : places.findLastIndex((place) => distance(place, from) < 0);
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

function holdsText(row: Row, text: string): boolean {
  return matchesIn(row, text).length > 0;
}

/** What is said both ways, such as the head of a card, needs no unfolding. */
function placesOf({ shown, all }: Searched, text: string): readonly Place[] {
  const visible = new Map(shown.map((row) => [`${row.block}:${row.row}`, row]));
  const hits = (rows: readonly Row[]): readonly Row[] =>
    rows.filter((row) => row.block !== NO_BLOCK && holdsText(row, text));
  const hidden = hits(all).filter((row) => !isSame(visible.get(`${row.block}:${row.row}`), row));
  const unfolding = new Set(hidden.map((row) => row.block));
  return [
    ...hits(shown)
      .filter((row) => !unfolding.has(row.block))
      .map((row) => ({ ...placeOf(row), isFolded: false })),
    ...hits(all)
      .filter((row) => unfolding.has(row.block))
      .map((row) => ({ ...placeOf(row), isFolded: !isSame(visible.get(`${row.block}:${row.row}`), row) })),
  ].sort(distance);
}

function placeOf({ block, row }: Row): { block: number; row: number } {
  return { block, row };
}

function isSame(shown: Row | undefined, row: Row): boolean {
  return shown !== undefined && plainText(shown.styled) === plainText(row.styled);
}

/** The place at the top of the screen; before everything for a row above the first. */
function startOf(shown: readonly Row[], { top, step }: Search): { block: number; row: number } {
  if (top < 0) return { block: NO_BLOCK, row: 0 };
  const rows = step === 1 ? shown.slice(0, top + 1).filter(isOfBlock) : shown.slice(top).filter(isOfBlock);
  const row = step === 1 ? rows.at(-1) : rows[0];
  return row ?? { block: step === 1 ? NO_BLOCK : Number.POSITIVE_INFINITY, row: 0 };
}

function isOfBlock(row: Row): boolean {
  return row.block !== NO_BLOCK;
}

function distance(a: { block: number; row: number }, b: { block: number; row: number }): number {
  return a.block - b.block || a.row - b.row;
}
