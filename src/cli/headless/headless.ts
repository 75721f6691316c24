import { fstatSync } from 'node:fs';
import type { Encoder, EncoderOptions } from '../../encoders/encoder.ts';
import type { Conversing } from '../conversing.ts';
import { EXIT, exitCodeOf } from '../exit-codes.ts';
import { fanOut, type Sink, sinkStream } from '../fan-out.ts';
import { onSignals } from '../on-signals.ts';
import type { Output } from '../streams/standard-output.ts';
import { watchEnding } from './ending.ts';
import { type Loudness, progressReporter } from './report-progress.ts';

/** One answer, or a stream of messages in and out, without a screen. */
export interface HeadlessRun {
  readonly session: Conversing;
  readonly encoder: Encoder;
  readonly encoderOptions: EncoderOptions;
  readonly output: Output;
  readonly sinks: readonly Sink[];
  readonly loudness: Loudness;
  readonly writeError: (text: string) => void;
  /** Messages come over standard input, for as long as somebody sends them. */
  readonly isReadingInput: boolean;
  /** Says whether a call was denied because nobody was there to be asked. */
  isUnattended(tool_call_id: string): boolean;
  /** Hands the agent what is asked, to the last message; gives the ids of the texts. */
  ask(): Promise<readonly string[]>;
}

/** Runs it to its end. Resolves with the exit code; a reader that goes away ends it with success. */
export async function runHeadless(run: HeadlessRun): Promise<number> {
  const { session, output } = run;
  const watch = watchEnding(run.isUnattended);
  const stream = sinkStream();
  let isUnread = false;
  const line = sharedLine(run);
  const tell = progressReporter(line.writeError, run.loudness);
  const report: Sink = (message) => (isUnread ? undefined : tell(message));
  const pump = fanOut(session.messages, [...run.sinks, watch.sink, report, stream.sink]).finally(() => stream.end());
  const printed = printAll(run, run.encoder.encode(stream.messages, run.encoderOptions), line.wrote);

  let exitCode: number | undefined;
  const interrupt = (code: number): void => {
    exitCode ??= code;
    session.send({ type: 'cancel' });
    void session.close();
  };
  const forgetSignals = onSignals(interrupt);
  output.onClose(() => {
    isUnread = true;
    interrupt(output.failure === undefined ? EXIT.answered : EXIT.failed);
  });

  await Promise.race([run.ask().then((ids) => watch.idleAfter(ids)), pump]);
  await session.close();
  await pump;
  await printed;
  await output.flush();
  forgetSignals();
  // Whoever still holds the other end open would keep the program from ending.
  if (run.isReadingInput) process.stdin.destroy();
  if (output.failure !== undefined) run.writeError(`Error: the answer cannot be written: ${output.failure.message}.\n`);
  if (exitCode === undefined && watch.isUnused()) run.writeError('Nothing was asked: no message came.\n');
  return exitCode ?? exitCodeOf(watch.ending());
}

/** Where answer and notices come out in the same place, a notice does not begin in the middle of a line of the answer. */
function sharedLine({ writeError }: HeadlessRun): { writeError(text: string): void; wrote(piece: string): void } {
  const isShared = isOnePlace();
  let isOpen = false;
  return {
    wrote: (piece) => {
      if (piece !== '') isOpen = isShared && !piece.endsWith('\n');
    },
    writeError: (text) => {
      writeError(isOpen ? `\n${text}` : text);
      isOpen = false;
    },
  };
}

/** Says whether both outputs are the same file or pipe, or both a terminal. */
function isOnePlace(): boolean {
  if (process.stdout.isTTY === true && process.stderr.isTTY === true) return true;
  try {
    const [out, err] = [fstatSync(1), fstatSync(2)];
    return out.ino !== 0 && out.ino === err.ino && out.dev === err.dev;
  } catch {
    return false;
  }
}

async function printAll(
  { output }: HeadlessRun,
  pieces: AsyncIterable<string>,
  wrote: (piece: string) => void,
): Promise<void> {
  for await (const piece of pieces) {
    wrote(piece);
    await output.write(piece);
    if (output.isClosed) return;
  }
}
