import type { ConversationMessage } from '../../conversation.ts';
import { assertNever, type SwitchReport } from '../../messages.ts';
import type { Dialect } from '../endpoint.ts';
import { estimateRequestTokens } from '../estimate-tokens.ts';
import type { ModelInfo, RequestText } from '../provider.ts';
import { toAnthropicMessages, toChatMessages, toResponsesInput } from './convert-history.ts';
import type { ConversionReport } from './prepare-history.ts';

/** The two ends of a switch. */
export interface Switch {
  readonly target: ModelInfo;
  readonly previous: ModelInfo;
  readonly dialect?: Dialect | undefined;
}

/** Says what sending a request to another model keeps, loses and costs; nothing was read yet where nothing was said. Pure. */
export function reportSwitch(request: RequestText, change: Switch): SwitchReport {
  const { target, previous } = change;
  const { conversation } = request;
  const isSame = target.name === previous.name;
  const tokens = conversation.length === 0 ? 0 : estimateRequestTokens(request);
  const tokens_to_read = isSame ? 0 : tokens;
  const cost = costToRead(tokens_to_read, target);
  return {
    ...(target.context_limit === undefined
      ? {}
      : { fits: tokens < target.context_limit, context_limit: target.context_limit }),
    tokens_to_read,
    ...(cost === undefined ? {} : { cost_to_read: cost }),
    ...convert(conversation, change),
    cache_lost: !isSame && conversation.some((message) => message.role === 'assistant'),
  };
}

function costToRead(tokens: number, { prices }: ModelInfo): number | undefined {
  if (prices === undefined) return undefined;
  const isLong = prices.long_prompts !== undefined && tokens > prices.long_prompts.above_tokens;
  return (tokens * (isLong ? (prices.long_prompts?.input ?? prices.input) : prices.input)) / 1_000_000;
}

function convert(conversation: readonly ConversationMessage[], { target, dialect }: Switch): ConversionReport {
  switch (target.protocol) {
    case 'anthropic-messages':
      return toAnthropicMessages(conversation, { model: target }).report;
    case 'openai-responses':
      return toResponsesInput(conversation, { model: target }).report;
    case 'openai-chat':
      return toChatMessages(conversation, { model: target, dialect }).report;
    case 'script':
      return { thoughts_dropped: 0, images_dropped: countImages(conversation), ids_rewritten: 0 };
    default:
      return assertNever(target.protocol);
  }
}

function countImages(conversation: readonly ConversationMessage[]): number {
  return conversation.reduce((sum, message) => {
    if (message.role === 'tool') return sum + message.results.flatMap(({ images = [] }) => images).length;
    if (message.role !== 'user' || typeof message.content === 'string') return sum;
    return sum + message.content.filter((block) => block.type === 'image').length;
  }, 0);
}
