import type { AgentMessage } from '../messages.ts';

/** One pure transformation of the message stream into bytes of another vocabulary. */
export interface Encoder {
  /** What `--output-format` calls it. */
  readonly name: string;
  readonly description: string;
  /** The MIME type of its output over HTTP. */
  readonly media_type: string;
  /** Yields text as soon as it is certain. Ends when the messages end. Reads no clock. */
  encode(messages: AsyncIterable<AgentMessage>, options?: EncoderOptions): AsyncGenerator<string, void, undefined>;
}

export interface EncoderOptions {
  /** `0.0.45` writes the `THINKING_*` events that AG-UI had before 1.0. */
  readonly ag_ui_compat?: string;
}
