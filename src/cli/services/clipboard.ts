import { spawn } from 'node:child_process';
import { formatCount } from '../../format.ts';
import type { ContentBlock } from '../../messages.ts';
import { writeClipboard as terminalClipboard } from '../../ui/terminal/sequences.ts';
import type { Setup } from '../setup.ts';

/** Makes the clipboard of this setup. */
export function clipboardOf({ environment }: Setup) {
  const options: ClipboardOptions = {
    platform: process.platform,
    has_wayland: Boolean(environment.WAYLAND_DISPLAY),
    has_x11: Boolean(environment.DISPLAY),
    is_remote: Boolean(environment.SSH_CONNECTION || environment.SSH_TTY),
    writeThroughTerminal: (text) => {
      process.stdout.write(terminalClipboard(text));
    },
  };
  return {
    writeClipboard: (text: string) => writeClipboard(text, options),
    readClipboardImage: () => readClipboardImage(options),
  };
}

type Argv = readonly [string, ...string[]];

/** What gives and takes the clipboard, by what the surroundings have. */
interface ClipboardOptions {
  readonly platform: string;
  readonly has_wayland: boolean;
  readonly has_x11: boolean;
  /** Over ssh the native tools would write the other machine's clipboard. */
  readonly is_remote: boolean;
  /** Writes through the terminal (OSC 52). */
  writeThroughTerminal(text: string): void;
}

/** Copies text; resolves to how. The terminal is asked where no native tool can do it. */
async function writeClipboard(text: string, options: ClipboardOptions): Promise<string> {
  for (const argv of options.is_remote ? [] : writers(options)) {
    if (await feed(argv, text)) return `Copied ${formatCount([...text].length, 'character')}.`;
  }
  options.writeThroughTerminal(text);
  return `Copied ${formatCount([...text].length, 'character')} through the terminal.`;
}

function writers({ platform, has_wayland, has_x11 }: ClipboardOptions): readonly Argv[] {
  if (platform === 'darwin') return [['pbcopy']];
  if (platform === 'win32') return [['clip']];
  return [
    ...(has_wayland ? [['wl-copy'] as const] : []),
    ...(has_x11
      ? ([
          ['xclip', '-selection', 'clipboard'],
          ['xsel', '--clipboard', '--input'],
        ] as const)
      : []),
  ];
}

/** Reads the image of the clipboard as PNG, where a native tool can. */
async function readClipboardImage(options: ClipboardOptions): Promise<ContentBlock | undefined> {
  for (const argv of options.is_remote ? [] : imageReaders(options)) {
    const data = await output(argv);
    if (data.subarray(1, 4).toString('latin1') === 'PNG') {
      return { type: 'image', media_type: 'image/png', data: data.toString('base64'), name: 'clipboard.png' };
    }
  }
  return undefined;
}

function imageReaders({ platform, has_wayland, has_x11 }: ClipboardOptions): readonly Argv[] {
  if (platform === 'darwin') return [['pngpaste', '-']];
  return [
    ...(has_wayland ? [['wl-paste', '--type', 'image/png'] as const] : []),
    ...(has_x11 ? [['xclip', '-selection', 'clipboard', '-t', 'image/png', '-o'] as const] : []),
  ];
}

function feed([file, ...args]: Argv, text: string): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(file, args, { stdio: ['pipe', 'ignore', 'ignore'] });
    child.once('error', () => resolve(false));
    child.once('exit', (code) => resolve(code === 0));
    child.stdin.on('error', () => undefined);
    child.stdin.end(text);
  });
}

function output([file, ...args]: Argv): Promise<Buffer> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'ignore'] });
    child.once('error', () => resolve(Buffer.alloc(0)));
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.once('close', () => resolve(Buffer.concat(chunks)));
  });
}
