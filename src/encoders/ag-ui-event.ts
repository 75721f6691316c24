import type { Event, Interrupt } from '@ag-ui/core';
import { jsonLine } from '../json-line.ts';

/** An event as it is on the wire: the types of @ag-ui/core, with plain strings where they have an enum. */
type OnWire<One> = One extends { type: infer Type extends string } ? Omit<One, 'type'> & { type: `${Type}` } : never;

/** Every event of AG-UI 1.0. */
export type AgUiEvent = OnWire<Event>;
/** The event of one `type`. */
export type AgUiEventOf<Type extends AgUiEvent['type']> = Extract<AgUiEvent, { type: Type }>;
/** What a run waits for, as AG-UI 1.0 has it. */
export type AgUiInterrupt = Interrupt;

/** The version of AG-UI that is spoken; `RUN_STARTED` carries it. */
export const AG_UI_VERSION = '1.0';
/** The version whose clients know `THINKING_*` instead of `REASONING_*`, and no outcomes. */
export const AG_UI_COMPAT = '0.0.45';
/** The key of our own extras in an event's metadata, and of our part of the shared state (`/agent_chat`). */
export const METADATA_KEY = 'agent_chat';

/** An event that AG-UI had before 1.0 and has no longer. */
type AgUiOldEvent = {
  readonly type: `THINKING_${string}`;
  readonly delta?: string;
  readonly timestamp?: number;
};

/**
 * Frames one event for a stream of server-sent events, in the words of an older version where one is given; empty when
 * its clients have no use for the event. Nothing in it can act on a terminal.
 */
export function frameEvent(event: AgUiEvent, ag_ui_compat?: string): string {
  const known = ag_ui_compat === AG_UI_COMPAT ? downgradeEvent(event) : event;
  return known === undefined ? '' : `data: ${jsonLine(known)}\n\n`;
}

const OLD_NAMES: Readonly<Record<string, string>> = {
  REASONING_START: 'THINKING_START',
  REASONING_MESSAGE_START: 'THINKING_TEXT_MESSAGE_START',
  REASONING_MESSAGE_CONTENT: 'THINKING_TEXT_MESSAGE_CONTENT',
  REASONING_MESSAGE_END: 'THINKING_TEXT_MESSAGE_END',
  REASONING_END: 'THINKING_END',
};

/** Rewrites an event for a client of AG-UI 0.0.45; undefined when such a client has no use for it. */
function downgradeEvent(event: AgUiEvent): AgUiEvent | AgUiOldEvent | undefined {
  const oldName = OLD_NAMES[event.type];
  if (oldName !== undefined) {
    return {
      type: oldName as AgUiOldEvent['type'],
      ...('delta' in event ? { delta: event.delta as string } : {}),
      ...(event.timestamp === undefined ? {} : { timestamp: event.timestamp }),
    };
  }
  if (event.type === 'REASONING_ENCRYPTED_VALUE') return undefined;
  const { metadata: _metadata, ...plain } = event;
  if (plain.type === 'RUN_STARTED') {
    const { protocolVersion: _version, ...started } = plain;
    return started;
  }
  if (plain.type === 'RUN_FINISHED') {
    const { outcome: _outcome, usage: _usage, ...finished } = plain;
    return finished;
  }
  return plain;
}
