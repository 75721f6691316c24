import type { ConversationMessage, ToolOutcome, UserTurn } from '../../conversation.ts';
import { formatCount } from '../../format.ts';
import type { UserContent } from '../../messages.ts';
import { parseJson } from '../../parse-json.ts';
import { fieldsOf } from '../wire/wire-fields.ts';

/** A call that was made in the turn, by whichever model, with how it ended. */
export interface FinishedCall {
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly output: string;
  readonly is_error: boolean;
}

/** The turn that is being answered. */
export interface CurrentTurn {
  /** What the person asked with the turn, and what they added while it ran. */
  readonly asked: readonly string[];
  readonly added_late: number;
  readonly calls: readonly FinishedCall[];
  readonly attachments: readonly string[];
  /** Whether the demo has said anything in this conversation before. */
  readonly is_introduced: boolean;
}

/** Finds the last turn of a conversation: a person's message, what was added to it, the calls made since. Pure. */
export function readCurrentTurn(conversation: readonly ConversationMessage[]): CurrentTurn {
  const start = turnStart(conversation);
  const turn = conversation.slice(start);
  const asked = turn.filter((message): message is UserTurn => message.role === 'user' && message.origin === 'person');
  return {
    asked: asked.map(ownText),
    added_late: Math.max(0, asked.length - 1),
    calls: turn.flatMap((message, index) => (message.role === 'tool' ? callsOf(turn[index - 1], message.results) : [])),
    attachments: asked.flatMap((message) => attachmentsOf(message.content)),
    is_introduced: conversation.some(
      (message) => message.role === 'assistant' && message.model_name.startsWith('demo/'),
    ),
  };
}

/** A person's message begins a turn unless it was added to a running one: right behind the results of its calls. */
function turnStart(conversation: readonly ConversationMessage[]): number {
  for (let index = conversation.length - 1; index > 0; index -= 1) {
    const message = conversation[index];
    if (message?.role !== 'user' || message.origin !== 'person') continue;
    let before = index - 1;
    while (conversation[before]?.role === 'user') before -= 1;
    const answer = conversation[before]?.role === 'tool' ? conversation[before - 1] : undefined;
    const isRunning = answer?.role === 'assistant' && answer.is_cancelled !== true;
    if (!isRunning) return index;
  }
  return 0;
}

function callsOf(asking: ConversationMessage | undefined, results: readonly ToolOutcome[]): FinishedCall[] {
  if (asking?.role !== 'assistant') return [];
  return results.map((result) => {
    const call = asking.parts.find((part) => part.type === 'tool_call' && part.id === result.tool_call_id);
    const input = call?.type === 'tool_call' ? fieldsOf(parseJson(call.arguments)) : {};
    return { name: result.name, input, output: result.output, is_error: result.is_error };
  });
}

/** Gives the person's words, without what the agent put behind them for language models. */
function ownText({ content, note }: UserTurn): string {
  const text = plainText(content);
  return note !== undefined && text.endsWith(note) ? text.slice(0, -note.length).trimEnd() : text;
}

function plainText(content: UserContent): string {
  if (typeof content === 'string') return content;
  return content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('\n');
}

function attachmentsOf(content: UserContent): string[] {
  if (typeof content === 'string') return [];
  return content.flatMap((block) => {
    if (block.type === 'image') return [`I cannot see the image${block.name === undefined ? '' : ` ${block.name}`}.`];
    if (block.type !== 'file') return [];
    return [
      `The attached file ${block.name} has ${formatCount(block.text.split('\n').length, 'line')}; it begins: ${block.text.split('\n')[0]}`,
    ];
  });
}
