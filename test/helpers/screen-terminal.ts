import xterm from '@xterm/headless';

/** A terminal in memory: takes bytes, and tells what a person sees. */
export interface ScreenTerminal {
  write(bytes: string): Promise<void>;
  resize(columns: number, rows: number): void;
  /** The rows on the screen, without blanks at their ends. */
  screen(): string[];
  /**
   * Everything from the top of the scrollback, lines that the terminal wrapped joined again, without blanks at the
   * ends.
   */
  everything(): string[];
  /** Every row from the top of the scrollback as it looks: runs of text, each with its colours and attributes. */
  looks(): string[];
  cursor(): { row: number; column: number };
  columns(): number;
  /**
   * The rows that have a background, from the top of the scrollback: their text as it would be copied, and how many
   * cells have it.
   */
  filled(): { readonly text: string; readonly cells: number }[];
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
    looks: () => {
      const rows = Array.from({ length: active.length }, (_, index) => lookOf(terminal.buffer.active.getLine(index)));
      while (rows.at(-1) === '') rows.pop();
      return rows;
    },
    filled: () =>
      Array.from({ length: terminal.buffer.active.length }, (_, index) => {
        const line = terminal.buffer.active.getLine(index);
        const cells = Array.from({ length: terminal.cols }, (_cell, column) => line?.getCell(column)?.isBgDefault());
        const filled = cells.filter((isDefault) => isDefault === false).length;
        return { text: line?.translateToString(true) ?? '', cells: filled };
      }).filter((row) => row.cells > 0),
    columns: () => terminal.cols,
    cursor: () => ({ row: terminal.buffer.active.cursorY, column: terminal.buffer.active.cursorX }),
  };
}

/** The runs of a row. A blank shows no colour of its own, so it goes with the run before it. */
function lookOf(row: xterm.IBufferLine | undefined): string {
  let out = '';
  let current = '';
  for (let column = 0; column < (row?.length ?? 0); column++) {
    const cell = row?.getCell(column);
    const text = cell?.getChars() || (cell?.getWidth() === 0 ? '' : ' ');
    const style = cell === undefined || text.trim() === '' ? current : styleOf(cell);
    out += (style === current ? '' : `<${style}>`) + text;
    current = style;
  }
  return out.trimEnd();
}

function styleOf(cell: xterm.IBufferCell): string {
  const colors = [cell.getFgColorMode(), cell.getFgColor(), cell.getBgColorMode(), cell.getBgColor()];
  return [...colors, cell.isBold(), cell.isDim(), cell.isItalic(), cell.isUnderline(), cell.isStrikethrough()].join();
}
