import { jsonLine } from '../json-line.ts';
import { type AgentMessage, assertNever } from '../messages.ts';
import { exportHtml } from './export-html.ts';
import { exportMarkdown } from './export-markdown.ts';

/** What `/export` and `agent-chat sessions export` write. */
export const EXPORT_FORMATS = ['markdown', 'html', 'json', 'jsonl'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** Writes a conversation for people or programs. `title` heads it. */
export function exportSession(
  log: readonly AgentMessage[],
  format: ExportFormat,
  options: { readonly title: string },
): string {
  switch (format) {
    case 'markdown':
      return exportMarkdown(log, options.title);
    case 'html':
      return exportHtml(log, options.title);
    case 'json':
      return `[${log.map(jsonLine).join(',\n')}]\n`;
    case 'jsonl':
      return log.map((message) => `${jsonLine(message)}\n`).join('');
    default:
      return assertNever(format);
  }
}

/** Gives the format that a file name asks for by its ending; Markdown when it asks for none. */
export function exportFormatOf(path: string): ExportFormat {
  if (/\.html?$/i.test(path)) return 'html';
  if (/\.json$/i.test(path)) return 'json';
  return /\.jsonl$/i.test(path) ? 'jsonl' : 'markdown';
}
