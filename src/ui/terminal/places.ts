import type { TerminalPlace } from '../frame/reflow.ts';
import { ASK_PLACE, BEGIN_FRAME, END_FRAME } from './sequences.ts';

/**
 * Asks a terminal where its cursor is and how large it is at that moment.
 *
 * Contract: answers are taken out of what is typed while some are missing, also late ones, and nothing else ever is;
 * a terminal that has never answered is soon asked no more.
 */
export interface TerminalPlaces {
  /** Gives the bytes that ask, for a place in what is written; empty where no answer is to be hoped for. */
  question(hear: (place: TerminalPlace) => void): string;
  /** Asks now and waits for a short time. */
  ask(): Promise<TerminalPlace | undefined>;
  /** Takes the answers out of what was read. */
  take(bytes: Uint8Array): Uint8Array;
  /** Resolves when no answer is missing, or has been for long: whoever reads next would get it. */
  settled(): Promise<void>;
}

export interface PlacesOptions {
  write(bytes: string): void;
  /** Takes what was held back because it looked like the beginning of an answer. */
  release(bytes: Uint8Array): void;
  /** Milliseconds of a monotonic clock. */
  now(): number;
}

/** Milliseconds to wait for a first answer, and of a terminal that has answered before and must be busy. */
const WAIT_MS = 250;
const BUSY_WAIT_MS = 1500;
/** Milliseconds after which an answer does not come any more. */
const LOST_MS = 10_000;
/** Milliseconds in which the rest of an answer comes. */
const REST_MS = 40;
/** Questions without an answer after which a terminal is taken to have none. */
const MOST_UNANSWERED = 3;

const ANSWER = /\u001b\[(\d{1,5});(\d{1,5})R/;
const BEGINNING = /\u001b(?:\[(?:\d{1,5}(?:;\d{0,5})?)?)?$/;

type Point = Pick<TerminalPlace, 'row' | 'column'>;

interface Question {
  readonly asked: number;
  readonly hear: (place: TerminalPlace) => void;
  /** Where the cursor is: the first of two answers. The second is where the last cell is. */
  cursor?: Point;
}

/** Makes the questions of one terminal. */
export function createTerminalPlaces(options: PlacesOptions): TerminalPlaces {
  let open: Question[] = [];
  let hasAnswered = false;
  let unanswered = 0;
  let tell = (): void => {};

  const question = (hear: Question['hear']): string => {
    if (!hasAnswered && unanswered >= MOST_UNANSWERED) return '';
    open.push({ asked: options.now(), hear });
    unanswered += 1;
    return ASK_PLACE;
  };
  const hearPoint = (point: Point): void => {
    const [first] = open;
    if (first === undefined) return;
    if (first.cursor === undefined) {
      first.cursor = point;
      return;
    }
    open.shift();
    unanswered = 0;
    hasAnswered = true;
    first.hear({ ...first.cursor, rows: point.row + 1, columns: point.column + 1 });
    if (open.length === 0) tell();
  };
  const isOpen = (): boolean => {
    open = open.filter(({ asked }) => options.now() - asked < LOST_MS);
    return open.length > 0;
  };
  return {
    question,
    ask: () =>
      within(hasAnswered ? BUSY_WAIT_MS : WAIT_MS, (resolve) => {
        const bytes = question(resolve);
        if (bytes === '') resolve(undefined);
        else options.write(BEGIN_FRAME + bytes + END_FRAME);
      }),
    take: createSieve({ isOpen, hearPoint, release: options.release }),
    settled: async () => {
      if (!isOpen()) return;
      await within(WAIT_MS, (resolve) => {
        tell = () => resolve(undefined);
      });
    },
  };
}

/** Takes answers out of bytes while some are missing. */
function createSieve(of: {
  isOpen(): boolean;
  hearPoint(point: Point): void;
  release(bytes: Uint8Array): void;
}): (bytes: Uint8Array) => Uint8Array {
  let held = '';
  let timer: NodeJS.Timeout | undefined;
  const release = (): void => {
    const bytes = Buffer.from(held, 'latin1');
    held = '';
    of.release(bytes);
  };
  return (bytes) => {
    if (!of.isOpen() && held === '') return bytes;
    clearTimeout(timer);
    let text = held + Buffer.from(bytes).toString('latin1');
    held = '';
    for (let match = ANSWER.exec(text); match !== null && of.isOpen(); match = ANSWER.exec(text)) {
      text = text.slice(0, match.index) + text.slice(match.index + match[0].length);
      of.hearPoint({ row: Number(match[1]) - 1, column: Number(match[2]) - 1 });
    }
    const beginning = of.isOpen() ? BEGINNING.exec(text) : null;
    if (beginning !== null) {
      held = beginning[0];
      text = text.slice(0, beginning.index);
      timer = setTimeout(release, REST_MS);
    }
    return Buffer.from(text, 'latin1');
  };
}

/** Gives what comes in so many milliseconds; else undefined. */
function within<Value>(
  limit_ms: number,
  begin: (resolve: (value: Value | undefined) => void) => void,
): Promise<Value | undefined> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(undefined), limit_ms);
    begin((value) => {
      clearTimeout(timer);
      resolve(value);
    });
  });
}
