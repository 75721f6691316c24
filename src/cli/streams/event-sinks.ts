import {
  accessSync,
  closeSync,
  constants,
  createWriteStream,
  existsSync,
  fstatSync,
  lstatSync,
  openSync,
  type Stats,
  statSync,
} from 'node:fs';
import path from 'node:path';
import type { Environment } from '../../config/environment.ts';
import type { Encoder, EncoderOptions } from '../../encoders/encoder.ts';
import { errorCode, errorMessage } from '../../errors.ts';
import { formatCount } from '../../format.ts';
import { createRecorder } from '../../sessions/session-file.ts';
import { CliError } from '../exit-codes.ts';
import { type Sink, sinkStream } from '../fan-out.ts';
import { findFormat } from '../find-format.ts';
import type { RunOptions } from '../options.ts';
import { openOutput } from './standard-output.ts';

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
    ...(options.record === undefined ? [] : [record(options.record, secrets, onNotice)]),
    ...options.events.map((target) => events(target, options, onNotice)),
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

/** Gives what the flags say to the output formats. */
export function encoderOptions(options: RunOptions): EncoderOptions {
  return options.agUiCompat === undefined ? {} : { ag_ui_compat: options.agUiCompat };
}

interface SideSink {
  readonly sink: Sink;
  /** Resolves when everything is written, with why something is not. */
  end(): Promise<string | undefined>;
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

function record(given: string, secrets: readonly string[], onNotice: (notice: string) => void): SideSink {
  const file = freeRecording(given);
  checkWritable(file);
  if (file !== given) onNotice(`This session is recorded in ${file}.`);
  begun.add(file);
  const recorder = createRecorder(file, { secrets, onNotice });
  return {
    sink: (message) => recorder.write(message),
    end: async () => {
      const lost = await recorder.close();
      return lost === 0 ? undefined : `${formatCount(lost, 'message')} could not be recorded in ${file}.`;
    },
  };
}

/** The files that this process has begun: going on to another session takes nothing from the one before. */
const begun = new Set<string>();

/** Gives the file of a recording. One that holds something is not written over; a later session gets a number. */
function freeRecording(given: string): string {
  const { dir, name, ext } = path.parse(given);
  for (let number = 2, file = given; ; number += 1) {
    if (!existsSync(path.dirname(file))) throw new CliError(`--record: there is no folder ${path.dirname(file)}.`);
    if (!holdsSomething(file) && !begun.has(file)) return file;
    if (!begun.has(given)) {
      throw new CliError(`--record: ${given} exists already, and a recording replaces nothing. Name another file.`);
    }
    file = path.join(dir, `${name}.${number}${ext}`);
  }
}

/** Refuses at once what could never be written, or would wait for ever: a named pipe without a reader. */
function checkWritable(file: string): void {
  try {
    const found = lstatSync(file, { throwIfNoEntry: false });
    if (found?.isDirectory()) throw new Error('it is a folder');
    if (found?.isSymbolicLink()) throw new Error('it is a symbolic link');
    accessSync(found === undefined ? path.dirname(file) : file, constants.W_OK);
    // Stays open, so that the reader does not come to an end before the recording begins.
    if (found?.isFIFO()) openReadPipe(file);
  } catch (error) {
    throw new CliError(`--record cannot write to ${file}: ${errorMessage(error)}.`);
  }
}

/** Opens a named pipe that somebody reads; without a reader it would block the whole program. */
function openReadPipe(file: string): number {
  try {
    return openSync(file, constants.O_WRONLY | constants.O_NONBLOCK);
  } catch (error) {
    if (errorCode(error) !== 'ENXIO') throw error;
    throw new Error('nobody reads this named pipe; start its reader first');
  }
}

function holdsSomething(file: string): boolean {
  const found = statSync(file, { throwIfNoEntry: false });
  return found?.isFile() === true && found.size > 0;
}

function events(given: string, options: RunOptions, onNotice: (notice: string) => void): SideSink {
  const { encoder, target } = readTarget(given);
  const output = openOutput(createWriteStream(target, { fd: openTarget(target, options.inherited) }));
  const problem = (): string | undefined =>
    output.failure && `--events cannot write to ${target}: ${output.failure.message}.`;
  output.onClose(() => {
    const why = problem();
    if (why !== undefined) onNotice(why);
  });
  const taken = sinkStream();
  const written = (async () => {
    for await (const piece of encoder.encode(taken.messages, encoderOptions(options))) await output.write(piece);
    await output.flush();
  })();
  return {
    sink: taken.sink,
    end: async () => {
      taken.end();
      await written;
      return problem();
    },
  };
}

/** Opens the target before anything is asked of a model. */
function openTarget(target: string, inherited: RunOptions['inherited']): number {
  const [, descriptor] = /^fd:(.*)$/.exec(target) ?? [];
  try {
    if (descriptor === undefined) {
      const isBegun = begun.has(target);
      begun.add(target);
      const probe = statSync(target, { throwIfNoEntry: false })?.isFIFO() ? openReadPipe(target) : undefined;
      const opened = openSync(target, isBegun ? 'a' : 'w', 0o600);
      if (probe !== undefined) closeSync(probe);
      return opened;
    }
    if (!/^\d{1,9}$/.test(descriptor)) throw new Error('behind "fd:" stands a number, as in fd:3');
    const fd = Number(descriptor);
    if (fd <= 2) throw new Error('the numbers 0 to 2 are taken');
    if (inherited === undefined ? !isWritten(fstatSync(fd)) : !inherited.has(fd)) {
      throw new Error(`it was not handed over for writing, as ${fd}>FILE does`);
    }
    return fd;
  } catch (error) {
    throw new CliError(`--events cannot write to ${target}: ${errorMessage(error)}.`);
  }
}

/** Where the system does not tell which are inherited, those that cannot be are told by their kind. */
function isWritten(stats: Stats): boolean {
  return stats.isFile() || stats.isFIFO() || stats.isSocket() || stats.isCharacterDevice();
}

/** Reads `target` or `format=target`. */
function readTarget(given: string): { readonly encoder: Encoder; readonly target: string } {
  const [, name, target] = /^([a-z][a-z-]*)=(.+)$/.exec(given) ?? [];
  return { encoder: findFormat(name ?? 'stream-json'), target: target ?? given };
}
