import { ProviderError, type ProviderEvent } from '../../providers/provider.ts';
import { childController } from '../abort.ts';
import type { AgentParts } from '../agent-parts.ts';
import type { ModelCall } from './model-request.ts';
import { startWatchdog } from './watchdog.ts';

/** What became of an event. */
export type Taken = 'more' | 'complete';

/** However fast a response comes, keys, timers and sockets get their turn so often. */
const YIELD_AFTER_MS = 12;

/**
 * Sends one request and hands its events to `take`, until `take` says that the response is complete.
 *
 * Contract: rejects with a `ProviderError` when the service fails, stalls or ends early, and with the signal's reason
 * within a moment of its abort, even if the provider does not notice. It waits for the reader of the journal.
 */
export async function pullEvents(
  parts: AgentParts,
  call: ModelCall,
  take: (event: ProviderEvent) => Taken | Promise<Taken>,
): Promise<void> {
  const { journal, limits } = parts;
  const { clock } = parts.options;
  call.signal.throwIfAborted();
  const { controller, release } = childController(call.signal);
  const { signal } = controller;
  const events = abortable(call.model.provider.stream(call.request, signal), signal);
  const watchdog = startWatchdog({
    clock,
    limits,
    model_name: call.model.info.name,
    is_local: call.model.info.is_local === true,
    // Of one that is tried again it was said, or the retry says it.
    onQuiet: (message) => {
      if (!call.isRetry) journal.publish({ type: 'system_warning', message });
    },
    onStall: (error) => controller.abort(error),
  });
  let yielded_ms = clock.monotonic();
  let isComplete = false;
  try {
    for (;;) {
      const next = await events.next();
      signal.throwIfAborted();
      if (next.done === true) throw endedEarly(call.model.info.name);
      watchdog.saw(next.value);
      const taken = take(next.value);
      isComplete = (typeof taken === 'string' ? taken : await taken) === 'complete';
      if (isComplete) return;
      if (!journal.isFull && clock.monotonic() - yielded_ms < YIELD_AFTER_MS) continue;
      watchdog.pause();
      await journal.room(signal);
      await nextRound();
      yielded_ms = clock.monotonic();
      watchdog.resume();
    }
  } finally {
    watchdog.stop();
    release();
    // After a complete response the provider ends by itself: its connection can be used for the next request.
    if (!isComplete) controller.abort();
    events.release();
  }
}

/** Makes the error of a stream that ends without a finish, or of a response without content: asked once more. */
export function endedEarly(model_name: string, what = 'ended before it was complete'): ProviderError {
  return new ProviderError({
    kind: 'stream_interrupted',
    message: `The response of ${model_name} ${what}.`,
    retryable: true,
    suggested_action: 'Send the message again, or choose another model with /model.',
    cause: TRUNCATED,
  });
}

/** Marks the failures that are worth one more try and no more. */
export const TRUNCATED: unique symbol = Symbol('truncated');

interface AbortableEvents {
  /** Gives the next event; rejects with the signal's reason even if the provider does not notice the abort. */
  next(): Promise<IteratorResult<ProviderEvent, void>>;
  release(): void;
}

/** One listener serves the whole response: one for each event would cost more than the event. */
function abortable(events: AsyncGenerator<ProviderEvent, void, undefined>, signal: AbortSignal): AbortableEvents {
  let fail: (reason: unknown) => void = () => {};
  const onAbort = (): void => fail(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  return {
    next: () =>
      new Promise((resolve, reject) => {
        signal.throwIfAborted();
        fail = reject;
        events.next().then(resolve, reject);
      }),
    release: () => {
      signal.removeEventListener('abort', onAbort);
      // How a provider ends that nobody reads any more is of no interest.
      void events.return().catch(() => {});
    },
  };
}

function nextRound(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
