import { ProviderError, type ProviderEvent } from '../../providers/provider.ts';
import type { Clock } from '../clock.ts';
import type { AgentLimits } from '../limits.ts';

/** Notices a response that stalls. Only events count as life; a socket that stays open does not. */
export interface Watchdog {
  saw(event: ProviderEvent): void;
  /** Between `pause` and `resume` the wait is ours, not the service's. */
  pause(): void;
  resume(): void;
  stop(): void;
}

/** A timer that comes so late, in milliseconds, tells that the process did not run. */
const STOPPED_MS = 1_000;

/** A wait that is nearly over is not worth a line. */
const LEAST_LEFT_MS = 5_000;

interface WatchdogOptions {
  readonly clock: Clock;
  readonly limits: AgentLimits;
  /** The name of the model, for the message. */
  readonly model_name: string;
  readonly is_local: boolean;
  onQuiet(message: string): void;
  onStall(error: ProviderError): void;
}

/** Starts watching one response. Uses one timer at a time, however many events there are. */
export function startWatchdog(options: WatchdogOptions): Watchdog {
  const { clock, limits } = options;
  const stopped = new AbortController();
  const started_ms = clock.monotonic();
  let last_ms = started_ms;
  let hasFlow = false;
  let isPaused = false;
  let isTold = false;

  const limit_ms = (): number => {
    if (hasFlow) return limits.stall_ms;
    return options.is_local ? limits.first_event_local_ms : limits.first_event_ms;
  };

  /** Acts on what is due; gives the milliseconds to the next look, or nothing when the watch is over. */
  const look = (): number | undefined => {
    const now_ms = clock.monotonic();
    const idle_ms = isPaused ? 0 : now_ms - last_ms;
    if (now_ms - started_ms >= limits.response_ms) {
      options.onStall(tooLong(options.model_name, limits.response_ms));
      return undefined;
    }
    if (idle_ms >= limit_ms()) {
      options.onStall(stalled(options.model_name, limit_ms()));
      return undefined;
    }
    if (!isTold && idle_ms >= limits.stall_warning_ms) {
      isTold = true;
      const left_ms = limit_ms() - idle_ms;
      // The retry itself is said in a moment.
      if (left_ms >= LEAST_LEFT_MS) options.onQuiet(`No data for ${seconds(idle_ms)} · retry in ${seconds(left_ms)}`);
    }
    // Once told it looks as often as before: a piece that comes meanwhile starts a wait of its own, and a shorter one.
    const next_ms = isTold ? idle_ms + limits.stall_warning_ms : limits.stall_warning_ms;
    return Math.min(Math.min(next_ms, limit_ms()) - idle_ms, started_ms + limits.response_ms - now_ms);
  };

  const watch = async (): Promise<void> => {
    for (let wait_ms = look(); wait_ms !== undefined; wait_ms = look()) {
      const due_ms = clock.monotonic() + wait_ms;
      await clock.sleep(Math.max(1, Math.ceil(wait_ms)), stopped.signal);
      if (stopped.signal.aborted) return;
      const late_ms = clock.monotonic() - due_ms;
      // This process was stopped (Ctrl+Z, a machine that slept): what came meanwhile is still to be read.
      if (late_ms >= STOPPED_MS) last_ms += late_ms;
    }
  };

  void watch();
  return {
    saw: (event) => {
      last_ms = clock.monotonic();
      isTold = false;
      if (event.type !== 'prompt_progress') hasFlow = true;
    },
    pause: () => {
      isPaused = true;
    },
    resume: () => {
      isPaused = false;
      last_ms = clock.monotonic();
    },
    stop: () => stopped.abort(),
  };
}

function stalled(model_name: string, limit_ms: number): ProviderError {
  return new ProviderError({
    kind: 'timeout',
    message: `${model_name} sent no data for ${seconds(limit_ms)}.`,
    retryable: true,
  });
}

function tooLong(model_name: string, limit_ms: number): ProviderError {
  return new ProviderError({
    kind: 'timeout',
    message: `The response of ${model_name} took longer than ${seconds(limit_ms)}.`,
    retryable: false,
    suggested_action: 'Ask for less at once, or choose a faster model with /model.',
  });
}

function seconds(duration_ms: number): string {
  return `${Math.round(duration_ms / 1000)} s`;
}
