import type { Encoder, EncoderOptions } from '../../src/encoders/encoder.ts';
import type { AgentMessage, AgentMessageBody } from '../../src/messages.ts';

/** Everything an encoder writes for a log. */
export async function encodeLog(
  encoder: Encoder,
  log: Iterable<AgentMessage>,
  options?: EncoderOptions,
): Promise<string> {
  let text = '';
  for await (const piece of encoder.encode(source(log), options)) text += piece;
  return text;
}

/** The lines of JSON that an encoder writes for a log. */
export async function encodedLines(encoder: Encoder, log: Iterable<AgentMessage>): Promise<unknown[]> {
  const text = await encodeLog(encoder, log);
  return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)]));
}

/** The data of the server-sent events that an encoder writes for a log. */
export async function encodedFrames(encoder: Encoder, log: Iterable<AgentMessage>): Promise<Record<string, unknown>[]> {
  const text = await encodeLog(encoder, log);
  return text.split('\n\n').flatMap((frame) => (frame === '' ? [] : [JSON.parse(frame.replace(/^data: /, ''))]));
}

/** Stamps bodies as the agent does: `seq` from 1, a fixed time, the id of the turn inside one. */
export function stamped(bodies: readonly AgentMessageBody[]): AgentMessage[] {
  let turnId: string | undefined;
  return bodies.map((body, index) => {
    if (body.type === 'turn_started') turnId = body.turn_id;
    const stamp = { seq: index + 1, at: Date.UTC(2026, 10, 21) + index, ...(turnId && { turn_id: turnId }) };
    if (body.type === 'done') turnId = undefined;
    return { ...body, ...stamp } as AgentMessage;
  });
}

async function* source(log: Iterable<AgentMessage>): AsyncGenerator<AgentMessage> {
  yield* log;
}
