import * as fuzzysort from 'fuzzysort';
import type { StyledLine } from '../../view/styled-line.ts';

/** A list to choose from, filtered by what is typed. A value. */
export interface Picker {
  readonly title: string;
  readonly items: readonly PickerItem[];
  readonly query: string;
  /** The items that match, best first; all of them in their order while nothing is typed. */
  readonly matches: readonly PickerItem[];
  /** The marked one of `matches`. */
  readonly index: number;
  readonly isLoading: boolean;
  /** There is nothing to take: it is only looked at. */
  readonly isForReading: boolean;
  /** The labels are texts of any length: they are cut, and not what is said of them. */
  readonly isTitled: boolean;
  /** What is said where there are no items at all. */
  readonly empty?: string;
  /** What choosing the marked one would mean, once it is known. */
  readonly preview?: { readonly id: string; readonly lines: readonly PreviewLine[] };
}

/** A fact, or a line in colours of its own. */
export type PreviewLine = string | StyledLine;

export interface PickerItem {
  readonly id: string;
  readonly label: string;
  readonly detail?: string;
  /** Items of one group follow each other under its name. */
  readonly group?: string;
  /** It cannot be chosen; says what to do. */
  readonly unavailable?: string;
}

/** Makes a picker whose items are still to come. */
export function createPicker(
  about: Pick<Picker, 'title' | 'empty'> & { isForReading?: boolean; isTitled?: boolean },
): Picker {
  return {
    isForReading: false,
    isTitled: false,
    ...about,
    items: [],
    query: '',
    matches: [],
    index: 0,
    isLoading: true,
  };
}

/** Gives a picker its items and marks one of them. */
export function withItems(picker: Picker, items: readonly PickerItem[], marked?: string): Picker {
  const index = items.findIndex((item) => item.id === marked);
  const filled = withQuery({ ...picker, items, isLoading: false }, picker.query);
  return picker.query === '' && index !== -1 ? { ...filled, index } : filled;
}

/** Filters by another query and marks the best match. */
export function withQuery(picker: Picker, query: string): Picker {
  const { preview: _, ...rest } = picker;
  return { ...rest, query, matches: filterItems(picker.items, query), index: 0 };
}

/** Moves the mark, by one it goes round. */
export function moveMark(picker: Picker, step: number): Picker {
  const count = picker.matches.length;
  if (count === 0) return picker;
  const moved = picker.index + step;
  const round = Math.abs(step) === 1 ? (moved + count) % count : Math.max(0, Math.min(count - 1, moved));
  return { ...picker, index: round };
}

/**
 * Finds items whose label resembles the query, best first, and behind them those whose detail holds its words: in a
 * long text the letters of anything can be found one after the other.
 */
export function filterItems<Item extends Pick<PickerItem, 'label' | 'detail'>>(
  items: readonly Item[],
  query: string,
): readonly Item[] {
  const wanted = query.trim();
  if (wanted === '') return items;
  const found = fuzzysort.go<Item>(wanted, items, { keys: [(item: Item) => item.label], threshold: 0.2, limit: 200 });
  const labelled = new Set(found.map((result) => result.obj));
  const words = wanted.toLowerCase().split(/\s+/);
  const told = items.filter(({ detail = '' }) => words.every((word) => detail.toLowerCase().includes(word)));
  return [...labelled, ...told.filter((item) => !labelled.has(item))];
}
