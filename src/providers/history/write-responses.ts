import type {
  ResponseFunctionCallOutputItemList,
  ResponseInputContent,
  ResponseInputImageContent,
  ResponseInputItem,
  ResponseReasoningItem,
} from 'openai/resources/responses/responses';
import type { AssistantPart, ConversationMessage, ToolOutcome } from '../../conversation.ts';
import { assertNever, type ImageBlock, type UserContent } from '../../messages.ts';
import { parseJson } from '../../parse-json.ts';
import { fieldsOf } from '../wire/wire-fields.ts';
import { blockText, contentBlocks, outcomeText, type ThoughtPart } from './prepare-history.ts';

/** Spells a prepared history as input items of OpenAI Responses. */
export function writeResponsesInput(history: readonly ConversationMessage[]): ResponseInputItem[] {
  return history.flatMap((message): ResponseInputItem[] => {
    switch (message.role) {
      case 'user':
        return [{ type: 'message', role: 'user', content: writeUser(message.content) }];
      case 'assistant':
        return message.parts.flatMap(writePart);
      case 'tool':
        return message.results.map((result) => ({
          type: 'function_call_output',
          call_id: result.tool_call_id,
          output: writeOutput(result),
        }));
      default:
        return assertNever(message);
    }
  });
}

/** Makes the reasoning item that a thought came from; undefined when it cannot be sent back. */
export function readReasoning(thought: ThoughtPart): ResponseReasoningItem | undefined {
  const kept = parseSignature(thought.signature);
  if (kept === undefined) return undefined;
  return {
    type: 'reasoning',
    id: kept.id,
    summary: thought.text === '' ? [] : [{ type: 'summary_text', text: thought.text }],
    encrypted_content: kept.encrypted_content,
  };
}

function parseSignature(signature: string | undefined): { id: string; encrypted_content: string } | undefined {
  const { id, encrypted_content } = fieldsOf(parseJson(signature ?? ''));
  if (typeof id !== 'string' || typeof encrypted_content !== 'string' || encrypted_content === '') return undefined;
  return { id, encrypted_content };
}

/** A list only where there is an image: not every compatible service knows it. */
function writeOutput(result: ToolOutcome): string | ResponseFunctionCallOutputItemList {
  const { images = [] } = result;
  if (images.length === 0) return outcomeText(result);
  const shown = images.map((image): ResponseInputImageContent => ({ type: 'input_image', image_url: dataUrl(image) }));
  return [{ type: 'input_text', text: outcomeText(result) }, ...shown];
}

function dataUrl({ media_type, data }: ImageBlock): string {
  return `data:${media_type};base64,${data}`;
}

function writeUser(content: UserContent): ResponseInputContent[] {
  return contentBlocks(content).map((block) =>
    block.type === 'image'
      ? { type: 'input_image', detail: 'auto', image_url: dataUrl(block) }
      : { type: 'input_text', text: blockText(block) },
  );
}

function writePart(part: AssistantPart): ResponseInputItem[] {
  switch (part.type) {
    case 'text':
      return [{ type: 'message', role: 'assistant', content: part.text }];
    case 'thought': {
      const item = readReasoning(part);
      return item === undefined ? [] : [item];
    }
    case 'tool_call':
      return [{ type: 'function_call', call_id: part.id, name: part.name, arguments: part.arguments }];
    default:
      return assertNever(part);
  }
}
