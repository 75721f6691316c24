import { agUi } from './ag-ui.ts';
import { chatEvents } from './chat-events.ts';
import type { Encoder } from './encoder.ts';
import { json } from './json.ts';
import { segments } from './segments.ts';
import { sse } from './sse.ts';
import { streamJson } from './stream-json.ts';
import { text } from './text.ts';

/** All output vocabularies, in the order in which help shows them. */
export const encoders: readonly Encoder[] = [text, json, streamJson, chatEvents, segments, sse, agUi];

/** Finds the vocabulary that `--output-format` names. */
export function findEncoder(name: string): Encoder | undefined {
  return encoders.find((encoder) => encoder.name === name);
}
