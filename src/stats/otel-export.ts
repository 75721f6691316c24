import { LONGEST_TIMER_MS } from '../longest-timer.ts';
import type { AgentMessage } from '../messages.ts';
import { createSpanFold, type OtelSpan } from './otel-spans.ts';

/** Where traces go, as the usual OTEL variables say it. */
export interface OtelTarget {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly resource: Readonly<Record<string, string>>;
  readonly timeout_ms: number;
}

export interface OtelExporter {
  /** Takes a message in; sends the spans of a turn when it is over. Never throws and never waits. */
  take(message: AgentMessage): void;
  /** Resolves when what was sent has arrived, or could not. */
  flush(): Promise<void>;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads the target from environment variables; nothing when none names an endpoint, or the SDK is switched off. */
export function otelTarget(environment: Environment): OtelTarget | undefined {
  if (environment.OTEL_SDK_DISABLED?.toLowerCase() === 'true' || environment.OTEL_TRACES_EXPORTER === 'none') return;
  const base = environment.OTEL_EXPORTER_OTLP_ENDPOINT;
  const own = environment.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT;
  const url = own || (base ? `${base.replace(/\/+$/, '')}/v1/traces` : undefined);
  if (url === undefined || !URL.canParse(url)) return;
  const resource = pairs(environment.OTEL_RESOURCE_ATTRIBUTES);
  const timeout = environment.OTEL_EXPORTER_OTLP_TRACES_TIMEOUT || environment.OTEL_EXPORTER_OTLP_TIMEOUT;
  return {
    url,
    headers: {
      ...pairs(environment.OTEL_EXPORTER_OTLP_HEADERS),
      ...pairs(environment.OTEL_EXPORTER_OTLP_TRACES_HEADERS),
    },
    resource: { 'service.name': environment.OTEL_SERVICE_NAME || 'agent-chat', ...withoutName(resource, environment) },
    timeout_ms: Number(timeout) > 0 ? Math.min(Number(timeout), LONGEST_TIMER_MS) : 10_000,
  };
}

/** Makes an exporter of traces over OTLP/HTTP in JSON. `onNotice` is told once when traces do not arrive. */
export function createOtelExporter(
  target: OtelTarget,
  options: { readonly version: string; readonly onNotice?: (notice: string) => void },
): OtelExporter {
  const fold = createSpanFold();
  let waiting: OtelSpan[] = [];
  let sending: Promise<void> = Promise.resolve();
  let hasFailed = false;

  const send = async (spans: readonly OtelSpan[]): Promise<void> => {
    try {
      const response = await fetch(target.url, {
        method: 'POST',
        headers: { ...target.headers, 'content-type': 'application/json' },
        body: JSON.stringify(traceRequest(spans, target.resource, options.version)),
        redirect: 'error',
        signal: AbortSignal.timeout(target.timeout_ms),
      });
      await response.arrayBuffer();
      if (!response.ok) throw new Error(`it answered ${response.status}`);
    } catch (error) {
      if (!hasFailed) options.onNotice?.(`Traces do not arrive at ${new URL(target.url).host}: ${reason(error)}.`);
      hasFailed = true;
    }
  };

  return {
    take: (message) => {
      waiting.push(...fold.take(message));
      if (message.type !== 'done' || waiting.length === 0) return;
      const spans = waiting;
      waiting = [];
      sending = sending.then(() => send(spans));
    },
    flush: () => sending,
  };
}

/** Wraps spans as the body of one export request. */
function traceRequest(
  spans: readonly OtelSpan[],
  resource: Readonly<Record<string, string>>,
  version: string,
): Readonly<Record<string, unknown>> {
  const attributes = Object.entries(resource).map(([key, stringValue]) => ({ key, value: { stringValue } }));
  return {
    resourceSpans: [{ resource: { attributes }, scopeSpans: [{ scope: { name: 'agent-chat', version }, spans }] }],
  };
}

/** The name of the service has a variable of its own, which comes first. */
function withoutName(resource: Readonly<Record<string, string>>, environment: Environment): Record<string, string> {
  const { 'service.name': name, ...others } = resource;
  return environment.OTEL_SERVICE_NAME || name === undefined ? others : { ...others, 'service.name': name };
}

/** Reads `key=value,other=value`, percent-encoded as the variables want it. */
function pairs(text: string | undefined): Record<string, string> {
  const entries = (text ?? '').split(',').flatMap((pair) => {
    const at = pair.indexOf('=');
    return at <= 0 ? [] : [[decoded(pair.slice(0, at).trim()), decoded(pair.slice(at + 1).trim())] as const];
  });
  return Object.fromEntries(entries);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function reason(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const cause = error.cause instanceof Error ? error.cause.message : undefined;
  return error.name === 'TimeoutError' ? 'no answer in time' : (cause ?? error.message);
}
