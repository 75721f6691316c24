import { EventEmitter } from 'node:events';
import type { Reflow } from '../terminal/features.ts';
import type { TerminalPlaces } from '../terminal/places.ts';
import { BEGIN_FRAME, END_FRAME, shortResets } from '../terminal/sequences.ts';
import { NOTHING_DRAWN, readInkFrame } from './ink-frame.ts';
import {
  eraseFrame,
  type Frame,
  NOTHING_PAINTED,
  type Painted,
  paintFrame,
  type Resized,
  rowsAbove,
  textsAbove,
} from './paint-frame.ts';
import { createPrintedLines } from './printed-lines.ts';
import { firstRows, type TerminalPlace } from './reflow.ts';

/** A terminal to write to. */
export interface FrameTarget {
  readonly columns?: number;
  readonly rows?: number;
  readonly writableNeedDrain?: boolean;
  write(bytes: string): boolean;
}

/** What is known of a terminal, and how more is learnt. */
export interface FrameKnowledge {
  readonly reflow?: Reflow | undefined;
  readonly places?: Pick<TerminalPlaces, 'question'> | undefined;
}

/**
 * The terminal as Ink sees it. Ink hands over the prompt; the rows above it, which change with every word, come here
 * directly, so that a word costs no layout. What reaches the real terminal is the difference, as one picture, together
 * with the lines that stay above it for good.
 *
 * Contract: a frame never takes as many rows as the terminal has; nothing above it is ever erased; while it is held,
 * nothing is written at all.
 */
export class FrameOutput extends EventEmitter {
  readonly isTTY = true;
  readonly writable = true;
  readonly #target: FrameTarget;
  readonly #knowledge: FrameKnowledge;
  #ink = NOTHING_DRAWN;
  #top: readonly string[] = [];
  #isChanged = false;
  #printed: string[] = [];
  #painted: Painted = NOTHING_PAINTED;
  /** Rows of earlier frames right above this one that could not be taken off. */
  #stale: readonly string[] = [];
  /** What the terminal said of its size when it last had another one: tmux tells the program of it up to 250 ms later. */
  #place: TerminalPlace | undefined;
  /** What takes the frame off is written together with the next one. */
  #erasing = NO_ERASING;
  #erased: Erased | undefined;
  /** The terminal may have another size than we know: rows that are too long for it are cut off, not wrapped. */
  isUnsure = false;
  readonly #above = createPrintedLines();
  #depth = 0;
  #isFlushPending = false;
  #isHeld = false;
  #isResting = false;

  constructor(target: FrameTarget, knowledge: FrameKnowledge = {}) {
    super();
    this.#target = target;
    this.#knowledge = knowledge;
  }

  get columns(): number {
    return this.#place?.columns ?? (this.#target.columns || 80);
  }

  get rows(): number {
    return this.#place?.rows ?? (this.#target.rows || 24);
  }

  /** The terminal has not taken the last bytes yet: another frame would only wait. */
  get isBusy(): boolean {
    return this.#target.writableNeedDrain === true;
  }

  /** There is a frame, and nobody else has the terminal. */
  get isOnScreen(): boolean {
    return !this.#isHeld && this.#painted.rows.length > 0;
  }

  /** Takes what Ink writes. */
  write(data: string | Uint8Array, callback?: () => void): boolean {
    const frame = readInkFrame(this.#ink, typeof data === 'string' ? data : Buffer.from(data).toString('utf8'));
    this.#isChanged ||= frame !== undefined;
    this.#ink = frame ?? this.#ink;
    if (this.#depth === 0 && !this.#isFlushPending) {
      this.#isFlushPending = true;
      queueMicrotask(() => this.flush());
    }
    if (callback !== undefined) queueMicrotask(callback);
    return true;
  }

  /** Adds lines that stay for good above the frame. They may be longer than a row: the terminal wraps them. */
  print(lines: readonly string[]): void {
    if (lines.length === 0) return;
    for (const text of lines) this.#printed.push(text);
    this.#isChanged = true;
  }

  /** Takes the rows that stand above what Ink draws. */
  setTop(rows: readonly string[]): void {
    this.#top = rows;
    this.#isChanged = true;
  }

  /** Writes everything that `draw` changes as one picture. */
  picture(draw: () => void): void {
    this.#depth += 1;
    try {
      draw();
    } finally {
      this.#depth -= 1;
      if (this.#depth === 0) this.flush();
    }
  }

  /** Writes what is not on the screen yet. */
  flush(): void {
    this.#isFlushPending = false;
    if (this.#isHeld || this.#isResting || this.#depth > 0 || !this.#isChanged) return;
    this.#isChanged = false;
    const frame = this.#clipped();
    const { columns, rows, isUnsure } = this;
    const isCursorKept = this.#knowledge.reflow === 'all';
    // With the cursor in its first row it is certain where the frame begins.
    const next = { printed: this.#printed, frame: isUnsure ? { rows: frame.rows } : frame };
    const { bytes, painted } = paintFrame(this.#painted, next, { columns, rows, isUnsure, isCursorKept });
    this.#painted = painted;
    this.#above.add(this.#printed);
    // What was printed is between the frame and those rows now.
    if (this.#printed.length > 0) this.#stale = [];
    this.#printed = [];
    this.#write(bytes);
  }

  /** Writes one picture: first the question how the terminal is now, then what takes the old frame off, then the new one. */
  #write(bytes: string): void {
    const { bytes: erase, check } = this.#erasing;
    this.#erasing = NO_ERASING;
    if (erase + bytes === '') return;
    const question = check === undefined ? '' : (this.#knowledge.places?.question(check) ?? '');
    this.#target.write(BEGIN_FRAME + question + shortResets(erase + bytes) + END_FRAME);
  }

  /** Takes the frame off the screen, such as before the terminal has another user; a flush draws it again. */
  erase(): void {
    if (this.#isHeld) return;
    const { bytes } = this.#takeOff(this.#resized(undefined));
    if (bytes !== '') this.#target.write(bytes);
  }

  /**
   * Takes it off, together with the next flush, after the terminal got another size. `place` is where the terminal says
   * that the cursor is.
   */
  eraseResized(place?: TerminalPlace): void {
    this.#place = place;
    if (!this.isOnScreen) return;
    const old = this.#painted;
    const on = this.#resized(place);
    const { bytes, up } = this.#takeOff(on);
    const erased = { old, on, up, lines: this.#above.count };
    this.#erased = erased;
    this.#erasing = { bytes, check: (now) => this.#check(erased, now) };
  }

  #takeOff(on: Resized): { readonly bytes: string; readonly up: number } {
    const { bytes, up, stale } = eraseFrame(this.#painted, on);
    this.#painted = NOTHING_PAINTED;
    this.#stale = stale;
    this.#isChanged = true;
    return { bytes, up };
  }

  /**
   * Writes nothing while the terminal changes its size. Also the old frame stays until the size is settled: what is
   * erased for a size that is no longer true takes lines of the scrollback along.
   */
  rest(): void {
    this.#isResting = true;
  }

  /** The terminal keeps its size again. */
  wake(): void {
    this.#isResting = false;
  }

  /** Writes nothing until it is released: somebody else has the terminal. */
  hold(): void {
    this.#isHeld = true;
  }

  /** The terminal is ours again. `isErased`: the frame is no longer on it. */
  release(isErased: boolean): void {
    this.#isHeld = false;
    this.#isChanged = true;
    if (!isErased) return;
    this.#painted = NOTHING_PAINTED;
    this.#stale = [];
  }

  #resized(place: TerminalPlace | undefined, stale = this.#stale): Resized {
    const { reflow } = this.#knowledge;
    const { row, column: seen, columns = this.columns, rows = this.rows } = place ?? {};
    const width = reflow === 'none' ? Number.POSITIVE_INFINITY : columns;
    return { stale, row, seen, columns: width, rows, isCursorWrapped: reflow === 'all' };
  }

  /**
   * Hears how the terminal was when it took the frame off. Where it had changed once more, rows of the frame may still be
   * there, or lines above may be gone with it: they are printed again. Rather a line twice than none.
   */
  #check(erased: Erased, place: TerminalPlace): void {
    const { old, on, up, lines } = erased;
    const now = this.#resized(place, on.stale);
    const surplus = Math.min(up, place.row) - rowsAbove(old, now);
    const isLast = this.#erased === erased && this.#above.count === lines;
    if (surplus < 0 && isLast) this.#stale = firstRows(textsAbove(old, now), -surplus, now.columns);
    if (surplus <= 0) return;
    this.print(this.#above.lastRows(surplus, { count: lines, columns: place.columns }));
    this.flush();
  }

  /** Keeps the last rows of the frame: one row of the terminal always stays free. */
  #clipped(): Frame {
    const { rows, caret } = this.#whole();
    const surplus = Math.max(0, rows.length - Math.max(1, this.rows - 1));
    if (surplus === 0) return { rows, ...(caret === undefined ? {} : { caret }) };
    const moved = caret === undefined ? undefined : { ...caret, row: Math.max(0, caret.row - surplus) };
    return { rows: rows.slice(surplus), ...(moved === undefined ? {} : { caret: moved }) };
  }

  #whole(): Frame {
    const { rows, caret } = this.#ink;
    const moved = caret === undefined ? {} : { caret: { ...caret, row: caret.row + this.#top.length } };
    return { rows: [...this.#top, ...rows], ...moved };
  }
}

/** What takes a frame off, and what hears how the terminal was then. */
interface Erasing {
  readonly bytes: string;
  readonly check?: (place: TerminalPlace) => void;
}

const NO_ERASING: Erasing = { bytes: '' };

/** A frame that was taken off, and what the terminal was taken to be. */
interface Erased {
  readonly old: Painted;
  readonly on: Resized;
  /** Rows that were erased above the cursor. */
  readonly up: number;
  /** Lines that had been printed by then. */
  readonly lines: number;
}
