import {
  asRefusal,
  checkImageUrl,
  requireEffort,
  requireFunctionName,
  requireLength,
  requireModel,
} from './check-responses.ts';
import {
  array,
  type Json,
  object,
  type Refusal,
  Refused,
  requireWellFormed,
  type StrictModel,
  type StrictWorld,
} from './refusal.ts';

/** Rules of single services that speak Chat Completions. */
export interface ChatRules {
  /** Ids of exactly nine letters or digits, and no user message right behind a tool's (Mistral). */
  readonly is_mistral?: boolean;
  /** Calls carry a signature (Gemini). */
  readonly needs_thought_signatures?: boolean;
  /** The thoughts of the model's own calls have to come back (DeepSeek). */
  readonly needs_reasoning_content?: boolean;
}

/** Says what Chat Completions would answer to a body that it refuses; undefined for one that it takes. */
export function checkChat(body: unknown, world: StrictWorld, rules: ChatRules = {}): Refusal | undefined {
  return asRefusal(() => checkBody(object(body, 'body'), world, rules));
}

function checkBody(body: Json, world: StrictWorld, rules: ChatRules): void {
  requireWellFormed(body);
  const name = String(body.model);
  const model = requireModel(body, world);
  requireEffort(body.reasoning_effort, 'reasoning_effort', { name, model });
  const max = body.max_completion_tokens ?? body.max_tokens;
  if (typeof max === 'number' && max > model.output_limit) {
    throw new Refused(
      `max_tokens is too large: ${max}. This model supports at most ${model.output_limit} completion tokens, whereas you provided ${max}.`,
      { param: 'max_tokens', code: 'invalid_value' },
    );
  }
  const messages = array(body.messages, 'messages').map((message, index) => object(message, `messages[${index}]`));
  if (messages.length === 0)
    throw new Refused(
      "Invalid 'messages': empty array. Expected an array with minimum length 1, but got an empty array instead.",
      { param: 'messages', code: 'empty_array' },
    );
  checkOrder(messages, rules);
  const seen = new Set<string>();
  for (const [index, message] of messages.entries())
    checkMessage(message, `messages[${index}]`, { model, rules, seen });
}

interface Context {
  readonly model: StrictModel;
  readonly rules: ChatRules;
  readonly seen: Set<string>;
}

/** Templates of many models take nothing but alternating roles, results right behind their calls. */
function checkOrder(messages: readonly Json[], rules: ChatRules): void {
  const spoken = messages.filter(({ role }) => role !== 'system' && role !== 'developer');
  if (spoken[0]?.role !== 'user') throw new Refused('Conversation roles must start with user.', { param: 'messages' });
  let open: string[] = [];
  for (const [index, message] of spoken.entries()) {
    const before = spoken[index - 1];
    if (message.role === 'tool') {
      const id = String(message.tool_call_id);
      if (!open.includes(id)) {
        throw new Refused(
          "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.",
          { param: `messages.[${index}].role` },
        );
      }
      open = open.filter((one) => one !== id);
      continue;
    }
    requireAnswered(open);
    if (rules.is_mistral === true && message.role === 'user' && before?.role === 'tool') {
      throw new Refused("Unexpected role 'user' after role 'tool'", { code: '3230' });
    }
    if (message.role === before?.role) {
      throw new Refused(`Conversation roles must alternate; found two "${message.role}" in a row.`, {
        param: 'messages',
      });
    }
    open = callsOf(message).map((call) => String(call.id));
  }
  requireAnswered(open);
  if (spoken.at(-1)?.role === 'assistant') {
    throw new Refused('Expected last role User or Tool (or Assistant with prefix True) for serving but got assistant', {
      code: '3230',
    });
  }
}

function requireAnswered(open: readonly string[]): void {
  if (open.length === 0) return;
  throw new Refused(
    `An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The following tool_call_ids did not have response messages: ${open.join(', ')}`,
    { param: 'messages' },
  );
}

function callsOf(message: Json): readonly Json[] {
  return Array.isArray(message.tool_calls) ? (message.tool_calls as readonly Json[]) : [];
}

function checkMessage(message: Json, where: string, context: Context): void {
  const calls = callsOf(message);
  if (message.tool_calls !== undefined && calls.length === 0) {
    throw new Refused(
      `Invalid '${where}.tool_calls': empty array. Expected an array with minimum length 1, but got an empty array instead.`,
      { code: 'empty_array' },
    );
  }
  checkContent(message, where, context.model);
  for (const [index, call] of calls.entries()) checkCall(call, `${where}.tool_calls[${index}]`, context);
  const isUnsigned = calls.length > 0 && signatureOf(calls[0]) === undefined;
  if (context.rules.needs_thought_signatures === true && isUnsigned) {
    throw new Refused('Function call is missing a thought_signature in functionCall parts.');
  }
  if (message.role === 'tool') requireLength(message.tool_call_id, `${where}.tool_call_id`, 40);
  checkReasoning(message, calls, context.rules);
}

function signatureOf(call: Json | undefined): unknown {
  const google = (call?.extra_content as Json | undefined)?.google as Json | undefined;
  return google?.thought_signature;
}

/** Only turns that this model thought in have something to give back; a test marks them by the arguments. */
function checkReasoning(message: Json, calls: readonly Json[], rules: ChatRules): void {
  if (rules.needs_reasoning_content !== true) return;
  const isOwn = calls.some((call) => String((call.function as Json).arguments).includes('"thought_by":"deepseek"'));
  if (isOwn && typeof message.reasoning_content !== 'string') {
    throw new Refused('The `reasoning_content` in the thinking mode must be passed back to the API.');
  }
}

function checkContent(message: Json, where: string, model: StrictModel): void {
  const { content } = message;
  if (typeof content === 'string') {
    if (content.trim() === '')
      throw new Refused(`Invalid '${where}.content': empty string.`, { param: `${where}.content` });
    return;
  }
  if (content === null || content === undefined) {
    if (message.role === 'assistant' && callsOf(message).length > 0) return;
    throw new Refused("Invalid value for 'content': expected a string, got null.", { param: `${where}.content` });
  }
  const parts = array(content, `${where}.content`) as readonly Json[];
  if (parts.length === 0) throw new Refused(`Invalid '${where}.content': empty array.`, { code: 'empty_array' });
  for (const [index, part] of parts.entries()) {
    if (part.type === 'text' && String(part.text).trim() === '')
      throw new Refused(`Invalid '${where}.content[${index}].text': empty string.`);
    if (part.type === 'image_url' && message.role !== 'user')
      throw new Refused(`Invalid '${where}.content[${index}]': image_url is only allowed in user messages.`);
    if (part.type === 'image_url')
      checkImageUrl((part.image_url as Json).url, `${where}.content[${index}].image_url.url`, model);
  }
}

function checkCall(call: Json, where: string, { rules, seen }: Context): void {
  const id = requireLength(call.id, `${where}.id`, 40);
  if (rules.is_mistral === true && !/^[A-Za-z0-9]{9}$/.test(id)) {
    throw new Refused(`Tool call id was ${id} but must be a-z, A-Z, 0-9, with a length of 9.`, { code: '3280' });
  }
  if (seen.has(id)) throw new Refused(`Duplicate tool call id ${id}.`, { param: `${where}.id` });
  seen.add(id);
  const asked = object(call.function, `${where}.function`);
  requireFunctionName(asked.name, `${where}.function.name`);
  if (typeof asked.arguments !== 'string')
    throw new Refused(`Invalid type for '${where}.function.arguments': expected a string.`);
  try {
    JSON.parse(asked.arguments);
  } catch {
    throw new Refused(`Invalid '${where}.function.arguments': the model's template expects JSON.`);
  }
}
