import type { TerminalPlace } from '../frame/reflow.ts';
import type { TerminalPlaces } from './places.ts';

/** Follows the size of a terminal: finds out where the cursor is whenever there is time to draw for a new one. */
export interface SizeSettler {
  /** There is another size, and perhaps more of them come. */
  changed(): void;
  /** The screen is ours again after another one was shown: looks now. */
  settle(): void;
  stop(): void;
}

export interface SettlerOptions {
  readonly places: Pick<TerminalPlaces, 'ask'> | undefined;
  /** Milliseconds of a monotonic clock. */
  now(): number;
  /** Tells whether the size was kept for long enough; until then it looks again and again. */
  isSteady(): boolean;
  /** It is known where the cursor is, or there is no answer. */
  settled(place: TerminalPlace | undefined): void;
}

/** Milliseconds in which several changes of size count as one. */
const TOGETHER_MS = 50;
/** Milliseconds between two looks until the size is steady. */
const LOOK_MS = 120;

/** Makes one for a terminal. The first of several changes counts at once, so that what is drawn is soon small. */
export function createSizeSettler({ places, now, isSteady, settled }: SettlerOptions): SizeSettler {
  let timer: NodeJS.Timeout | undefined;
  let changedAt = Number.NEGATIVE_INFINITY;
  let isAsking = false;
  let isMoving = false;
  let isStopped = false;
  /** Another screen of the terminal was in use when it was asked. */
  let isElsewhere = false;

  const lookIn = (delay_ms: number): void => {
    clearTimeout(timer);
    timer = setTimeout(() => void look(true), delay_ms);
  };
  const look = async (isQuiet: boolean): Promise<void> => {
    clearTimeout(timer);
    if (isAsking) return;
    isAsking = true;
    isMoving = false;
    const place = await places?.ask();
    isAsking = false;
    if (isStopped) return;
    if (isElsewhere) {
      isElsewhere = false;
      return look(true);
    }
    const isTime = place !== undefined || (isQuiet && !isMoving);
    // Asked before it is drawn, which takes its time: what is drawn for a size that still changes is not the last picture.
    const isLast = isSteady();
    if (isTime) settled(place);
    if (isMoving || !isTime) lookIn(TOGETHER_MS);
    else if (!isLast) lookIn(LOOK_MS);
  };
  return {
    changed: () => {
      const isFirst = now() - changedAt >= TOGETHER_MS;
      changedAt = now();
      isMoving = true;
      if (isFirst) void look(false);
      else if (!isAsking) lookIn(TOGETHER_MS);
    },
    settle: () => {
      isElsewhere = isAsking;
      if (places === undefined) settled(undefined);
      else void look(true);
    },
    stop: () => {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}
