import type { Encoder } from '../encoders/encoder.ts';
import { jsonLine } from '../json-line.ts';
import type { AgentMessage } from '../messages.ts';
import type { EventStream } from './event-stream.ts';
import type { SessionHandle } from './session-host.ts';

/** Which session is told to whom, in which vocabulary, and from where on. */
export interface TellEventsOptions {
  readonly session: SessionHandle;
  readonly stream: EventStream;
  /** The seq of the last message that the reader has had; 0 for all. */
  readonly after_seq: number;
  /** Native messages when absent. */
  readonly encoder?: Encoder;
  readonly ag_ui_compat?: string;
}

/** Tells a session as events whose ids are the seqs of its messages, until it ends or the reader goes away. */
export async function tellEvents(options: TellEventsOptions): Promise<void> {
  try {
    if (options.encoder === undefined) await tellMessages(options);
    else await tellEncoded(options.encoder, options);
  } finally {
    options.stream.end();
  }
}

async function tellMessages({ session, stream, after_seq }: TellEventsOptions): Promise<void> {
  for await (const message of session.messages(after_seq + 1, stream.signal)) {
    await stream.write(`id: ${message.seq}\ndata: ${jsonLine(message)}\n\n`);
  }
}

/**
 * Encodes from the first message on, because an encoder remembers what came before, and keeps back what the reader has
 * had. The id follows what came of a message, so that a reader who is cut off in between gets all of it again.
 */
async function tellEncoded(encoder: Encoder, options: TellEventsOptions): Promise<void> {
  const { session, stream, after_seq, ag_ui_compat } = options;
  const isFramed = encoder.media_type === 'text/event-stream';
  let seq = 0;
  let isIdDue = false;
  async function* messages(): AsyncGenerator<AgentMessage, void, undefined> {
    for await (const message of session.messages(1, stream.signal, after_seq)) {
      seq = message.seq;
      yield message;
      if (isIdDue) await stream.write(`id: ${seq}\n\n`);
      isIdDue = false;
    }
  }
  for await (const chunk of encoder.encode(messages(), ag_ui_compat === undefined ? {} : { ag_ui_compat })) {
    if (seq <= after_seq) continue;
    await stream.write(isFramed ? chunk : frameLines(chunk));
    isIdDue = true;
  }
}

function frameLines(chunk: string): string {
  const lines = chunk.replace(/\n$/, '').split(/\r\n|\r|\n/);
  return `${lines.map((line) => `data: ${line}`).join('\n')}\n\n`;
}
