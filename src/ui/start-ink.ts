import { Readable } from 'node:stream';
import { type Instance, render } from 'ink';
import type { ReactNode } from 'react';
import type { FrameOutput } from './frame/frame-output.ts';

/** Starts Ink, which draws and does nothing else: it reads no keys, catches no signals of ours, and leaves the console alone. */
export function startInk(element: ReactNode, output: FrameOutput): Instance {
  return render(element, {
    stdout: output as unknown as NodeJS.WriteStream,
    stderr: output as unknown as NodeJS.WriteStream,
    stdin: silentInput(),
    interactive: true,
    exitOnCtrlC: false,
    patchConsole: false,
    // Frames are paced before they come here: Ink draws each one at once.
    maxFps: 0,
  });
}

/** An input that never has anything: Ink wants one, and keys are read elsewhere. */
function silentInput(): NodeJS.ReadStream {
  return new Readable({ read: () => {} }) as unknown as NodeJS.ReadStream;
}
