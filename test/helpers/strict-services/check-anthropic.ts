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

/** Says what Anthropic Messages would answer to a body that it refuses; undefined for one that it takes. */
export function checkAnthropic(body: unknown, world: StrictWorld): Refusal | undefined {
  try {
    checkBody(object(body, 'body'), world);
    return undefined;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const type = error.status === 404 ? 'not_found_error' : 'invalid_request_error';
    const answer = { type: 'error', error: { type, message: error.message }, request_id: 'req_strict' };
    return { status: error.status, body: answer };
  }
}

function checkBody(body: Json, world: StrictWorld): void {
  requireWellFormed(body);
  const name = String(body.model);
  const model = world.models[name];
  if (model === undefined) throw new Refused(`model: ${name}`, { status: 404 });
  checkMaxTokens(body, name, model);
  checkThinking(body, model);
  for (const field of ['temperature', 'top_p', 'top_k']) {
    if (body[field] !== undefined) throw new Refused(`${field}: Extra inputs are not permitted`);
  }
  const messages = array(body.messages, 'messages').map((message, index) => object(message, `messages.${index}`));
  checkRoles(messages);
  checkCacheBreakpoints(body);
  const seen = new Set<string>();
  for (const [index, message] of messages.entries()) {
    checkContent({ message, index, next: messages[index + 1], before: messages[index - 1], seen, name, model, world });
  }
  checkEnd(messages);
}

function checkMaxTokens(body: Json, name: string, model: StrictModel): void {
  const max = body.max_tokens;
  if (typeof max !== 'number') throw new Refused('max_tokens: Field required');
  if (max < 1) throw new Refused('max_tokens: Input should be greater than or equal to 1');
  if (max > model.output_limit) {
    throw new Refused(
      `max_tokens: ${max} > ${model.output_limit}, which is the maximum allowed number of output tokens for ${name}`,
    );
  }
}

function checkThinking(body: Json, model: StrictModel): void {
  const effort = (body.output_config as Json | undefined)?.effort;
  if (effort !== undefined && !model.efforts.includes(String(effort))) {
    throw new Refused(
      model.efforts.length === 0
        ? 'This model does not support the effort parameter.'
        : `output_config.effort: Input should be ${model.efforts.map((word) => `'${word}'`).join(', ')}`,
    );
  }
  const thinking = body.thinking as Json | undefined;
  if (thinking?.type === 'enabled') {
    if (model.thinking !== 'budget') {
      throw new Refused(
        '"thinking.type.enabled" is not supported for this model. Use "thinking.type.adaptive" and "output_config.effort" to control thinking behavior.',
      );
    }
    const budget = Number(thinking.budget_tokens);
    if (budget < 1024) {
      throw new Refused('thinking.enabled.budget_tokens: Input should be greater than or equal to 1024');
    }
    if (budget >= Number(body.max_tokens))
      throw new Refused('`max_tokens` must be greater than `thinking.budget_tokens`.');
    checkToolLoopThinks(array(body.messages, 'messages') as readonly Json[]);
  }
  if (thinking?.type === 'adaptive' && model.thinking !== 'adaptive') {
    throw new Refused('adaptive thinking is not supported on this model');
  }
}

/** With a budget, the response that asked for the last results has to begin with its thinking. */
function checkToolLoopThinks(messages: readonly Json[]): void {
  const last = messages.at(-1);
  const isLoop = Array.isArray(last?.content) && last.content.some((block) => (block as Json).type === 'tool_result');
  const asked = messages.at(-2);
  if (!isLoop || asked?.role !== 'assistant') return;
  const first = (asked.content as readonly Json[])[0];
  if (first?.type === 'thinking' || first?.type === 'redacted_thinking') return;
  throw new Refused(
    `messages.${messages.length - 2}.content.0.type: Expected \`thinking\` or \`redacted_thinking\`, but found \`${first?.type}\`. When \`thinking\` is enabled, a final \`assistant\` message must start with a thinking block (preceding the lastmost set of \`tool_use\` and \`tool_result\` blocks).`,
  );
}

function checkRoles(messages: readonly Json[]): void {
  if (messages.length === 0) throw new Refused('messages: at least one message is required');
  if (messages[0]?.role !== 'user') throw new Refused('messages: first message must use the "user" role');
  for (const [index, { role }] of messages.entries()) {
    if (role !== 'user' && role !== 'assistant') {
      throw new Refused(`messages.${index}.role: Input should be 'user' or 'assistant'`);
    }
    if (role === messages[index - 1]?.role) {
      throw new Refused(
        `messages: roles must alternate between "user" and "assistant", but found multiple "${role}" roles in a row`,
      );
    }
  }
}

function checkCacheBreakpoints(body: Json): void {
  const count = JSON.stringify(body).split('"cache_control":').length - 1;
  if (count > 4) throw new Refused(`A maximum of 4 blocks with cache_control may be provided. Found ${count}.`);
}

interface Spot {
  readonly message: Json;
  readonly index: number;
  readonly next: Json | undefined;
  readonly before: Json | undefined;
  readonly seen: Set<string>;
  readonly name: string;
  readonly model: StrictModel;
  readonly world: StrictWorld;
}

function blocksOf(message: Json | undefined): readonly Json[] {
  return Array.isArray(message?.content) ? (message.content as readonly Json[]) : [];
}

function checkContent(spot: Spot): void {
  const { message, index, next, before } = spot;
  if (message.content === '' || (Array.isArray(message.content) && message.content.length === 0)) {
    throw new Refused(
      `messages.${index}: all messages must have non-empty content except for the optional final assistant message`,
    );
  }
  const blocks = blocksOf(message);
  for (const [at, block] of blocks.entries()) checkBlock(block, `messages.${index}.content.${at}`, spot);
  if (message.role === 'user') {
    checkResults(blocks, blocksOf(before), index);
    return;
  }
  if (/thinking$/.test(String(blocks.at(-1)?.type))) {
    throw new Refused(`messages.${index}: The final block in an assistant message cannot be \`thinking\`.`);
  }
  const asked = blocks.filter((block) => block.type === 'tool_use').map((block) => String(block.id));
  const answered = blocksOf(next)
    .filter((block) => block.type === 'tool_result')
    .map((block) => block.tool_use_id);
  const missing = asked.filter((id) => !answered.includes(id));
  if (missing.length > 0) {
    throw new Refused(
      `messages.${index}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${missing.join(', ')}. Each \`tool_use\` block must have a corresponding \`tool_result\` block in the next message.`,
    );
  }
}

function checkBlock(block: Json, where: string, spot: Spot): void {
  switch (block.type) {
    case 'text':
      if (block.text === '') throw new Refused('messages: text content blocks must be non-empty');
      if (String(block.text).trim() === '')
        throw new Refused('messages: text content blocks must contain non-whitespace text');
      return;
    case 'image':
      checkImage(block, where, spot.model);
      return;
    case 'thinking':
    case 'redacted_thinking':
      checkThought(block, where, spot);
      return;
    case 'tool_use':
      checkCall(block, where, spot);
      return;
    case 'tool_result':
      if (spot.message.role !== 'user')
        throw new Refused(`${where}: \`tool_result\` blocks can only be in \`user\` messages`);
      if (
        block.content === '' ||
        (Array.isArray(block.content) && block.content.length === 0 && block.is_error === true)
      ) {
        throw new Refused(`${where}.tool_result: content cannot be empty if \`is_error\` is true`);
      }
      checkShown(block, where, spot);
      return;
    default:
      throw new Refused(
        `${where}: Input tag '${block.type}' found using 'type' does not match any of the expected tags`,
      );
  }
}

/** A result may hold text and images; a failed one only text. */
function checkShown(result: Json, where: string, spot: Spot): void {
  if (!Array.isArray(result.content)) return;
  for (const [at, block] of (result.content as readonly Json[]).entries()) {
    if (block.type !== 'text' && (block.type !== 'image' || result.is_error === true)) {
      throw new Refused(
        `${where}.tool_result.content.${at}: all content must be type \`text\` if \`is_error\` is true`,
      );
    }
    checkBlock(block, `${where}.tool_result.content.${at}`, spot);
  }
}

function checkImage(block: Json, where: string, model: StrictModel): void {
  const source = object(block.source, `${where}.image.source`);
  if (!model.has_vision) throw new Refused(`${where}: this model does not support image input`);
  if (!['image/png', 'image/jpeg', 'image/gif', 'image/webp'].includes(String(source.media_type))) {
    throw new Refused(
      `${where}.image.source.base64.media_type: Input should be 'image/jpeg', 'image/png', 'image/gif' or 'image/webp'`,
    );
  }
  if (source.data === '' || !/^[A-Za-z0-9+/]+=*$/.test(String(source.data))) {
    throw new Refused(`${where}.image.source.base64: invalid base64 data`);
  }
}

function checkThought(block: Json, where: string, { message, name, world }: Spot): void {
  if (message.role !== 'assistant')
    throw new Refused(`${where}: \`thinking\` blocks can only be in \`assistant\` messages`);
  if (block.type === 'redacted_thinking') {
    if (world.issued.isGenuine(String(block.data), { model: name })) return;
    throw new Refused(`${where}: Invalid \`data\` in \`redacted_thinking\` block`);
  }
  if (!world.issued.isGenuine(String(block.signature), { model: name, text: String(block.thinking) })) {
    throw new Refused(`${where}: Invalid \`signature\` in \`thinking\` block`);
  }
}

function checkCall(block: Json, where: string, { message, seen }: Spot): void {
  if (message.role !== 'assistant')
    throw new Refused(`${where}: \`tool_use\` blocks can only be in \`assistant\` messages`);
  const id = String(block.id);
  if (!/^[a-zA-Z0-9_-]{1,64}$/.test(id)) {
    throw new Refused(`${where}.tool_use.id: String should match pattern '^[a-zA-Z0-9_-]+$'`);
  }
  if (seen.has(id)) throw new Refused(`${where}: \`tool_use\` ids must be unique`);
  seen.add(id);
  if (!/^[a-zA-Z0-9_-]{1,128}$/.test(String(block.name))) {
    throw new Refused(`${where}.tool_use.name: String should match pattern '^[a-zA-Z0-9_-]{1,128}$'`);
  }
  object(block.input, `${where}.tool_use.input`);
}

function checkResults(blocks: readonly Json[], before: readonly Json[], index: number): void {
  const asked = before.filter((block) => block.type === 'tool_use').map((block) => block.id);
  const found = new Set<unknown>();
  for (const [at, block] of blocks.entries()) {
    if (block.type !== 'tool_result') continue;
    if (!asked.includes(block.tool_use_id)) {
      throw new Refused(
        `messages.${index}.content.${at}: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${block.tool_use_id}. Each \`tool_result\` block must have a corresponding \`tool_use\` block in the previous message.`,
      );
    }
    if (found.has(block.tool_use_id)) {
      throw new Refused(
        `messages.${index}.content.${at}: each tool_use must have a single result. Found multiple \`tool_result\` blocks with id: ${block.tool_use_id}`,
      );
    }
    if (blocks[at - 1] !== undefined && blocks[at - 1]?.type !== 'tool_result') {
      throw new Refused(
        `messages.${index}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${block.tool_use_id}.`,
      );
    }
    found.add(block.tool_use_id);
  }
}

function checkEnd(messages: readonly Json[]): void {
  if (messages.at(-1)?.role !== 'assistant') return;
  throw new Refused(
    'This model does not support assistant message prefill. The conversation must end with a user message.',
  );
}
