export type Protocol = 'anthropic' | 'responses' | 'chat';

/** One answer of a model, in no protocol's spelling. Strings are cut into words; lists are sent piece by piece. */
export interface ModelAnswer {
  readonly thoughts?: string | readonly string[];
  readonly text?: string | readonly string[];
  readonly calls?: readonly ModelCall[];
  /** `tool_calls` when there are calls, else `stop`. */
  readonly finish?: 'stop' | 'tool_calls' | 'length' | 'refusal' | 'pause';
  readonly usage?: ModelUsage;
  /** Names a place where the server waits until it is told to go on. */
  readonly pause_at?: { readonly [place in 'start' | 'thought' | 'text' | 'arguments' | 'end']?: string };
}

export interface ModelCall {
  readonly id?: string;
  readonly name: string;
  /** Text is sent as it stands; anything else as JSON. */
  readonly arguments: unknown;
}

/** `input` counts what is neither read from nor written to a cache. */
export interface ModelUsage {
  readonly input?: number;
  readonly output?: number;
  readonly cache_read?: number;
  readonly cache_write?: number;
  readonly reasoning?: number;
}

/** A piece of an event stream: an event, or a place to wait. */
export type Frame = { readonly event?: string; readonly data: unknown } | { readonly pause: string };

/** The path that requests of a protocol are posted to, below the base URL. */
export const PATHS: Readonly<Record<Protocol, string>>;
/** Spells an answer as the events of a protocol. `serial` makes the ids of different answers different. */
export function spellAnswer(protocol: Protocol, answer: ModelAnswer, serial?: number): Frame[];
/** Spells one event as it stands on the wire. */
export function spellFrame(frame: { readonly event?: string; readonly data: unknown }): string;
