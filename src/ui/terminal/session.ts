import { closeSync, constants, openSync, readSync, writeSync } from 'node:fs';
import { ReadStream } from 'node:tty';
import { type Guardian, startGuardian } from './guardian.ts';
import { END_FRAME, ERASE_BELOW, KEYBOARD_OFF, KEYBOARD_ON, RESET_STYLE, SHOW_CURSOR } from './sequences.ts';

/**
 * The terminal while the chat has it.
 *
 * Contract: raw mode is on before anything is written, so that no key is echoed; nothing waits for an answer of the
 * terminal; `restore` is synchronous, may be called any number of times, and runs by itself when the process exits.
 */
export interface TerminalSession {
  /** Takes the bytes from now on; what came before is handed over first. */
  onInput(handler: (bytes: Uint8Array) => void): void;
  /** Puts bytes back: whoever takes the input next gets them first. */
  keep(bytes: Uint8Array): void;
  /** Lets go of every handler, for the next chat on this terminal. What is typed meanwhile is kept for it. */
  release(): void;
  /** Called once when the terminal is gone (hang-up, closed window). */
  onClosed(handler: () => void): void;
  /** Called after the process was stopped and continued from outside: everything has to be drawn again. */
  onContinued(handler: () => void): void;
  /** Adds bytes that `restore` writes before its own, such as leaving the alternate screen. Returns how to take them back. */
  atRestore(bytes: string): () => void;
  /** Gives the terminal away as it was; `resume` takes it again. */
  pause(): void;
  resume(): void;
  /** Stops the process group as Ctrl+Z does; resolves when it is continued. Call it between `pause` and `resume`. */
  stop(): Promise<void>;
  /** Starts the process that restores the terminal if this one is killed. Cheap; call it after the first frame. */
  guard(): void;
  restore(): void;
}

/** A terminal to write to; `fd` is its file descriptor. */
export type TerminalOutput = NodeJS.WriteStream & { readonly fd: number };

export interface TerminalStreams {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: TerminalOutput;
  readonly platform?: string;
}

/** Takes back the modes of the keyboard, and what a frame may have left: an open picture, colours, a hidden cursor. */
const MODES_OFF = END_FRAME + KEYBOARD_OFF + RESET_STYLE + SHOW_CURSOR;

/** Takes the terminal: raw mode, bracketed paste, unambiguous keys, focus reports. */
export function openTerminal(streams: TerminalStreams): TerminalSession {
  const platform = streams.platform ?? process.platform;
  const input = keyboard(streams.stdin, platform);
  const extras: string[] = [];
  let continued: (() => void) | undefined;
  let guardian: Guardian | undefined;
  let isOn = false;
  let isRestored = false;

  const write = (bytes: string): void => writeNow(streams.stdout, bytes);
  const resume = (): void => {
    if (isOn || isRestored) return;
    isOn = true;
    setRaw(input, true);
    write(KEYBOARD_ON);
    input.resume();
  };
  const pause = (): void => {
    if (!isOn) return;
    isOn = false;
    write(extras.join('') + MODES_OFF);
    setRaw(input, false);
    input.pause();
  };
  const onContinue = (): void => {
    if (!isOn) return;
    // Whoever had the terminal meanwhile has changed its modes.
    isOn = false;
    setRaw(input, false);
    resume();
    continued?.();
  };
  const restore = (): void => {
    pause();
    isRestored = true;
    guardian?.dismiss();
    process.off('exit', restore);
    unlisten();
    keys.close();
  };

  setRaw(input, true);
  const keys = holdInput(input, typedEarly(platform));
  resume();
  process.once('exit', restore);
  const unlisten = platform === 'win32' ? () => {} : listen(onContinue, streams.stdout);

  return {
    onInput: keys.take,
    keep: keys.keep,
    release: () => {
      continued = undefined;
      keys.release();
    },
    onClosed: (handler) => keys.onClosed(oneTime(handler)),
    onContinued: (handler) => {
      continued = handler;
    },
    atRestore: (bytes) => addTo(extras, bytes),
    pause,
    resume,
    stop: () => stopGroup(platform),
    guard: () => {
      if (platform === 'win32' || isRestored) return;
      // Nobody is left to take off what is below the cursor.
      guardian ??= startGuardian(streams.stdout.fd, MODES_OFF + ERASE_BELOW);
    },
    restore,
  };
}

/** Adds to a list and gives how to take that back. */
function addTo(list: string[], text: string): () => void {
  list.push(text);
  return () => {
    const index = list.lastIndexOf(text);
    if (index !== -1) list.splice(index, 1);
  };
}

function listen(onContinue: () => void, stdout: TerminalOutput): () => void {
  // Node tells of a size only when it differs from the one before. A terminal that was small for a moment has moved its
  // rows all the same.
  const onWindow = (): void => void stdout.emit('resize');
  process.on('SIGCONT', onContinue);
  process.on('SIGWINCH', onWindow);
  return () => {
    process.off('SIGCONT', onContinue);
    process.off('SIGWINCH', onWindow);
  };
}

/** Where keys come from: stdin, or the terminal itself when stdin is a pipe. */
function keyboard(stdin: NodeJS.ReadStream, platform: string): ReadStream {
  if (stdin.isTTY) return stdin as ReadStream;
  return new ReadStream(openSync(platform === 'win32' ? '\\\\.\\CONIN$' : '/dev/tty', 'r'));
}

interface HeldInput {
  readonly take: TerminalSession['onInput'];
  readonly keep: TerminalSession['keep'];
  onClosed(handler: () => void): void;
  /** Lets go of the handlers; what comes is kept. */
  release(): void;
  /** Lets go of the input: nobody here hears of it again. */
  close(): void;
}

const ENDINGS = ['end', 'close', 'error'] as const;

/** Keeps what comes before somebody takes it. */
function holdInput(input: ReadStream, early: Uint8Array): HeldInput {
  const held: Uint8Array[] = early.length === 0 ? [] : [early];
  const keep = (bytes: Uint8Array): void => void held.push(bytes);
  let take = keep;
  let isClosed = false;
  let closed: (() => void) | undefined;
  const onData = (bytes: Uint8Array): void => take(bytes);
  const onEnd = (): void => {
    isClosed = true;
    closed?.();
  };
  input.on('data', onData);
  for (const event of ENDINGS) input.on(event, onEnd);
  return {
    take: (handler) => {
      take = handler;
      for (const bytes of held.splice(0)) handler(bytes);
    },
    keep,
    onClosed: (handler) => {
      closed = handler;
      if (isClosed) handler();
    },
    release: () => {
      take = keep;
      closed = undefined;
    },
    close: () => {
      input.off('data', onData);
      for (const event of ENDINGS) input.off(event, onEnd);
    },
  };
}

/**
 * Reads what was typed while the program started. It went through the terminal's own line editing, which made a line
 * feed of Enter: here it is Enter again.
 */
function typedEarly(platform: string): Uint8Array {
  const bytes = Buffer.alloc(4096);
  let length = 0;
  try {
    if (platform === 'win32') return bytes.subarray(0, 0);
    const fd = openSync('/dev/tty', constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
    try {
      length = readSync(fd, bytes);
    } finally {
      closeSync(fd);
    }
  } catch {
    // Nothing was typed.
  }
  return bytes.subarray(0, length).map((byte) => (byte === 0x0a ? 0x0d : byte));
}

function setRaw(input: ReadStream, isRaw: boolean): void {
  try {
    input.setRawMode(isRaw);
  } catch {
    // The terminal is gone; there is nothing to set.
  }
}

/** Writes before returning: at exit nothing else would be written any more. */
function writeNow(stdout: TerminalOutput, bytes: string): void {
  try {
    writeSync(stdout.fd, bytes);
  } catch {
    // A terminal that is gone or does not take bytes now has nothing to restore.
  }
}

function stopGroup(platform: string): Promise<void> {
  if (platform === 'win32') return Promise.resolve();
  return new Promise((resolve) => {
    // A timer keeps the process alive until the signal arrives.
    const alive = setInterval(() => {}, 60_000);
    process.once('SIGCONT', () => {
      clearInterval(alive);
      resolve();
    });
    process.kill(0, 'SIGTSTP');
  });
}

function oneTime(handler: () => void): () => void {
  let isDone = false;
  return () => {
    if (isDone) return;
    isDone = true;
    handler();
  };
}
