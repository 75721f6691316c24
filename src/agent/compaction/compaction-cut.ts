import type { ConversationMessage } from '../../conversation.ts';

interface CutOptions {
  /** How many tokens at the end stay verbatim. */
  readonly keep_tokens: number;
  /** A last turn up to this size is kept whole, though it is larger than `keep_tokens`. */
  readonly keep_turn_tokens: number;
  /** A last turn above this size does not fit any more; a person who asks has it summarised too. */
  readonly max_turn_tokens: number;
  /** Whether the message begins a turn, rather than having entered a running one. */
  isTurnStart(message: ConversationMessage): boolean;
  tokensOf(message: ConversationMessage): number;
  /** A person asked: a small conversation is summarised too, if no turn is running the whole of it. */
  readonly isManual: boolean;
  readonly isIdle: boolean;
}

/**
 * Says how many messages, counted from the beginning, a compaction removes; 0 when there is nothing to remove.
 *
 * Contract: the cut lies before a turn. Only where one turn alone is too large does it lie inside that turn, before one
 * of its model calls; never between a call and its result.
 */
export function findCut(messages: readonly ConversationMessage[], options: CutOptions): number {
  const first = isSummary(messages[0]) ? 2 : 1;
  const tails = tailTokens(messages, options);
  const turns = indices(messages, first, options.isTurnStart);
  const lastTurn = turns.at(-1);
  const inBudget = turns.find((index) => tailAt(tails, index) <= options.keep_tokens);
  if (inBudget !== undefined) return inBudget;
  const isSmallEnough = lastTurn !== undefined && tailAt(tails, lastTurn) <= options.keep_turn_tokens;
  const isKeptOnDemand = options.isManual && tailAt(tails, lastTurn ?? 0) <= options.max_turn_tokens;
  if (lastTurn !== undefined && (isSmallEnough || isKeptOnDemand)) return lastTurn;
  if (options.isManual && options.isIdle) return messages.length < first ? 0 : messages.length;
  const steps = indices(messages, Math.max(first, (lastTurn ?? 0) + 2), (message) => message.role !== 'tool');
  return steps.find((index) => tailAt(tails, index) <= options.keep_tokens) ?? steps.at(-1) ?? lastTurn ?? 0;
}

function isSummary(message: ConversationMessage | undefined): boolean {
  return message?.role === 'user' && message.origin === 'summary';
}

/** The tokens from each message to the end. */
function tailTokens(messages: readonly ConversationMessage[], { tokensOf }: CutOptions): readonly number[] {
  let sum = 0;
  return messages
    .toReversed()
    .map((message) => {
      sum += tokensOf(message);
      return sum;
    })
    .reverse();
}

function tailAt(tails: readonly number[], index: number): number {
  return tails[index] ?? 0;
}

function indices(
  messages: readonly ConversationMessage[],
  first: number,
  isCandidate: (message: ConversationMessage) => boolean,
): number[] {
  return messages.flatMap((message, index) => (index >= first && isCandidate(message) ? [index] : []));
}
