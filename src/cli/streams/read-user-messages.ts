import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { UserContent } from '../../messages.ts';
import { parseUserMessage } from '../../parse-message.ts';
import type { Conversing } from '../conversing.ts';

/**
 * Hands the agent the prompt of the command line, if any, then one message a line until the input ends; a wrong line is
 * warned of with its number and field, and the rest goes on. Resolves with the ids of the texts, each of which starts
 * or joins a turn, or comes back.
 */
export async function readUserMessages(
  input: Readable,
  session: Conversing,
  prompt: UserContent | undefined,
): Promise<readonly string[]> {
  let number = 0;
  const texts = prompt === undefined ? [] : [session.send({ type: 'text', content: prompt })];
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    number += 1;
    if (line.trim() === '') continue;
    const parsed = parseUserMessage(line.replace(/^\uFEFF/, ''));
    if ('message' in parsed) {
      const id = session.send(parsed.message);
      if (parsed.message.type === 'text') texts.push(id);
    } else if ('ignored' in parsed) session.warn(`Line ${number} is ignored: there is no message "${parsed.ignored}".`);
    else session.warn(`Line ${number} is not a message: ${parsed.error}.`, 'See agent-chat --print-schema.');
  }
  return texts;
}
