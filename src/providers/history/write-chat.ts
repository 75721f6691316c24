import type {
  ChatCompletionAssistantMessageParam,
  ChatCompletionContentPart,
  ChatCompletionMessageFunctionToolCall,
  ChatCompletionMessageParam,
} from 'openai/resources/chat/completions';
import type { AssistantPart, AssistantTurn, ConversationMessage } from '../../conversation.ts';
import { assertNever, type UserContent } from '../../messages.ts';
import { parseJson } from '../../parse-json.ts';
import type { Dialect } from '../endpoint.ts';
import { itemsOf } from '../wire/wire-fields.ts';
import { blockText, contentBlocks, outcomeText, type ThoughtPart } from './prepare-history.ts';
import type { IdRule } from './tool-call-ids.ts';

type ToolCallPart = Extract<AssistantPart, { type: 'tool_call' }>;

const CHAT_IDS: IdRule = { pattern: /^[\x21-\x7e]{1,40}$/, forbidden: /[^A-Za-z0-9_-]/g, max_length: 40 };
const MISTRAL_IDS: IdRule = { pattern: /^[A-Za-z0-9]{9}$/, forbidden: /[^A-Za-z0-9]/g, max_length: 9, is_exact: true };

/** Google's own way of saying that a call was made by another model. */
const FOREIGN_CALL = 'skip_thought_signature_validator';
/** Stands between a result and a person's message where a service allows no user message after a tool message. */
const BRIDGE = 'Noted.';

/** Gives the rule for ids of tool calls in a dialect. */
export function chatIds(dialect: Dialect): IdRule {
  return dialect.has_short_call_ids === true ? MISTRAL_IDS : CHAT_IDS;
}

/** Says whether a service wants this thought of its own back. Answers without calls go back without their thoughts. */
export function keepsChatThought(dialect: Dialect, thought: ThoughtPart, turn: AssistantTurn): boolean {
  if (dialect.thoughts_field === undefined) return false;
  if (dialect.thoughts_field === 'reasoning_details') return readDetails(thought).length > 0;
  return thought.text !== '' && turn.parts.some((part) => part.type === 'tool_call');
}

/** Spells a prepared history for Chat Completions. */
export function writeChatMessages(
  history: readonly ConversationMessage[],
  dialect: Dialect,
): ChatCompletionMessageParam[] {
  return history.flatMap((message, index): ChatCompletionMessageParam[] => {
    switch (message.role) {
      case 'user':
        return [...bridge(history[index - 1], dialect), { role: 'user', content: writeUser(message.content) }];
      case 'assistant':
        return [writeAssistant(message, dialect)];
      case 'tool':
        return message.results.map((result) => ({
          role: 'tool',
          tool_call_id: result.tool_call_id,
          content: outcomeText(result),
        }));
      default:
        return assertNever(message);
    }
  });
}

function bridge(before: ConversationMessage | undefined, dialect: Dialect): ChatCompletionMessageParam[] {
  const isNeeded = dialect.needs_assistant_after_tools === true && before?.role === 'tool';
  return isNeeded ? [{ role: 'assistant', content: BRIDGE }] : [];
}

/** Many compatible servers only know a string; parts are sent only where there is an image. */
function writeUser(content: UserContent): string | ChatCompletionContentPart[] {
  const blocks = contentBlocks(content);
  const parts = blocks.map(
    (block): ChatCompletionContentPart =>
      block.type === 'image'
        ? { type: 'image_url', image_url: { url: `data:${block.media_type};base64,${block.data}` } }
        : { type: 'text', text: blockText(block) },
  );
  if (blocks.some((block) => block.type === 'image')) return parts;
  return parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n\n');
}

function writeAssistant(turn: AssistantTurn, dialect: Dialect): ChatCompletionMessageParam {
  const text = turn.parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n\n');
  const calls = turn.parts.filter((part) => part.type === 'tool_call');
  const message: ChatCompletionAssistantMessageParam = {
    role: 'assistant',
    content: text === '' ? null : text,
    ...(calls.length === 0 ? {} : { tool_calls: calls.map((call, index) => writeCall(call, index, dialect)) }),
  };
  return { ...message, ...writeThoughts(turn, dialect) };
}

function writeCall(call: ToolCallPart, index: number, dialect: Dialect): ChatCompletionMessageFunctionToolCall {
  const written: ChatCompletionMessageFunctionToolCall = {
    type: 'function',
    id: call.id,
    function: { name: call.name, arguments: call.arguments },
  };
  if (dialect.has_thought_signatures !== true) return written;
  // Of parallel calls only the first carries a signature.
  const signature = call.signature ?? (index === 0 ? FOREIGN_CALL : undefined);
  if (signature === undefined) return written;
  return Object.assign(written, { extra_content: { google: { thought_signature: signature } } });
}

function writeThoughts(turn: AssistantTurn, dialect: Dialect): Record<string, unknown> {
  const thoughts = turn.parts.filter((part) => part.type === 'thought');
  const field = dialect.thoughts_field;
  if (thoughts.length === 0 || field === undefined) return {};
  if (field === 'reasoning_details') return { reasoning_details: thoughts.flatMap(readDetails) };
  return { [field]: thoughts.map((thought) => thought.text).join('\n') };
}

/** Reads the `reasoning_details` of OpenRouter, which a thought keeps as its signature. */
function readDetails(thought: ThoughtPart): readonly unknown[] {
  return itemsOf(parseJson(thought.signature ?? ''));
}
