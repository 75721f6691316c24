const ESC = '\u001b';

/** The bytes that a common terminal sends for keys. */
const BYTES: Readonly<Record<string, string>> = {
  enter: '\r',
  tab: '\t',
  'shift+tab': `${ESC}[Z`,
  escape: `${ESC}[27u`,
  backspace: '\u007f',
  'shift+backspace': `${ESC}[127;2u`,
  'ctrl+backspace': `${ESC}[127;5u`,
  'alt+backspace': `${ESC}\u007f`,
  delete: `${ESC}[3~`,
  'ctrl+delete': `${ESC}[3;5~`,
  'alt+delete': `${ESC}[3;3~`,
  up: `${ESC}[A`,
  down: `${ESC}[B`,
  right: `${ESC}[C`,
  left: `${ESC}[D`,
  'alt+up': `${ESC}[1;3A`,
  'alt+right': `${ESC}[1;3C`,
  'alt+left': `${ESC}[1;3D`,
  'ctrl+right': `${ESC}[1;5C`,
  'ctrl+left': `${ESC}[1;5D`,
  home: `${ESC}[H`,
  end: `${ESC}[F`,
  'ctrl+home': `${ESC}[1;5H`,
  'ctrl+end': `${ESC}[1;5F`,
  pageup: `${ESC}[5~`,
  pagedown: `${ESC}[6~`,
  f2: `${ESC}OQ`,
  'shift+f2': `${ESC}[1;2Q`,
  'alt+enter': `${ESC}\r`,
  'shift+enter': `${ESC}[13;2u`,
  'ctrl+enter': `${ESC}[13;5u`,
  'ctrl+_': '\u001f',
  'ctrl+/': `${ESC}[47;5u`,
};

/** The bytes of a key by its name: `ctrl+c`, `alt+p`, `up`. */
export function bytesOf(key: string): string {
  const known = BYTES[key];
  if (known !== undefined) return known;
  if (/^ctrl\+[a-z]$/.test(key)) return String.fromCharCode(key.charCodeAt(5) - 96);
  if (/^alt\+.$/.test(key)) return ESC + key.slice(4);
  if (key.length === 1) return key;
  throw new Error(`The tests do not know the bytes of ${key}.`);
}
