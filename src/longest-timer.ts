/** The longest that a timer takes: a longer one ends at once, with a warning of Node's own. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The same in whole seconds, as people give it. */
export const LONGEST_TIMER_S = Math.floor(LONGEST_TIMER_MS / 1000);
