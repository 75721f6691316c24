import { contentText } from '../../content-text.ts';
import { type ConversationMessage, SUMMARY_PREFIX } from '../../conversation.ts';
import type { ModelRequest } from '../provider.ts';

/** Tells whether the agent asks for a summary, to save space: without tools, and in the instructions. */
export function isSummaryRequest({ tools, conversation, system }: ModelRequest): boolean {
  const last = conversation.at(-1);
  if (tools.length > 0 || last?.role !== 'user') return false;
  return (
    /\bsummari[sz]e\b/i.test(system) || (last.origin !== 'person' && /\bsummary\b/i.test(contentText(last.content)))
  );
}

/** Summarises the transcript that such a request holds; without one, the conversation itself. */
export function answerSummaryRequest({ conversation }: ModelRequest): string {
  const asked = contentText(lastContent(conversation));
  const session = /<session>\n([\s\S]*?)\n<\/session>/.exec(asked)?.[1];
  const earlier = /<summary>\n([\s\S]*?)\n<\/summary>/.exec(asked)?.[1] ?? '';
  if (session === undefined) return writeSections(factsOf(conversation), earlier);
  return writeSections({ asked: personsLines(session), calls: callLines(session) }, earlier);
}

/** Says in Markdown what was asked and done so far. */
export function describeConversation(conversation: readonly ConversationMessage[]): string {
  const { asked, calls } = factsOf(conversation);
  return `**Asked so far**\n${bullets(asked)}\n\n**Done**\n${bullets(calls)}\n\n**File changes**\n${bullets(calls.filter(isChange))}`;
}

/** Makes one short line of any text. */
export function shortLine(words: string): string {
  const line = words.replace(/\s+/g, ' ').trim();
  return line.length > 80 ? `${line.slice(0, 79)}…` : line;
}

interface Facts {
  readonly asked: readonly string[];
  readonly calls: readonly string[];
}

function lastContent(conversation: readonly ConversationMessage[]): string {
  const last = conversation.at(-1);
  return last?.role === 'user' ? contentText(last.content) : '';
}

function factsOf(conversation: readonly ConversationMessage[]): Facts {
  const asked = conversation.flatMap((message) =>
    message.role === 'user' && message.origin !== 'continue'
      ? [shortLine(contentText(message.content).replace(SUMMARY_PREFIX, ''))]
      : [],
  );
  const calls = conversation.flatMap((message) =>
    message.role === 'assistant'
      ? message.parts.flatMap((part) =>
          part.type === 'tool_call' ? [`${part.name} ${shortLine(part.arguments)}`] : [],
        )
      : [],
  );
  return { asked, calls };
}

function personsLines(session: string): string[] {
  return [...session.matchAll(/^\[person\]\n([\s\S]*?)(?=\n\[(?:person|agent|result of|error of)|$(?![\s\S]))/gm)].map(
    ([, words = '']) => shortLine(words),
  );
}

function callLines(session: string): string[] {
  return [...session.matchAll(/^\[calls ([^\]\n]+)\] (.*)$/gm)].map(
    ([, name, json = '']) => `${name} ${shortLine(json)}`,
  );
}

function isChange(call: string): boolean {
  return /^(?:edit_file|write_file) /.test(call);
}

/** Writes the sections that a summary has; what an earlier one held stays. */
function writeSections({ asked, calls }: Facts, earlier: string): string {
  const sections: readonly (readonly [string, readonly string[]])[] = [
    ['Goal', [...kept(earlier, 'Goal'), ...asked]],
    ['Done', [...kept(earlier, 'Done'), ...calls]],
    ['File changes', [...kept(earlier, 'File changes'), ...calls.filter(isChange)]],
    ['Decisions', []],
    ['State', ['Written by the demo, a script: it lists what was asked and done, and understands none of it.']],
    ['Next steps', []],
    ['Open questions', []],
    ['Constraints', []],
  ];
  return sections.map(([title, lines]) => `## ${title}\n${bullets(lines)}`).join('\n\n');
}

function kept(earlier: string, title: string): string[] {
  const section = earlier.split(/^## /m).find((part) => part.startsWith(`${title}\n`)) ?? '';
  return [...section.matchAll(/^- (?!none$)(.+)$/gm)].map(([, line = '']) => line);
}

function bullets(lines: readonly string[]): string {
  return lines.length === 0
    ? '- none'
    : lines
        .slice(-12)
        .map((line) => `- ${line}`)
        .join('\n');
}
