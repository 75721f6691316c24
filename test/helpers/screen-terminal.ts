import xterm from '@xterm/headless';

/** A terminal in memory: takes bytes, and tells what a person sees. */
export interface ScreenTerminal {
  write(bytes: string): Promise<void>;
  resize(columns: number, rows: number): void;
  /** The rows on the screen, without blanks at their ends. */
  screen(): string[];
  /** Everything from the top of the scrollback, lines that the terminal wrapped joined again, without blanks at the ends. */
  everything(): string[];
  cursor(): { row: number; column: number };
}

/** Makes a terminal of a size. */
export function screenTerminal(columns: number, rows: number): ScreenTerminal {
  const terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, scrollback: 100_000 });
  const { active } = terminal.buffer;
  const row = (index: number): string => terminal.buffer.active.getLine(index)?.translateToString(true).trimEnd() ?? '';
  return {
    write: (bytes) => new Promise((resolve) => terminal.write(bytes, resolve)),
    resize: (cols, height) => terminal.resize(cols, height),
    screen: () => Array.from({ length: terminal.rows }, (_, index) => row(terminal.buffer.active.baseY + index)),
    everything: () => {
      const lines: string[] = [];
      for (let index = 0; index < active.length; index++) {
        const line = active.getLine(index);
        const goesOn = active.getLine(index + 1)?.isWrapped === true;
        const text = line?.translateToString(!goesOn) ?? '';
        lines.push(line?.isWrapped === true ? (lines.pop() ?? '') + text : text);
      }
      const trimmed = lines.map((text) => text.trimEnd());
      while (trimmed.at(-1) === '') trimmed.pop();
      return trimmed;
    },
    cursor: () => ({ row: terminal.buffer.active.cursorY, column: terminal.buffer.active.cursorX }),
  };
}
