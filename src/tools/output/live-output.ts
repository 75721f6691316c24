import { StringDecoder } from 'node:string_decoder';
import { withoutOverwritten } from '../../overwritten.ts';
import { looksBinary } from '../files/file-text.ts';
import type { ToolRunContext } from '../tool.ts';

/** What is shown live of one call, in bytes; the rest is only in its result. */
const LIVE_BYTES = 256 * 1024;

/** Shows what a command writes while it runs. */
export interface LiveOutput {
  /** Passes output on as text, up to a limit; bytes that are no text are only named. */
  pass(stream: 'stdout' | 'stderr', bytes: Uint8Array): Promise<void>;
  /** Says something about the run, in a line of its own, whatever the limit. */
  note(text: string): Promise<void>;
}

/** Makes the live output of one call. */
export function liveOutput(context: ToolRunContext): LiveOutput {
  const decoders = { stdout: new StringDecoder('utf8'), stderr: new StringDecoder('utf8') };
  let room = LIVE_BYTES;
  let isLineOpen = false;
  const show = async (stream: 'stdout' | 'stderr', text: string): Promise<void> => {
    if (text === '') return;
    isLineOpen = !text.endsWith('\n');
    await context.output(stream, text);
  };
  const note = (text: string): Promise<void> => show('stderr', `${isLineOpen ? '\n' : ''}${text}\n`);
  return {
    note,
    pass: async (stream, bytes) => {
      if (room <= 0 || context.signal.aborted) return;
      if (bytes.includes(0) || looksBinary(bytes)) {
        room = 0;
        return note('[binary output is not shown]');
      }
      const text = withoutOverwritten(decoders[stream].write(Buffer.from(bytes.subarray(0, room))));
      room -= bytes.length;
      // What is cut is cut at the end of a line: half a number is another number.
      await show(stream, room > 0 ? text : text.slice(0, text.lastIndexOf('\n') + 1) || text);
      if (room <= 0) await note('[more output; it is not shown live]');
    },
  };
}
