import { accessSync, constants, existsSync, lstatSync, statSync } from 'node:fs';
import path from 'node:path';
import { errorMessage } from '../../errors.ts';
import { formatCount } from '../../format.ts';
import { createRecorder } from '../../sessions/session-file.ts';
import { CliError } from '../exit-codes.ts';
import { begunFiles, openReadPipe, type SideSink } from './side-sink.ts';

/** Begins a recording; the notice says where, if it is not the file that was named. */
export function recordSink(given: string, secrets: readonly string[], onNotice: (notice: string) => void): SideSink {
  const file = freeRecording(given);
  checkWritable(file);
  if (file !== given) onNotice(`This session is recorded in ${file}.`);
  begunFiles.add(file);
  const recorder = createRecorder(file, { secrets, onNotice });
  return {
    sink: (message) => recorder.write(message),
    end: async () => {
      const lost = await recorder.close();
      return lost === 0 ? undefined : `${formatCount(lost, 'message')} could not be recorded in ${file}.`;
    },
  };
}

/** Gives the file of a recording. One that holds something is not written over; a later session gets a number. */
function freeRecording(given: string): string {
  const { dir, name, ext } = path.parse(given);
  for (let number = 2, file = given; ; number += 1) {
    if (!existsSync(path.dirname(file))) throw new CliError(`--record: there is no folder ${path.dirname(file)}.`);
    if (!holdsSomething(file) && !begunFiles.has(file)) return file;
    if (!begunFiles.has(given)) {
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

function holdsSomething(file: string): boolean {
  const found = statSync(file, { throwIfNoEntry: false });
  return found?.isFile() === true && found.size > 0;
}
