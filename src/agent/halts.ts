import { formatCount, formatDuration, sentence } from '../format.ts';
import type { Halt, HaltAction } from '../messages.ts';
import type { AgentLimits } from './limits.ts';

const GO_ON: HaltAction = { label: 'Go on', send: 'Go on.' };
const OTHER_MODEL: HaltAction = { label: 'Choose another model', send: '/model' };

/** Says that the turn has used up its model calls. */
export function haltIterations(max_turns: number): Halt {
  return {
    reason: 'max_iterations',
    message: `Stopped after ${formatCount(max_turns, 'model call')} in one turn.`,
    actions: [GO_ON],
  };
}

/** Says that the money is spent. */
export function haltBudget(spent: number, budget: number): Halt {
  return {
    reason: 'budget',
    message: `Stopped: the session has cost ${exactDollars(spent)}, and its budget is ${exactDollars(budget)}.`,
    actions: [{ label: 'Raise the budget', send: raiseBudget(spent, budget) }, OTHER_MODEL],
  };
}

/** Gives the command that raises a budget: to twice of it, or to twice of what is spent where that would not be enough. */
export function raiseBudget(spent: number, budget: number): string {
  const isEnough = budget * 2 > spent * 1.01;
  return `/budget ${plainNumber((isEnough ? budget : spent) * 2)}`;
}

/** Says dollars with three significant digits, however few dollars they are. */
export function exactDollars(dollars: number): string {
  return `$${plainNumber(dollars)}`;
}

/** Three significant digits, and never an exponent. */
function plainNumber(value: number): string {
  if (value <= 0) return '0';
  const decimals = 2 - Math.floor(Math.log10(value));
  if (decimals <= 0) return String(Math.round(value));
  return value.toFixed(Math.min(100, decimals)).replace(/\.?0+$/, '');
}

/** Says that the turn goes round in a circle; `message` in which one, see {@link loopMessage}. */
export function haltLoop(message: string): Halt {
  return {
    reason: 'loop',
    message,
    actions: [{ label: 'Try another way', send: 'That does not work; try another way.' }, GO_ON, OTHER_MODEL],
  };
}

/** Says that the service does not want to be asked for now. `until` is the time of day when it does again. */
export function haltRateLimit(cause: string, wait?: { readonly wait_ms: number; readonly until: Date }): Halt {
  const when =
    wait === undefined ? '' : ` It asks to wait ${formatDuration(wait.wait_ms)}, until ${timeOfDay(wait.until)}.`;
  return {
    reason: 'rate_limit',
    message: `${sentence(cause)}${when}`,
    actions: [{ label: 'Try again', send: 'Go on.' }, OTHER_MODEL],
  };
}

/** Says that the conversation does not fit the window, and that compacting does not help. */
export function haltContextFull(cause: string): Halt {
  return {
    reason: 'context_full',
    message: `The conversation does not fit the window of the model: ${sentence(cause)}`,
    actions: [
      { label: 'Summarise it', send: '/compact' },
      { label: 'Start afresh (can be undone)', send: '/clear' },
      { label: 'Choose a model with a larger window', send: '/model' },
    ],
  };
}

/** Says that the model declined to answer. */
export function haltRefusal(detail: string | undefined): Halt {
  return {
    reason: 'refusal',
    message: `The model refused to answer${detail === undefined || detail === '' ? '.' : `: ${sentence(detail)}`}`,
    actions: [{ label: 'Start afresh (can be undone)', send: '/clear' }, OTHER_MODEL],
  };
}

/** Says the loop that a turn was in, for {@link haltLoop}. */
export function loopMessage(limits: AgentLimits, kind: 'identical' | 'invalid'): string {
  return kind === 'identical'
    ? `Stopped: the same tool calls gave the same results ${limits.max_identical_batches} times in a row.`
    : `Stopped: ${limits.max_invalid_batches} times in a row no tool call could be run as it was written.`;
}

function timeOfDay(date: Date): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const time = `${two(date.getHours())}:${two(date.getMinutes())}`;
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${time}`;
}
