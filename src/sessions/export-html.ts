import { formatDuration } from '../format.ts';
import { type AgentMessage, assertNever } from '../messages.ts';
import { safeLine, safeText } from '../safe-text.ts';
import { type TranscriptCall, type TranscriptEntry, transcriptOf } from './transcript.ts';

const STYLE = `
:root { color-scheme: light dark; }
body { max-width: 50rem; margin: 2rem auto; padding: 0 1rem; font: 1rem/1.5 system-ui, sans-serif; }
h2 { font-size: 1rem; margin: 2rem 0 .25rem; opacity: .7; }
pre { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; font: inherit; }
.user { padding: .5rem .75rem; border-radius: .5rem; background: color-mix(in srgb, currentColor 8%, transparent); }
.code { font: .875rem/1.4 ui-monospace, monospace; }
details { margin: .75rem 0; } summary { cursor: pointer; opacity: .7; }
.error summary { color: #c33; opacity: 1; } .note, .void { opacity: .7; } .void pre { text-decoration: line-through; }
`;

/** Writes a conversation as one page that needs nothing else, runs nothing and loads nothing. */
export function exportHtml(log: readonly AgentMessage[], title: string): string {
  const start = log.find((message) => message.type === 'session_started');
  const head = escaped(safeLine(title));
  const about = start === undefined ? '' : `${new Date(start.at).toISOString()} · ${escaped(safeLine(start.cwd))}`;
  return [
    '<!doctype html>',
    '<html lang="en"><head><meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${head}</title><style>${STYLE}</style></head><body>`,
    `<h1>${head}</h1><p class="note">${about}</p>`,
    ...transcriptOf(log).map(entryHtml),
    '</body></html>\n',
  ].join('\n');
}

function entryHtml(entry: TranscriptEntry): string {
  switch (entry.kind) {
    case 'user':
      return `<h2>${entry.isSteered ? 'You, while it worked' : 'You'}</h2>${block(entry.text, 'user')}`;
    case 'answer':
      return `<h2>${escaped(entry.model)}</h2>${block(entry.text, entry.isVoid ? 'void' : '')}`;
    case 'thought': {
      const time = entry.duration_ms === undefined ? '' : ` for ${formatDuration(entry.duration_ms)}`;
      return `<details><summary>Thought${time}</summary>${block(entry.text, entry.isVoid ? 'void' : 'note')}</details>`;
    }
    case 'call':
      return callHtml(entry);
    case 'note':
      return block(entry.text, 'note');
    default:
      return assertNever(entry);
  }
}

function callHtml(call: TranscriptCall): string {
  const time = call.duration === undefined ? '' : ` · ${escaped(call.duration)}`;
  const output = call.output === undefined ? '' : block(call.output, 'code');
  const summary = `<summary>${escaped(call.name)}${call.isError ? ' · failed' : ''}${time}</summary>`;
  return `<details${call.isError ? ' class="error"' : ''}>${summary}${block(call.arguments, 'code')}${output}</details>`;
}

function block(text: string, name: string): string {
  return `<div${name === '' ? '' : ` class="${name}"`}><pre>${escaped(text.trim())}</pre></div>`;
}

function escaped(text: string): string {
  return safeText(text).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
