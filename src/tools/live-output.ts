import { StringDecoder } from 'node:string_decoder';
import { looksBinary } from './file-text.ts';
import type { ToolRunContext } from './tool.ts';

/** What is shown live of one call, in bytes; the rest is only in its result. */
const LIVE_BYTES = 256 * 1024;

/** Passes a command's output on as text while it runs, up to a limit; bytes that are no text are only named. */
export function liveOutput(context: ToolRunContext): (stream: 'stdout' | 'stderr', bytes: Uint8Array) => Promise<void> {
  const decoders = { stdout: new StringDecoder('utf8'), stderr: new StringDecoder('utf8') };
  let room = LIVE_BYTES;
  return async (stream, bytes) => {
    if (room <= 0 || context.signal.aborted) return;
    if (bytes.includes(0) || looksBinary(bytes)) {
      room = 0;
      return context.output(stream, '[binary output is not shown]\n');
    }
    const text = decoders[stream].write(Buffer.from(bytes.subarray(0, room)));
    room -= bytes.length;
    if (text !== '') await context.output(stream, text);
    if (room <= 0) await context.output(stream, '\n[more output; it is not shown live]\n');
  };
}
