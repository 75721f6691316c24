import type { Background, Rgb } from '../theme/tint.ts';

/** What a terminal says beside keys. */
export interface TerminalNews {
  background(background: Background): void;
  focus(isFocused: boolean): void;
}

const ESC = 0x1b;
/** No answer is longer. */
const MAX_OPEN = 64;
const NEWS = /\u001b\]11;rgba?:([\da-f]{1,4})\/([\da-f]{1,4})\/([\da-f]{1,4})|\u001b\[([IO])/gi;

/** Makes a reader of the terminal's bytes that only looks on: the keys are read by somebody else. */
export function createTerminalAnswers(news: TerminalNews): (bytes: Uint8Array) => void {
  let open = '';
  return (bytes) => {
    if (open === '' && !bytes.includes(ESC)) return;
    const text = open + Buffer.from(bytes).toString('latin1');
    let end = 0;
    for (const match of text.matchAll(NEWS)) {
      const matched = match.index + match[0].length;
      // The last number of a colour may go on in the next read.
      if (match[4] === undefined && matched === text.length) break;
      end = matched;
      tell(news, match);
    }
    open = openPart(text.slice(Math.max(end, text.lastIndexOf('\u001b'))));
  };
}

function tell(news: TerminalNews, match: RegExpExecArray): void {
  const focus = match[4];
  if (focus !== undefined) news.focus(focus === 'I');
  else news.background(backgroundOf(match.slice(1, 4)));
}

/** What may still become an answer. */
function openPart(rest: string): string {
  return rest.startsWith('\u001b') && rest.length < MAX_OPEN ? rest : '';
}

/** The parts are hexadecimal numbers of one to four digits. */
function backgroundOf(parts: readonly (string | undefined)[]): Background {
  const [red = 0, green = 0, blue = 0] = parts.map((part = '0') => Number.parseInt(part, 16) / (16 ** part.length - 1));
  // How bright the colour looks.
  const brightness = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  const color: Rgb = [Math.round(red * 255), Math.round(green * 255), Math.round(blue * 255)];
  return { kind: brightness > 0.5 ? 'light' : 'dark', color };
}
