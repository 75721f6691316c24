import type { MessageParam } from '@anthropic-ai/sdk/resources/messages';
import type { ChatCompletionMessageParam } from 'openai/resources/chat/completions';
import type { ResponseInputItem } from 'openai/resources/responses/responses';
import type { ConversationMessage } from '../../conversation.ts';
import type { Dialect } from '../endpoint.ts';
import type { ModelInfo } from '../provider.ts';
import type { ConversionReport, PreparedHistory, TargetRules } from './prepare-history.ts';
import { prepareHistory } from './prepare-history.ts';
import { startsToolLoopWithThought, writeAnthropicMessages } from './write-anthropic.ts';
import { chatIds, keepsChatThought, writeChatMessages } from './write-chat.ts';
import { readReasoning, writeResponsesInput } from './write-responses.ts';

/** Where a conversation is going. */
export interface ConversionTarget {
  readonly model: ModelInfo;
  /** Only Chat Completions has dialects. */
  readonly dialect?: Dialect | undefined;
}

/** A conversation in the spelling of one wire protocol. */
export interface ConvertedHistory<Message> {
  readonly messages: Message[];
  readonly report: ConversionReport;
}

export interface AnthropicHistory extends ConvertedHistory<MessageParam> {
  /**
   * False while a tool loop goes on that began without a thought of this model: thinking with a budget is refused
   * then, adaptive thinking is not.
   */
  readonly may_think_with_budget: boolean;
}

const PLAIN_IDS = { pattern: /^[A-Za-z0-9_-]{1,64}$/, forbidden: /[^A-Za-z0-9_-]/g, max_length: 64 };

/** Spells a conversation for Anthropic Messages; the system prompt is not part of it. Pure. */
export function toAnthropicMessages(
  conversation: readonly ConversationMessage[],
  target: ConversionTarget,
): AnthropicHistory {
  const { messages, report } = prepareHistory(conversation, {
    model: target.model,
    ids: PLAIN_IDS,
    keepsThought: (thought) => thought.signature !== undefined && thought.signature !== '',
    results_hold_images: true,
    may_end_with_own_response: true,
  });
  return {
    messages: writeAnthropicMessages(messages),
    report,
    may_think_with_budget: startsToolLoopWithThought(messages),
  };
}

/** Spells a conversation as the input of OpenAI Responses, without the instructions. Pure. */
export function toResponsesInput(
  conversation: readonly ConversationMessage[],
  target: ConversionTarget,
): ConvertedHistory<ResponseInputItem> {
  const { messages, report } = prepareHistory(conversation, {
    model: target.model,
    ids: PLAIN_IDS,
    keepsThought: (thought) => readReasoning(thought) !== undefined,
    results_hold_images: true,
  });
  return { messages: writeResponsesInput(messages), report };
}

/** Spells a conversation for Chat Completions in the target's dialect, without the system message. Pure. */
export function toChatMessages(
  conversation: readonly ConversationMessage[],
  target: ConversionTarget,
): ConvertedHistory<ChatCompletionMessageParam> {
  const dialect = target.dialect ?? {};
  const rules: TargetRules = {
    model: target.model,
    ids: chatIds(dialect),
    keepsThought: (thought, turn) => keepsChatThought(dialect, thought, turn),
  };
  const { messages, report }: PreparedHistory = prepareHistory(conversation, rules);
  return { messages: writeChatMessages(messages, dialect), report };
}
