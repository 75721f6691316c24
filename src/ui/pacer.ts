/** Decides when the screen is drawn: at most 20 times a second, at once when asked, and never when nothing waits. */
export interface Pacer {
  /** Something changed: a frame will be drawn, now if the last one is long enough ago. */
  changed(): void;
  /** Draws now. */
  flush(): void;
  stop(): void;
}

export interface PacerOptions {
  draw(): void;
  /** Milliseconds until the picture changes by itself (a running clock); undefined: it does not. */
  nextTick(): number | undefined;
  /** Milliseconds of a monotonic clock. */
  now(): number;
}

/** Text that grows 20 times a second reads as smoothly as at 30, for a third less of work and of bytes. */
const FRAME_MS = 50;

/** Makes a pacer. A slow terminal or machine gets fewer frames: drawing takes at most half of the time. */
export function createPacer(options: PacerOptions): Pacer {
  let timer: NodeJS.Timeout | undefined;
  let due = Number.POSITIVE_INFINITY;
  let earliest = 0;
  let isStopped = false;

  const draw = (): void => {
    clearTimeout(timer);
    timer = undefined;
    due = Number.POSITIVE_INFINITY;
    if (isStopped) return;
    const start = options.now();
    options.draw();
    const end = options.now();
    earliest = Math.max(start + FRAME_MS, end + (end - start));
    const tick = options.nextTick();
    if (tick !== undefined) schedule(Math.max(earliest, start + tick));
  };
  const schedule = (at: number): void => {
    if (at >= due || isStopped) return;
    clearTimeout(timer);
    due = at;
    timer = setTimeout(draw, Math.max(0, at - options.now()));
  };

  return {
    changed: () => {
      if (options.now() >= earliest) draw();
      else schedule(earliest);
    },
    flush: draw,
    stop: () => {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}
