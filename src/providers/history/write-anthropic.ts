import type { ContentBlockParam, ImageBlockParam, MessageParam } from '@anthropic-ai/sdk/resources/messages';
import type { AssistantPart, ConversationMessage, ToolOutcome } from '../../conversation.ts';
import { assertNever, type ImageBlock, type UserContent } from '../../messages.ts';
import { blockText, contentBlocks } from './prepare-history.ts';

/** Spells a prepared history for Anthropic Messages: results and the text behind them share one user message. */
export function writeAnthropicMessages(history: readonly ConversationMessage[]): MessageParam[] {
  const messages: { role: 'user' | 'assistant'; content: ContentBlockParam[] }[] = [];
  for (const message of history) {
    const role = message.role === 'assistant' ? 'assistant' : 'user';
    const content = writeContent(message);
    const last = messages.at(-1);
    if (last?.role === role) last.content.push(...content);
    else messages.push({ role, content });
  }
  return trimLastText(messages);
}

/**
 * Says whether the response that asked for the last results begins with a thought. True where the last message holds no
 * results. What a person added behind the results stands in the same message and changes nothing.
 */
export function startsToolLoopWithThought(history: readonly ConversationMessage[]): boolean {
  const asked = history.findLastIndex((message) => message.role === 'assistant');
  const turn = history[asked];
  if (turn?.role !== 'assistant' || history[asked + 1]?.role !== 'tool') return true;
  return turn.parts[0]?.type === 'thought';
}

function writeContent(message: ConversationMessage): ContentBlockParam[] {
  switch (message.role) {
    case 'user':
      return writeUser(message.content);
    case 'assistant':
      return message.parts.map(writePart);
    case 'tool':
      return message.results.map(writeResult);
    default:
      return assertNever(message);
  }
}

function writeUser(content: UserContent): ContentBlockParam[] {
  return contentBlocks(content).map((block) =>
    block.type === 'image' ? writeImage(block) : { type: 'text', text: blockText(block) },
  );
}

function writeImage(image: ImageBlock): ImageBlockParam {
  const media_type = image.media_type as 'image/png' | 'image/jpeg' | 'image/gif' | 'image/webp';
  return { type: 'image', source: { type: 'base64', media_type, data: image.data } };
}

function writePart(part: AssistantPart): ContentBlockParam {
  switch (part.type) {
    case 'text':
      return { type: 'text', text: part.text };
    case 'thought':
      return part.redacted === true
        ? { type: 'redacted_thinking', data: part.signature ?? '' }
        : { type: 'thinking', thinking: part.text, signature: part.signature ?? '' };
    case 'tool_call':
      return { type: 'tool_use', id: part.id, name: part.name, input: JSON.parse(part.arguments) };
    default:
      return assertNever(part);
  }
}

function writeResult(result: ToolOutcome): ContentBlockParam {
  return {
    type: 'tool_result',
    tool_use_id: result.tool_call_id,
    content:
      result.images === undefined
        ? result.output
        : [{ type: 'text', text: result.output }, ...result.images.map(writeImage)],
    ...(result.is_error ? { is_error: true } : {}),
  };
}

/** Anthropic refuses an answer to be carried on that ends with white space. */
function trimLastText(messages: { role: 'user' | 'assistant'; content: ContentBlockParam[] }[]): MessageParam[] {
  const last = messages.at(-1);
  const block = last?.content.at(-1);
  if (last?.role !== 'assistant' || block?.type !== 'text') return messages;
  const content = [...last.content.slice(0, -1), { ...block, text: block.text.trimEnd() }];
  return [...messages.slice(0, -1), { role: last.role, content }];
}
