import { jsonLine } from '../json-line.ts';
import type { Encoder } from './encoder.ts';

/** The native vocabulary: the messages as they are. */
export const streamJson: Encoder = {
  name: 'stream-json',
  description: 'Every message as one line of JSON (the native protocol; see --print-schema)',
  media_type: 'application/x-ndjson',
  async *encode(messages) {
    for await (const message of messages) yield `${jsonLine(message)}\n`;
  },
};
