/** Says a duration as a person reads it: `340ms`, `2.4s`, `48s`, `3m 05s`, `1h 02m`. Takes milliseconds. */
export function formatDuration(duration_ms: number): string {
  if (duration_ms < 1000) return `${Math.max(0, Math.round(duration_ms))}ms`;
  if (duration_ms < 9_950) return `${(duration_ms / 1000).toFixed(1)}s`;
  const seconds = Math.round(duration_ms / 1000);
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}m ${twoDigits(seconds % 60)}s`;
  return `${Math.floor(minutes / 60)}h ${twoDigits(minutes % 60)}m`;
}

/** Says a number of tokens: `940`, `12.4k`, `1.2M`. */
export function formatTokens(tokens: number): string {
  if (tokens < 1000) return String(Math.round(tokens));
  if (tokens < 99_950) return `${(tokens / 1000).toFixed(1).replace(/\.0$/, '')}k`;
  if (tokens < 999_500) return `${Math.round(tokens / 1000)}k`;
  return `${(tokens / 1_000_000).toFixed(1).replace(/\.0$/, '')}M`;
}

/** Says how long something has been running: whole seconds, `8s`, `3m 05s`. Takes milliseconds. */
export function formatClock(elapsed_ms: number): string {
  const seconds = Math.max(0, Math.floor(elapsed_ms / 1000));
  return seconds < 10 ? `${seconds}s` : formatDuration(seconds * 1000);
}

const MINUTE_MS = 60_000;

/** Says how long ago something was: `just now`, `5 min ago`, `3 h ago`, `2 days ago`, after a month its date. */
export function formatAgo(at: number, now: number): string {
  const minutes = Math.floor(Math.max(0, now - at) / MINUTE_MS);
  if (minutes < 1) return 'just now';
  if (minutes < 60) return `${minutes} min ago`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours} h ago`;
  const days = Math.floor(hours / 24);
  return days <= 30 ? `${formatCount(days, 'day')} ago` : new Date(at).toISOString().slice(0, 10);
}

/** Says US dollars: `$0.0042`, `$0.18`, `$12.40`. */
export function formatDollars(dollars: number): string {
  if (dollars === 0) return '$0';
  if (dollars < 0.0001) return '<$0.0001';
  if (dollars < 0.01) return `$${dollars.toFixed(4).replace(/0+$/, '')}`;
  return `$${dollars.toFixed(2)}`;
}

/** Says a count with its noun: `1 line`, `2,048 lines`. */
export function formatCount(count: number, noun: string, plural = `${noun}s`): string {
  return `${groupDigits(count)} ${count === 1 ? noun : plural}`;
}

/** Says a size in bytes: `340 bytes`, `1.0 KB`, `2.5 MB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1024) return formatCount(bytes, 'byte');
  const kilobytes = bytes / 1024;
  return kilobytes < 1000 ? `${kilobytes.toFixed(1)} KB` : `${(kilobytes / 1024).toFixed(1)} MB`;
}

/** Says how big text is: `1.0 MB · 12,345 lines`. */
export function formatTextSize(text: string): string {
  return `${formatBytes(Buffer.byteLength(text))} · ${formatCount(countLines(text), 'line')}`;
}

/** Counts lines; an end of line at the end begins none. */
export function countLines(text: string): number {
  let count = text.endsWith('\n') ? 0 : 1;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count += 1;
  return Math.max(1, count);
}

/** Writes an integer with commas between thousands. */
export function groupDigits(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** Says a share of one as per cent. */
export function formatPercent(ratio: number): string {
  const percent = ratio * 100;
  return percent > 0 && percent < 1 ? '<1%' : `${Math.round(percent)}%`;
}

/** Ends a text as a sentence: what services say rarely ends with a full stop. */
export function sentence(text: string): string {
  return /[.!?…:;]$/.test(text) ? text : `${text}.`;
}

/** Cuts a line to `limit` characters and says how many are missing; never inside a character. */
export function clipLine(line: string, limit: number): string {
  if (line.length <= limit) return line;
  const kept = line
    .slice(0, limit)
    .toWellFormed()
    .replace(/\ufffd$/, '');
  return `${kept}… [${line.length - kept.length} more characters]`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
