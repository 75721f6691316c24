import type { AgentMessage, AgentMessageOf, ToolCallError, ToolCallResult, UserContent } from './messages.ts';
import { NOTHING_SAID, reduceUnanswered, takenBack, type Unanswered } from './unanswered.ts';

/** What a model is sent next, in no provider's spelling. Made by {@link foldConversation} and nothing else. */
export type ConversationMessage = UserTurn | AssistantTurn | ToolResults;

export interface UserTurn {
  readonly role: 'user';
  readonly id: string;
  readonly content: UserContent;
  /** What the agent says behind it, to the model alone. */
  readonly note?: string;
  /** `continue` and `summary` were written by the agent, not by a person. */
  readonly origin: 'person' | 'continue' | 'summary';
}

/** One model response. `model_name` is `provider/model`: what is signed in it means something only there. */
export interface AssistantTurn {
  readonly role: 'assistant';
  readonly model_name: string;
  readonly parts: readonly AssistantPart[];
  /** The person cancelled it; what they had seen is kept. */
  readonly is_cancelled?: true;
}

export type AssistantPart =
  | { readonly type: 'text'; readonly id: string; readonly text: string }
  | {
      readonly type: 'thought';
      readonly id: string;
      readonly text: string;
      readonly signature?: string;
      readonly redacted?: true;
    }
  | {
      readonly type: 'tool_call';
      readonly id: string;
      readonly name: string;
      readonly arguments: string;
      readonly signature?: string;
    };

/** The results of the assistant message before it: one for each of its calls, in the order of the calls. */
export interface ToolResults {
  readonly role: 'tool';
  readonly results: readonly ToolOutcome[];
}

export interface ToolOutcome {
  readonly tool_call_id: string;
  readonly name: string;
  readonly output: string;
  /** Shown beside the text to a model that can see. */
  readonly images?: NonNullable<ToolCallResult['images']>;
  readonly is_error: boolean;
}

/** The running state of the fold; `messages` is what counts. */
export interface Conversation {
  readonly messages: readonly ConversationMessage[];
  /** What the last clear took away; `restore_context` brings it back. */
  readonly cleared?: readonly ConversationMessage[];
  readonly response: OpenResponse;
  readonly unanswered: Unanswered;
}

/** The model response being received; it enters `messages` as a whole, with its results, or not at all. */
interface OpenResponse {
  readonly model_name: string;
  readonly parts: readonly AssistantPart[];
  readonly outcomes: readonly ToolOutcome[];
  readonly has_started_tools: boolean;
  readonly is_cancelled: boolean;
}

const NO_RESPONSE: OpenResponse = {
  model_name: '',
  parts: [],
  outcomes: [],
  has_started_tools: false,
  is_cancelled: false,
};

/** What the model is told after a response that was cut at the length limit. */
const CONTINUE_PROMPT =
  'Your answer was cut at the length limit. Continue exactly where it stopped; do not repeat anything.';

/** What stands before a summary of the earlier conversation. */
export const SUMMARY_PREFIX = 'The conversation before this point was summarised to save space:\n\n';

/** Before the first message of a session. */
export const EMPTY_CONVERSATION: Conversation = { messages: [], response: NO_RESPONSE, unanswered: NOTHING_SAID };

/** Folds a whole log into the conversation. `each` is shown every step; the next one may change what it was shown. */
export function foldConversation(
  log: Iterable<AgentMessage>,
  each?: (message: AgentMessage, conversation: Conversation) => void,
): Conversation {
  let conversation: Conversation = { ...EMPTY_CONVERSATION, messages: [] };
  for (const message of log) {
    conversation = reduce(conversation, message, inPlace);
    each?.(message, conversation);
  }
  return conversation;
}

/** Gives the messages of a conversation that a person wrote, oldest first. */
export function personMessages({ messages }: Conversation): readonly UserTurn[] {
  return messages.flatMap((message) => (message.role === 'user' && message.origin === 'person' ? [message] : []));
}

/** Takes one more message of the log into the conversation. Pure; messages that do not matter here change nothing. */
export function reduceConversation(conversation: Conversation, message: AgentMessage): Conversation {
  return reduce(conversation, message, copied);
}

/** Adds messages behind the others. */
type Append = (
  messages: readonly ConversationMessage[],
  added: ConversationMessage[],
) => readonly ConversationMessage[];

const copied: Append = (messages, added) => [...messages, ...added];
/** For a fold whose steps nobody keeps: a long log is not copied again with each of its messages. */
const inPlace: Append = (messages, added) => {
  (messages as ConversationMessage[]).push(...added);
  return messages;
};

function reduce(conversation: Conversation, message: AgentMessage, append: Append): Conversation {
  const next = reduceMessages(conversation, message, append);
  const unanswered = reduceUnanswered(conversation.unanswered, message);
  return unanswered === next.unanswered ? next : { ...next, unanswered };
}

function reduceMessages(conversation: Conversation, message: AgentMessage, append: Append): Conversation {
  const { messages, cleared = [], unanswered } = conversation;
  switch (message.type) {
    case 'turn_started':
      return { ...conversation, messages: append(messages, [person(message.input, message.note)]) };
    case 'user_steered':
      return { ...conversation, messages: append(messages, [person(message, message.note)]) };
    case 'iteration_complete':
      return { ...conversation, messages: append(messages, settled(conversation.response)), response: NO_RESPONSE };
    case 'done': {
      const taken = takenBack(unanswered, message);
      if (taken.length > 0) return withoutTexts(conversation, taken);
      const isVoid = message.status === 'error' && !conversation.response.has_started_tools;
      const added = isVoid ? [] : settled(conversation.response);
      return { ...conversation, messages: append(messages, added), response: NO_RESPONSE };
    }
    case 'auto_continue':
      return { ...conversation, messages: append(messages, [continuation(message.seq)]) };
    case 'context_compaction_result':
      return compact(conversation, message);
    case 'context_cleared':
      return clear(conversation);
    case 'context_restored':
      return { messages: [...cleared, ...messages], response: conversation.response, unanswered };
    default: {
      const response = reduceResponse(conversation.response, message);
      return response === conversation.response ? conversation : { ...conversation, response };
    }
  }
}

function reduceResponse(response: OpenResponse, message: AgentMessage): OpenResponse {
  switch (message.type) {
    case 'text':
    case 'thought':
      return { ...response, model_name: message.model_name, parts: withPiece(response.parts, message) };
    case 'tool_call':
    case 'tool_call_ready':
      return { ...response, parts: withCall(response.parts, message) };
    case 'tool_started':
      return { ...response, has_started_tools: true };
    case 'tool_result':
    case 'tool_error':
      return withOutcome(response, message);
    case 'retrying':
      return { ...response, parts: response.parts.filter((part) => !message.discarded.includes(part.id)) };
    case 'cancelled':
      return { ...response, is_cancelled: true };
    default:
      return response;
  }
}

function withPiece(
  parts: readonly AssistantPart[],
  message: AgentMessageOf<'text' | 'thought'>,
): readonly AssistantPart[] {
  const last = parts.at(-1);
  const isGrowing = last?.id === message.message_id && last.type === message.type;
  const text = isGrowing ? last.text + message.chunk : message.chunk;
  const part: AssistantPart =
    message.type === 'text'
      ? { type: 'text', id: message.message_id, text }
      : {
          type: 'thought',
          id: message.message_id,
          text,
          ...(message.signature === undefined ? {} : { signature: message.signature }),
          ...(message.redacted === undefined ? {} : { redacted: message.redacted }),
        };
  return [...(isGrowing ? parts.slice(0, -1) : parts), part];
}

/** Announces a call with empty arguments, or completes the one that was announced. */
function withCall(
  parts: readonly AssistantPart[],
  message: AgentMessageOf<'tool_call' | 'tool_call_ready'>,
): readonly AssistantPart[] {
  const { id, name, arguments: json } = message.request;
  const signature = message.type === 'tool_call_ready' ? message.signature : undefined;
  const call = {
    type: 'tool_call' as const,
    id,
    name,
    arguments: json,
    ...(signature === undefined ? {} : { signature }),
  };
  return parts.some((part) => part.id === id) ? parts.map((part) => (part.id === id ? call : part)) : [...parts, call];
}

function withOutcome(response: OpenResponse, message: AgentMessageOf<'tool_result' | 'tool_error'>): OpenResponse {
  const call = message.type === 'tool_result' ? message.result : message.error;
  const output = message.type === 'tool_result' ? message.result.result : message.error.error;
  const images = message.type === 'tool_result' ? message.result.images : undefined;
  const told = { tool_call_id: call.id, name: call.name, output, is_error: message.type === 'tool_error' };
  const outcome: ToolOutcome = images === undefined ? told : { ...told, images };
  return {
    ...response,
    model_name: message.model_name,
    parts: response.parts.map((part) => withArguments(part, call)),
    outcomes: [...response.outcomes, outcome],
  };
}

/** A call that failed before it was ready still shows the model the arguments it had written. */
function withArguments(part: AssistantPart, call: ToolCallResult | ToolCallError): AssistantPart {
  if (part.type !== 'tool_call' || part.id !== call.id || part.arguments !== '') return part;
  return { ...part, arguments: call.arguments ?? '' };
}

/** What enters with the open response: it and its results, in the order of the calls; an empty one leaves no trace. */
function settled({ model_name, parts, outcomes, is_cancelled }: OpenResponse): ConversationMessage[] {
  const kept = parts.filter(isWorthKeeping);
  if (kept.length === 0) return [];
  const assistant: AssistantTurn = {
    role: 'assistant',
    model_name,
    parts: kept,
    ...(is_cancelled ? { is_cancelled: true as const } : {}),
  };
  const results = kept.flatMap((part) => outcomes.filter((outcome) => outcome.tool_call_id === part.id));
  return results.length > 0 ? [assistant, { role: 'tool', results }] : [assistant];
}

/** A call whose arguments never became complete was never asked for. */
function isWorthKeeping(part: AssistantPart): boolean {
  if (part.type === 'tool_call') return part.arguments !== '';
  return part.text.trim() !== '' || (part.type === 'thought' && part.signature !== undefined);
}

function compact(conversation: Conversation, message: AgentMessageOf<'context_compaction_result'>): Conversation {
  if (message.outcome !== 'completed' || message.summary === undefined) return conversation;
  const summary: UserTurn = {
    role: 'user',
    id: `summary-${message.seq}`,
    content: SUMMARY_PREFIX + message.summary,
    origin: 'summary',
  };
  return { ...conversation, messages: [summary, ...conversation.messages.slice(message.messages_removed)] };
}

/** Clearing what is empty already leaves the undo of the clear before it. */
function clear({ messages, cleared, unanswered }: Conversation): Conversation {
  const undo = messages.length > 0 ? messages : cleared;
  return { messages: [], response: NO_RESPONSE, unanswered, ...(undo === undefined ? {} : { cleared: undo }) };
}

/** What was cancelled before anything of an answer came goes back to its author: the next request does not hold it. */
function withoutTexts(conversation: Conversation, taken: readonly { readonly id: string }[]): Conversation {
  const isTaken = (id: string): boolean => taken.some((text) => text.id === id);
  const messages = conversation.messages.filter((message) => message.role !== 'user' || !isTaken(message.id));
  return { ...conversation, messages, response: NO_RESPONSE };
}

function continuation(seq: number): UserTurn {
  return { role: 'user', id: `continue-${seq}`, content: CONTINUE_PROMPT, origin: 'continue' };
}

function person({ id, content }: Pick<UserTurn, 'id' | 'content'>, note: string | undefined): UserTurn {
  return { role: 'user', id, content, ...(note === undefined ? {} : { note }), origin: 'person' };
}
