import { setImmediate as nextTick, setTimeout as wait } from 'node:timers/promises';
import { assertNever, type TokenUsage } from '../../messages.ts';
import { estimateRequestTokens, estimateTextTokens } from '../estimate-tokens.ts';
import { type ModelRequest, ProviderError, type ProviderEvent } from '../provider.ts';
import type { Pieces, ScriptResponse, ScriptStep } from './steps.ts';

export interface PlayOptions {
  readonly request: ModelRequest;
  readonly signal: AbortSignal;
  /** Between two pieces where the script does not say; 0 by default. */
  readonly delay_ms?: number;
  /** Makes the id of the call with this number, from 1. */
  readonly callId: (index: number) => string;
}

/** Plays one response as a provider streams it. Ends when the signal is aborted. */
export async function* playResponse(
  response: ScriptResponse,
  options: PlayOptions,
): AsyncGenerator<ProviderEvent, void, undefined> {
  const { signal } = options;
  let calls = 0;
  for (const step of response.steps) {
    if (signal.aborted) return;
    if (step.type === 'tool_call') calls += 1;
    yield* playStep(step, { ...options, callId: () => options.callId(calls) });
  }
  if (signal.aborted) return;
  const usage = response.usage ?? estimatedUsage(response, options.request);
  if (usage !== 'none') yield { type: 'usage', usage };
  yield { type: 'finish', reason: response.finish ?? (calls > 0 ? 'tool_calls' : 'stop') };
}

async function* playStep(step: ScriptStep, options: PlayOptions): AsyncGenerator<ProviderEvent, void, undefined> {
  switch (step.type) {
    case 'text':
      for await (const chunk of playPieces(step.text, step.pieces, options)) yield { type: 'text', chunk };
      yield { type: 'text_end' };
      return;
    case 'thought':
      for await (const chunk of playPieces(step.text, step.pieces, options)) yield { type: 'thought', chunk };
      yield { type: 'thought_end', ...(step.signature === undefined ? {} : { signature: step.signature }) };
      return;
    case 'tool_call':
      yield* playCall(step, options);
      return;
    case 'delay':
      await sleep(step.delay_ms, options.signal);
      return;
    case 'prompt_progress':
      yield step;
      return;
    case 'error':
      throw new ProviderError(step);
    case 'stall':
      await sleep(2 ** 31 - 1, options.signal);
      return;
    case 'cut':
      throw new ProviderError({
        kind: 'stream_interrupted',
        message: 'The script cut this response before its end.',
        retryable: true,
      });
    default:
      assertNever(step);
  }
}

async function* playCall(
  step: Extract<ScriptStep, { type: 'tool_call' }>,
  options: PlayOptions,
): AsyncGenerator<ProviderEvent, void, undefined> {
  const id = step.id ?? options.callId(0);
  yield { type: 'tool_call', id, name: step.name };
  for await (const chunk of playPieces(step.arguments, step.pieces, options)) {
    yield { type: 'tool_call_arguments', id, chunk };
  }
  if (!options.signal.aborted) yield { type: 'tool_call_end', id, arguments: step.arguments };
}

/** How many pieces without a pause are streamed before others get their turn. */
const BURST = 64;

async function* playPieces(text: string, pieces: Pieces = {}, options: PlayOptions): AsyncGenerator<string> {
  const delay_ms = pieces.delay_ms ?? options.delay_ms ?? 0;
  let played = 0;
  for (const chunk of cut(text, pieces)) {
    if (played > 0 && delay_ms > 0) await sleep(delay_ms, options.signal);
    else if (played % BURST === BURST - 1) await nextTick();
    if (options.signal.aborted) return;
    yield chunk;
    played += 1;
  }
}

function* cut(text: string, { chunk_length, repeat }: Pieces): Generator<string> {
  if (repeat !== undefined) {
    for (let count = 0; count < repeat; count += 1) yield text;
    return;
  }
  if (chunk_length === undefined) {
    for (const [word] of text.matchAll(/\s*\S{1,8}|\s+$/gu)) yield word;
    return;
  }
  const characters = Array.from(text);
  for (let start = 0; start < characters.length; start += chunk_length) {
    yield characters.slice(start, start + chunk_length).join('');
  }
}

/** Waits, at most until the signal is aborted; never fails. */
async function sleep(delay_ms: number, signal: AbortSignal): Promise<void> {
  await wait(delay_ms, undefined, { signal }).catch(() => undefined);
}

function estimatedUsage(response: ScriptResponse, request: ModelRequest): TokenUsage {
  const written = (types: readonly string[]): number =>
    response.steps.reduce((sum, step) => {
      if (!types.includes(step.type)) return sum;
      if (step.type === 'tool_call') return sum + estimateTextTokens(step.name + step.arguments);
      const isText = step.type === 'text' || step.type === 'thought';
      return isText ? sum + estimateTextTokens(step.text) * (step.pieces?.repeat ?? 1) : sum;
    }, 0);
  const reasoning_tokens = written(['thought']);
  const output_tokens = Math.max(1, written(['text', 'tool_call']) + reasoning_tokens);
  return { input_tokens: estimateRequestTokens(request), output_tokens, reasoning_tokens };
}
