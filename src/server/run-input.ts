import type { ContentBlock } from '../messages.ts';
import { HttpError } from './http-error.ts';
import { isRecord, type JsonRecord, optionalArray, requiredString } from './json-fields.ts';
import { partBlocks } from './run-content.ts';
import type { FrontEndAnswer } from './session-host.ts';

/** A tool as a front end describes it. */
export interface FrontEndToolSpec {
  readonly name: string;
  readonly description: string;
  readonly parameters: JsonRecord;
}

/** An answer to an interrupt of an earlier run. */
export interface ResumeAnswer {
  readonly interrupt_id: string;
  readonly is_cancelled: boolean;
  readonly payload: unknown;
}

/** One message of the person. */
export interface SaidMessage {
  readonly id: string;
  readonly blocks: readonly ContentBlock[];
}

/** What a client may say with a `RunAgentInput`; everything else in it has no effect. */
export interface RunInput {
  readonly thread_id: string;
  readonly run_id: string;
  readonly parent_run_id?: string;
  /** The messages of the person that the input ends with; what stands before them has been answered. */
  readonly said: readonly SaidMessage[];
  /** Results of tool calls; only those that are waited for count. */
  readonly tool_answers: ReadonlyMap<string, FrontEndAnswer>;
  readonly tools: readonly FrontEndToolSpec[];
  readonly resume: readonly ResumeAnswer[];
  /** What the application knows beside the conversation; part of the person's words. */
  readonly context: readonly { readonly description: string; readonly value: string }[];
  readonly hasState: boolean;
}

const MAX_TOOLS = 64;
const TOOL_NAME = /^[A-Za-z0-9_-]{1,64}$/;

/** Reads a `RunAgentInput`. A malformed known field is refused by its name, unknown fields are ignored. */
export function readRunInput(body: unknown): RunInput {
  if (!isRecord(body)) throw new HttpError(400, 'The body must be a RunAgentInput object.');
  const messages = optionalArray(body, 'messages').map((message, index) => readMessage(message, index));
  const parent = body.parentRunId;
  return {
    thread_id: requiredString(body, 'threadId'),
    run_id: requiredString(body, 'runId'),
    ...(typeof parent === 'string' ? { parent_run_id: parent } : {}),
    said: readSaid(messages),
    tool_answers: new Map(messages.filter(isToolMessage).map((message) => [message.toolCallId, toolAnswer(message)])),
    tools: readTools(body),
    resume: optionalArray(body, 'resume').map(readResume),
    context: optionalArray(body, 'context').filter(isRecord).map(readContext),
    hasState: body.state === undefined || isRecord(body.state),
  };
}

type InputMessage = JsonRecord & { readonly role: string };

function readMessage(message: unknown, index: number): InputMessage {
  if (!isRecord(message) || typeof message.role !== 'string') {
    throw new HttpError(400, `messages[${index}] must be an object with a role.`);
  }
  const { content } = message;
  const isText = content === undefined || content === null || typeof content === 'string';
  if (message.role === 'user' && !isText && !Array.isArray(content)) {
    throw new HttpError(400, `messages[${index}].content must be a string or a list of parts.`);
  }
  return message as InputMessage;
}

const SAYS_NOTHING = new Set(['system', 'developer', 'activity', 'reasoning']);

function readSaid(messages: readonly InputMessage[]): SaidMessage[] {
  const said: SaidMessage[] = [];
  for (const message of messages.toReversed()) {
    if (SAYS_NOTHING.has(message.role)) continue;
    if (message.role !== 'user') break;
    const blocks = partBlocks(message.content);
    const id = typeof message.id === 'string' && message.id !== '' ? message.id : 'message';
    if (blocks.length > 0) said.unshift({ id, blocks });
  }
  return said;
}

function isToolMessage(message: InputMessage): message is InputMessage & { readonly toolCallId: string } {
  return message.role === 'tool' && typeof message.toolCallId === 'string';
}

function toolAnswer(message: InputMessage): FrontEndAnswer {
  const blocks = partBlocks(message.content);
  const text = blocks.map((block) => (block.type === 'text' ? block.text : `[${block.type}]`)).join('\n');
  const error = typeof message.error === 'string' && message.error !== '' ? message.error : undefined;
  if (error === undefined) return { content: text, is_error: false };
  return { content: [error, text].filter((line) => line !== '').join('\n'), is_error: true };
}

function readTools(body: JsonRecord): FrontEndToolSpec[] {
  const tools = optionalArray(body, 'tools');
  if (tools.length > MAX_TOOLS)
    throw new HttpError(400, `tools has ${tools.length} entries; at most ${MAX_TOOLS} are taken.`);
  return tools.map((tool, index) => {
    if (!isRecord(tool) || typeof tool.name !== 'string' || !TOOL_NAME.test(tool.name)) {
      throw new HttpError(400, `tools[${index}].name must be 1 to 64 letters, digits, "_" or "-".`);
    }
    return {
      name: tool.name,
      description: typeof tool.description === 'string' ? tool.description : '',
      parameters: isRecord(tool.parameters) ? tool.parameters : { type: 'object', properties: {} },
    };
  });
}

function readResume(entry: unknown, index: number): ResumeAnswer {
  if (!isRecord(entry) || typeof entry.interruptId !== 'string') {
    throw new HttpError(400, `resume[${index}].interruptId must be a string.`);
  }
  if (entry.status !== 'resolved' && entry.status !== 'cancelled') {
    throw new HttpError(400, `resume[${index}].status must be "resolved" or "cancelled".`);
  }
  return { interrupt_id: entry.interruptId, is_cancelled: entry.status === 'cancelled', payload: entry.payload };
}

function readContext(entry: JsonRecord): RunInput['context'][number] {
  return { description: String(entry.description ?? ''), value: String(entry.value ?? '') };
}
