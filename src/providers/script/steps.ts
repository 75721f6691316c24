import type { ErrorKind, TokenUsage } from '../../messages.ts';
import type { FinishReason } from '../provider.ts';

/** One thing that a scripted response does. */
export type ScriptStep =
  /** Streamed in pieces of `chunk_length` characters, or in words, with `delay_ms` between them. */
  | { readonly type: 'text'; readonly text: string; readonly pieces?: Pieces }
  | { readonly type: 'thought'; readonly text: string; readonly signature?: string; readonly pieces?: Pieces }
  | {
      readonly type: 'tool_call';
      readonly id?: string;
      readonly name: string;
      readonly arguments: string;
      readonly pieces?: Pieces;
    }
  | { readonly type: 'delay'; readonly delay_ms: number }
  | {
      readonly type: 'prompt_progress';
      readonly processed: number;
      readonly total: number;
      readonly cached: number;
      readonly time_ms: number;
    }
  | {
      readonly type: 'error';
      readonly kind: ErrorKind;
      readonly message: string;
      readonly status?: number;
      readonly retryable: boolean;
      readonly retry_after_ms?: number;
    }
  /** Says nothing more until it is cancelled. */
  | { readonly type: 'stall' }
  /** Ends without a finish, as a broken connection does. */
  | { readonly type: 'cut' };

export interface Pieces {
  readonly chunk_length?: number;
  readonly delay_ms?: number;
  /** How many times the text is streamed, once a piece. */
  readonly repeat?: number;
}

/** One scripted response. Its usage is estimated unless it is given; `none` reports nothing. */
export interface ScriptResponse {
  readonly steps: readonly ScriptStep[];
  readonly finish?: FinishReason;
  readonly usage?: TokenUsage | 'none';
}

/** A script as its file holds it. */
export interface Script {
  readonly responses: readonly ScriptResponse[];
  readonly context_limit?: number;
}
