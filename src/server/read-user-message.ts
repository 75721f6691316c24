import {
  type ContentBlock,
  REASONING_EFFORTS,
  type UserContent,
  type UserMessage,
  type UserMessageBody,
} from '../messages.ts';
import { HttpError } from './http-error.ts';
import { isRecord, type JsonRecord, requiredString } from './json-fields.ts';

/**
 * Reads a `UserMessage` that came over HTTP. Unknown fields are ignored, a malformed known one is refused by its name.
 * `update_tools` is refused: which tools there are is for the one who started the server to say.
 */
export function readUserMessage(body: unknown, newId: () => string): UserMessage {
  if (!isRecord(body)) throw new HttpError(400, 'The body must be a message object.');
  const id = body.id === undefined ? newId() : requiredString(body, 'id');
  return { ...readBody(body), id };
}

function readBody(body: JsonRecord): UserMessageBody {
  switch (body.type) {
    case 'text':
      return {
        type: 'text',
        content: readContent(body.content),
        ...(body.delivery === undefined ? {} : { delivery: oneOf(body, 'delivery', ['steer', 'queue'] as const) }),
        ...(body.expected_turn_id === undefined ? {} : { expected_turn_id: requiredString(body, 'expected_turn_id') }),
      };
    case 'approve':
      return {
        type: 'approve',
        tool_call_id: requiredString(body, 'tool_call_id'),
        decision: oneOf(body, 'decision', ['once', 'always', 'deny'] as const),
        ...(body.note === undefined ? {} : { note: textField(body, 'note') }),
      };
    case 'switch_model':
      return { type: 'switch_model', model: requiredString(body, 'model') };
    case 'set_reasoning_effort':
      return { type: 'set_reasoning_effort', effort: oneOf(body, 'effort', REASONING_EFFORTS) };
    case 'compact':
      return { type: 'compact', ...(body.hint === undefined ? {} : { hint: textField(body, 'hint') }) };
    case 'retract':
      requiredString(body, 'id');
      return { type: 'retract' };
    case 'cancel':
    case 'clear_context':
    case 'restore_context':
      return { type: body.type };
    case 'update_tools':
      throw new HttpError(403, 'The tools are chosen where the server is started, not by its clients.');
    default:
      throw new HttpError(400, `type ${JSON.stringify(body.type)} is not a message for the agent.`);
  }
}

function readContent(content: unknown): UserContent {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) throw new HttpError(400, 'content must be a string or a list of blocks.');
  return content.map(readBlock);
}

function readBlock(block: unknown, index: number): ContentBlock {
  if (!isRecord(block)) throw new HttpError(400, `content[${index}] must be a block.`);
  switch (block.type) {
    case 'text':
      return { type: 'text', text: textField(block, 'text') };
    case 'file':
      return { type: 'file', name: requiredString(block, 'name'), text: textField(block, 'text') };
    case 'image':
      return {
        type: 'image',
        media_type: requiredString(block, 'media_type'),
        data: textField(block, 'data'),
        ...(block.name === undefined ? {} : { name: requiredString(block, 'name') }),
      };
    default:
      throw new HttpError(400, `content[${index}].type must be "text", "image" or "file".`);
  }
}

function textField(body: JsonRecord, field: string): string {
  const value = body[field];
  if (typeof value !== 'string') throw new HttpError(400, `${field} must be a string.`);
  return value;
}

function oneOf<Value extends string>(body: JsonRecord, field: string, values: readonly Value[]): Value {
  const found = values.find((value) => value === body[field]);
  if (found === undefined) throw new HttpError(400, `${field} must be one of: ${values.join(', ')}.`);
  return found;
}
