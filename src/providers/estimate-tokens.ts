import { estimateTokenCount } from 'tokenx';
import type { AssistantPart, ConversationMessage } from '../conversation.ts';
import { assertNever, type UserContent } from '../messages.ts';
import type { RequestText, ToolSpec } from './provider.ts';

/** What a service charges for an image of ordinary size, and for wrapping one message or tool. */
const IMAGE_TOKENS = 1_500;
const WRAPPING_TOKENS = 4;

/** Estimates the tokens of a text; an estimate for any model. */
export function estimateTextTokens(text: string): number {
  return text === '' ? 0 : estimateTokenCount(text);
}

/** Estimates the tokens of a request: system prompt, tools and conversation. */
export function estimateRequestTokens(request: RequestText): number {
  const tools = request.tools.reduce((sum, tool) => sum + toolTokens(tool), 0);
  return estimateTextTokens(request.system) + tools + estimateConversationTokens(request.conversation);
}

/** Estimates the tokens of a conversation as a model reads it; thoughts are not counted, they rarely go back. */
export function estimateConversationTokens(conversation: readonly ConversationMessage[]): number {
  return conversation.reduce((sum, message) => sum + messageTokens(message), 0);
}

function toolTokens(tool: ToolSpec): number {
  return remembered(tool, () => WRAPPING_TOKENS + estimateTextTokens(JSON.stringify(tool)));
}

/** Messages never change, so each is estimated once. */
function messageTokens(message: ConversationMessage): number {
  return remembered(message, () => WRAPPING_TOKENS + ownTokens(message));
}

const known = new WeakMap<object, number>();

function remembered(value: object, estimate: () => number): number {
  const earlier = known.get(value);
  if (earlier !== undefined) return earlier;
  const tokens = estimate();
  known.set(value, tokens);
  return tokens;
}

function ownTokens(message: ConversationMessage): number {
  switch (message.role) {
    case 'user':
      return contentTokens(message.content);
    case 'assistant':
      return message.parts.reduce((sum, part) => sum + partTokens(part), 0);
    case 'tool':
      return message.results.reduce(
        (sum, { output, images = [] }) =>
          sum + WRAPPING_TOKENS + estimateTextTokens(output) + images.length * IMAGE_TOKENS,
        0,
      );
    default:
      return assertNever(message);
  }
}

function contentTokens(content: UserContent): number {
  if (typeof content === 'string') return estimateTextTokens(content);
  return content.reduce(
    (sum, block) => sum + (block.type === 'image' ? IMAGE_TOKENS : estimateTextTokens(block.text)),
    0,
  );
}

function partTokens(part: AssistantPart): number {
  switch (part.type) {
    case 'text':
      return estimateTextTokens(part.text);
    case 'thought':
      return 0;
    case 'tool_call':
      return WRAPPING_TOKENS + estimateTextTokens(part.name) + estimateTextTokens(part.arguments);
    default:
      return assertNever(part);
  }
}
