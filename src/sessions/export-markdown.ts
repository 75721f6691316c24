import { formatDuration } from '../format.ts';
import { type AgentMessage, assertNever } from '../messages.ts';
import { safeLine } from '../safe-text.ts';
import { type TranscriptCall, type TranscriptEntry, transcriptOf } from './transcript.ts';

/** Writes a conversation as Markdown. */
export function exportMarkdown(log: readonly AgentMessage[], title: string): string {
  const start = log.find((message) => message.type === 'session_started');
  const about =
    start === undefined ? [] : [`- started: ${new Date(start.at).toISOString()}`, `- in: \`${safeLine(start.cwd)}\``];
  const entries = transcriptOf(log).map(entryText);
  return `${[`# ${safeLine(title)}`, about.join('\n'), ...entries].filter((part) => part !== '').join('\n\n')}\n`;
}

function entryText(entry: TranscriptEntry): string {
  switch (entry.kind) {
    case 'user':
      return `## ${entry.isSteered ? 'You (while it worked)' : 'You'}\n\n${entry.text.trim()}`;
    case 'answer': {
      const heading = `## ${entry.model}`;
      return `${heading}${entry.isVoid ? ' (interrupted, void)' : ''}\n\n${entry.text.trim()}`;
    }
    case 'thought': {
      const time = entry.duration_ms === undefined ? '' : ` for ${formatDuration(entry.duration_ms)}`;
      return `<details><summary>Thought${time}</summary>\n\n${fence(entry.text.trim())}\n\n</details>`;
    }
    case 'call':
      return callText(entry);
    case 'note':
      return quote(entry.text);
    default:
      return assertNever(entry);
  }
}

function callText(call: TranscriptCall): string {
  const time = call.duration === undefined ? '' : ` (${call.isError ? 'failed, ' : ''}${call.duration})`;
  const parts = [`**${call.name}**${time}`, fence(call.arguments, 'json')];
  if (call.output !== undefined) parts.push(fence(call.output.replace(/\n$/, '')));
  return parts.join('\n\n');
}

/** A fence is longer than any run of backticks inside it. */
function fence(text: string, language = ''): string {
  const longest = Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
  const ticks = '`'.repeat(Math.max(3, longest + 1));
  return `${ticks}${language}\n${text}\n${ticks}`;
}

function quote(text: string): string {
  return text
    .split('\n')
    .map((line) => (line === '' ? '>' : `> ${line}`))
    .join('\n');
}
