import { closeSync, createWriteStream, fstatSync, openSync, type Stats, statSync } from 'node:fs';
import type { Encoder, EncoderOptions } from '../../encoders/encoder.ts';
import { errorMessage } from '../../errors.ts';
import { CliError } from '../exit-codes.ts';
import { sinkStream } from '../fan-out.ts';
import { findFormat } from '../find-format.ts';
import type { RunOptions } from '../options.ts';
import { begunFiles, openReadPipe, type SideSink } from './side-sink.ts';
import { openOutput } from './standard-output.ts';

/** Gives what the flags say to the output formats. */
export function encoderOptions(options: RunOptions): EncoderOptions {
  return options.agUiCompat === undefined ? {} : { ag_ui_compat: options.agUiCompat };
}

/** Begins to write a vocabulary to a target; the notice says when nothing more can be written. */
export function eventsSink(given: string, options: RunOptions, onNotice: (notice: string) => void): SideSink {
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
      const isBegun = begunFiles.has(target);
      begunFiles.add(target);
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
