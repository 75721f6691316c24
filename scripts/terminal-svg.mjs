const CELL = { width: 8.4, height: 18 };
const PADDING = 16;
const COLORS = {
  background: '#16181d',
  foreground: '#d7dae0',
  palette: [
    ...['#2b2f38', '#f08a8a', '#8fcf9d', '#e5c07b', '#8fb4ff', '#c3a6ff', '#7fd1d8', '#d7dae0'],
    ...['#8b919c', '#ffb4b4', '#b5f0c2', '#f3d9a4', '#b4ccff', '#dccaff', '#a9e6eb', '#ffffff'],
  ],
};

/** As `#rrggbb`. */
export const BACKGROUND = COLORS.background;

/** Draws what a terminal shows as an SVG picture. `full` adds its scrollback. */
export function toSvg(terminal, { full = false } = {}) {
  const buffer = terminal.buffer.active;
  const first = full ? 0 : buffer.baseY;
  const last = lastRow(buffer, buffer.baseY + terminal.rows - 1, full);
  const rows = [];
  for (let row = first; row <= last; row++) rows.push(rowSvg(buffer.getLine(row), row - first, terminal.cols));
  const width = Math.round(terminal.cols * CELL.width + 2 * PADDING);
  const height = Math.round((last - first + 1) * CELL.height + 2 * PADDING);
  const isHidden = terminal._core?.coreService?.isCursorHidden === true;
  const caret = isHidden ? '' : caretSvg(buffer, first);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">
<style>text{font:14px "DejaVu Sans Mono","Menlo","Consolas",monospace;white-space:pre;fill:${COLORS.foreground}}</style>
<rect width="100%" height="100%" rx="8" fill="${COLORS.background}"/>
${rows.join('\n')}
${caret}
</svg>
`;
}

function lastRow(buffer, bottom, full) {
  if (!full) return bottom;
  let row = bottom;
  while (row > 0 && buffer.getLine(row)?.translateToString(true) === '') row--;
  return row;
}

function caretSvg(buffer, first) {
  const x = PADDING + buffer.cursorX * CELL.width;
  const y = PADDING + (buffer.baseY + buffer.cursorY - first) * CELL.height;
  return `<rect x="${x.toFixed(1)}" y="${y + 1}" width="2" height="${CELL.height - 2}" fill="${COLORS.foreground}" opacity="0.8"/>`;
}

/** One `<text>` for each run of cells that look alike; wide characters are placed one by one. */
function rowSvg(line, row, columns) {
  if (line === undefined) return '';
  const runs = [];
  for (let column = 0; column < columns; column++) {
    const cell = line.getCell(column);
    if (cell === undefined || cell.getWidth() === 0) continue;
    const text = cell.getChars() || ' ';
    const style = styleOf(cell);
    const previous = runs.at(-1);
    const isSimple = cell.getWidth() === 1 && /^[\x20-\x7e]$/.test(text);
    if (previous?.style === style && previous.isSimple && isSimple) previous.text += text;
    else runs.push({ column, text, style, isSimple, width: cell.getWidth() });
  }
  return runs.map((run) => runSvg(run, row)).join('');
}

function runSvg(run, row) {
  if (run.text.trim() === '' && !run.style.includes('background')) return '';
  const x = PADDING + run.column * CELL.width;
  const y = PADDING + row * CELL.height;
  const width = run.isSimple ? run.text.length * CELL.width : run.width * CELL.width;
  const [fill, weight, slant, decoration, opacity, background] = run.style.split('|');
  const back =
    background === ''
      ? ''
      : `<rect x="${x.toFixed(1)}" y="${y}" width="${width.toFixed(1)}" height="${CELL.height}" fill="${background.slice(10)}"/>`;
  const style = [
    fill === '' ? '' : `fill:${fill}`,
    weight === '' ? '' : 'font-weight:bold',
    slant === '' ? '' : 'font-style:italic',
    decoration === '' ? '' : `text-decoration:${decoration}`,
    opacity === '' ? '' : 'opacity:0.6',
  ].filter((rule) => rule !== '');
  const attributes =
    (style.length === 0 ? '' : ` style="${style.join(';')}"`) +
    (run.isSimple && run.text.length > 1 ? ` textLength="${width.toFixed(1)}"` : '');
  return `${back}<text x="${x.toFixed(1)}" y="${(y + 13.5).toFixed(1)}"${attributes}>${escaped(run.text)}</text>`;
}

function styleOf(cell) {
  const isInverse = cell.isInverse() !== 0;
  const front = colorOf(cell.isFgDefault(), cell.isFgRGB(), cell.getFgColor()) ?? (isInverse ? COLORS.background : '');
  const back = colorOf(cell.isBgDefault(), cell.isBgRGB(), cell.getBgColor()) ?? (isInverse ? COLORS.foreground : '');
  const decorations = [cell.isUnderline() ? 'underline' : '', cell.isStrikethrough() ? 'line-through' : ''];
  return [
    front,
    cell.isBold() ? 'bold' : '',
    cell.isItalic() ? 'italic' : '',
    decorations.join(' ').trim(),
    cell.isDim() ? 'dim' : '',
    back === '' ? '' : `background${back}`,
  ].join('|');
}

function colorOf(isDefault, isRgb, color) {
  if (isDefault) return undefined;
  if (isRgb) return `#${color.toString(16).padStart(6, '0')}`;
  if (color < 16) return COLORS.palette[color];
  if (color >= 232) return gray(8 + (color - 232) * 10);
  const level = (value) => (value === 0 ? 0 : 55 + value * 40);
  const index = color - 16;
  return rgb(level(Math.floor(index / 36)), level(Math.floor(index / 6) % 6), level(index % 6));
}

function gray(value) {
  return rgb(value, value, value);
}

function rgb(...parts) {
  return `#${parts.map((part) => part.toString(16).padStart(2, '0')).join('')}`;
}

function escaped(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
