import type { UserMessage } from '../messages.ts';
import { readUserMessage as readNative } from '../parse-message.ts';
import { HttpError } from './http-error.ts';
import { isRecord, requiredString } from './json-fields.ts';

/** What is remembered, or looked up by its name, is short. */
const SHORT = ['id', 'tool_call_id', 'expected_turn_id', 'model'];

/**
 * Reads a `UserMessage` that came over HTTP. Unknown fields are ignored, a malformed known one is refused by its name.
 * `update_tools` is refused: which tools there are is for the one who started the server to say.
 */
export function readUserMessage(body: unknown, newId: () => string): UserMessage {
  if (isRecord(body) && body.type === 'update_tools') {
    throw new HttpError(403, 'The tools are chosen where the server is started, not by its clients.');
  }
  const read = readNative(body);
  if ('ignored' in read) {
    throw new HttpError(400, `type ${JSON.stringify(read.ignored)} is not a message for the agent.`);
  }
  if ('error' in read) throw new HttpError(400, `${read.error}.`);
  const { message } = read;
  for (const name of SHORT) if (name in message) requiredString({ ...message }, name);
  return { ...message, id: message.id ?? newId() };
}
