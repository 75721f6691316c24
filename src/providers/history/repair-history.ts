import type { AssistantPart, AssistantTurn, ConversationMessage, ToolOutcome, UserTurn } from '../../conversation.ts';
import { assertNever, type ContentBlock, type ImageBlock, type UserContent } from '../../messages.ts';
import { parseJson } from '../../parse-json.ts';

/** What a model is told of a call that never ended. */
export const MISSING_RESULT = '[cancelled by user before completion]';

const EMPTY_MESSAGE = '(empty message)';
const NO_OUTPUT = '(no output)';
const EARLIER_PART = '(The beginning of this conversation is not shown.)';

type ToolCallPart = Extract<AssistantPart, { type: 'tool_call' }>;

/**
 * Makes a conversation that every service accepts: a person speaks first, every call has exactly one result right
 * behind it and an id of its own, nothing is empty, every string is well-formed. Idempotent; what is sound is kept as
 * it is.
 */
export function repairHistory(conversation: readonly ConversationMessage[]): ConversationMessage[] {
  const usedIds = new Set<string>();
  const repaired = conversation.flatMap((message, index): ConversationMessage[] => {
    switch (message.role) {
      case 'user':
        return [repairUser(message)];
      case 'assistant':
        return repairAssistant(message, outcomesAfter(conversation, index), usedIds);
      case 'tool':
        return [];
      default:
        return assertNever(message);
    }
  });
  if (repaired[0]?.role !== 'assistant') return repaired;
  return [{ role: 'user', id: 'earlier', content: EARLIER_PART, origin: 'summary' }, ...repaired];
}

function repairUser(turn: UserTurn): UserTurn {
  return { ...turn, content: repairContent(turn.content) };
}

function repairContent(content: UserContent): UserContent {
  if (typeof content === 'string') return content.trim() === '' ? EMPTY_MESSAGE : content.toWellFormed();
  const blocks = content.filter(isWorthSending).map(wellFormedBlock);
  return blocks.length === 0 ? EMPTY_MESSAGE : blocks;
}

function isWorthSending(block: ContentBlock): boolean {
  if (block.type === 'text') return block.text.trim() !== '';
  return block.type !== 'image' || block.data !== '';
}

function wellFormedBlock(block: ContentBlock): ContentBlock {
  switch (block.type) {
    case 'text':
      return { ...block, text: block.text.toWellFormed() };
    case 'file':
      return { ...block, name: block.name.toWellFormed(), text: block.text.toWellFormed() };
    case 'image':
      return block.name === undefined ? block : { ...block, name: block.name.toWellFormed() };
    default:
      return assertNever(block);
  }
}

/** Collects the results between this response and the next, wherever they stand. */
function outcomesAfter(conversation: readonly ConversationMessage[], index: number): ToolOutcome[] {
  const outcomes: ToolOutcome[] = [];
  for (const message of conversation.slice(index + 1)) {
    if (message.role === 'assistant') break;
    if (message.role === 'tool') outcomes.push(...message.results);
  }
  return outcomes;
}

function repairAssistant(turn: AssistantTurn, outcomes: ToolOutcome[], usedIds: Set<string>): ConversationMessage[] {
  const results: ToolOutcome[] = [];
  const parts = turn.parts.flatMap((part): AssistantPart[] => {
    if (part.type !== 'tool_call') return isEmpty(part) ? [] : [{ ...part, text: part.text.toWellFormed() }];
    const call = repairCall(part, usedIds);
    results.push(resultOf(call, takeOutcome(outcomes, part.id)));
    return [call];
  });
  if (parts.length === 0) return [];
  const assistant = { ...turn, parts };
  return results.length === 0 ? [assistant] : [assistant, { role: 'tool', results }];
}

function isEmpty(part: Exclude<AssistantPart, ToolCallPart>): boolean {
  return part.text.trim() === '' && (part.type === 'text' || part.signature === undefined);
}

function takeOutcome(outcomes: ToolOutcome[], id: string): ToolOutcome | undefined {
  const index = outcomes.findIndex((outcome) => outcome.tool_call_id === id);
  return index === -1 ? undefined : outcomes.splice(index, 1)[0];
}

function repairCall(call: ToolCallPart, usedIds: Set<string>): ToolCallPart {
  const id = unusedId(call.id.toWellFormed() || 'call', usedIds);
  usedIds.add(id);
  return { ...call, id, name: soundName(call.name), arguments: soundArguments(call.arguments) };
}

function unusedId(id: string, usedIds: ReadonlySet<string>): string {
  if (!usedIds.has(id)) return id;
  let count = 2;
  while (usedIds.has(`${id}_${count}`)) count += 1;
  return `${id}_${count}`;
}

function soundName(name: string): string {
  return /^[\w-]{1,64}$/.test(name) ? name : name.replace(/[^\w-]+/g, '_').slice(0, 64) || 'unknown_tool';
}

/** Keeps the raw text of an object; wraps anything else, so that the model sees what it wrote. */
function soundArguments(raw: string): string {
  if (raw.trim() === '') return '{}';
  const text = raw.toWellFormed();
  const value = parseJson(text);
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject ? text : JSON.stringify({ invalid_arguments: text });
}

function resultOf(call: ToolCallPart, outcome: ToolOutcome | undefined): ToolOutcome {
  const { id, name } = call;
  if (outcome === undefined) return { tool_call_id: id, name, output: MISSING_RESULT, is_error: true };
  const output = outcome.output.trim() === '' ? NO_OUTPUT : outcome.output.toWellFormed();
  const images = outcome.images?.filter(({ data }) => data !== '') ?? [];
  const shown = images.length === 0 ? {} : { images: images.map((image) => wellFormedBlock(image) as ImageBlock) };
  return { tool_call_id: id, name, output, ...shown, is_error: outcome.is_error };
}
