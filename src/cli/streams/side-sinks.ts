import type { Environment } from '../../config/environment.ts';
import type { Sink } from '../fan-out.ts';
import type { RunOptions } from '../options.ts';
import { eventsSink } from './events-sink.ts';
import { recordSink } from './record-sink.ts';
import type { SideSink } from './side-sink.ts';

/** Where else the messages go, beside the screen or standard output. */
export interface SideSinks {
  readonly sinks: readonly Sink[];
  /** Ends them. Resolves when everything is written, with a line for each that could not be. */
  end(): Promise<readonly string[]>;
}

/** What says where else the messages go. */
export interface SideOptions {
  readonly options: RunOptions;
  readonly environment: Environment;
  readonly secrets: readonly string[];
}

/** Opens what `--record`, `--events` and the OTEL variables name. A target that cannot be written is a {@link CliError}. */
export async function openSideSinks(
  { options, environment, secrets }: SideOptions,
  onNotice: (notice: string) => void,
): Promise<SideSinks> {
  const opened = [
    ...(options.record === undefined ? [] : [recordSink(options.record, secrets, onNotice)]),
    ...options.events.map((target) => eventsSink(target, options, onNotice)),
    ...(hasTelemetry(environment) ? await telemetry(environment, onNotice) : []),
  ];
  return {
    sinks: opened.map(({ sink }) => sink),
    end: async () => {
      const ends = await Promise.all(opened.map(({ end }) => end()));
      return ends.filter((problem) => problem !== undefined);
    },
  };
}

function hasTelemetry(environment: Environment): boolean {
  return Object.keys(environment).some((name) => name.startsWith('OTEL_EXPORTER_OTLP'));
}

async function telemetry(environment: Environment, onNotice: (notice: string) => void): Promise<SideSink[]> {
  const { createOtelExporter, otelTarget } = await import('../../stats/otel-export.ts');
  const target = otelTarget(environment);
  if (target === undefined) return [];
  const exporter = createOtelExporter(target, { version: AGENT_CHAT_VERSION, onNotice });
  return [{ sink: (message) => exporter.take(message), end: () => exporter.flush().then(() => undefined) }];
}
