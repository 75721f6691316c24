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

/** Says what OpenAI Responses would answer to a body that it refuses; undefined for one that it takes. */
export function checkResponses(body: unknown, world: StrictWorld): Refusal | undefined {
  return asRefusal(() => checkBody(object(body, 'body'), world));
}

/** Runs checks and gives a broken rule in OpenAI's shape. */
export function asRefusal(check: () => void): Refusal | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const { message, param, code, status } = error;
    return { status, body: { error: { message, type: 'invalid_request_error', param, code } } };
  }
}

/** Finds the model of a body, as OpenAI does. */
export function requireModel(body: Json, world: StrictWorld): StrictModel {
  const model = world.models[String(body.model)];
  if (model !== undefined) return model;
  throw new Refused(`The model \`${body.model}\` does not exist or you do not have access to it.`, {
    status: 404,
    code: 'model_not_found',
  });
}

/** Breaks the rule that an id is a string of at most so many characters. */
export function requireLength(value: unknown, where: string, longest: number): string {
  if (typeof value !== 'string' || value === '') {
    throw new Refused(`Missing required parameter: '${where}'.`, { param: where, code: 'missing_required_parameter' });
  }
  if (value.length <= longest) return value;
  throw new Refused(
    `Invalid '${where}': string too long. Expected a string with maximum length ${longest}, but got a string with length ${value.length} instead.`,
    { param: where, code: 'string_above_max_length' },
  );
}

/** Breaks the rule for names of functions. */
export function requireFunctionName(value: unknown, where: string): void {
  if (/^[a-zA-Z0-9_-]{1,64}$/.test(String(value))) return;
  throw new Refused(
    `Invalid '${where}': string does not match pattern. Expected a string that matches the pattern '^[a-zA-Z0-9_-]+$'.`,
    { param: where, code: 'invalid_value' },
  );
}

/** Breaks the rule that a model takes this effort. */
export function requireEffort(
  effort: unknown,
  where: string,
  { name, model }: { name: string; model: StrictModel },
): void {
  if (effort === undefined || effort === null) return;
  if (model.efforts.length === 0) {
    throw new Refused(`Unsupported parameter: '${where}' is not supported with this model.`, {
      param: where,
      code: 'unsupported_parameter',
    });
  }
  if (model.efforts.includes(String(effort))) return;
  const supported = model.efforts.map((word) => `'${word}'`).join(', ');
  throw new Refused(
    `Unsupported value: '${effort}' is not supported with the '${name}' model. Supported values are: ${supported}.`,
    { param: where, code: 'unsupported_value' },
  );
}

function checkBody(body: Json, world: StrictWorld): void {
  requireWellFormed(body);
  const name = String(body.model);
  const model = requireModel(body, world);
  requireEffort((body.reasoning as Json | undefined)?.effort, 'reasoning.effort', { name, model });
  const max = body.max_output_tokens;
  if (typeof max === 'number' && (max < 16 || max > model.output_limit)) {
    throw new Refused(
      `Invalid 'max_output_tokens': integer ${max < 16 ? 'below minimum' : 'above maximum'} value. Expected a value ${max < 16 ? '>= 16' : `<= ${model.output_limit}`}, but got ${max} instead.`,
      { param: 'max_output_tokens', code: max < 16 ? 'integer_below_min_value' : 'integer_above_max_value' },
    );
  }
  const items = array(body.input, 'input').map((item, index) => object(item, `input[${index}]`));
  if (items.length === 0) throw new Refused("Missing required parameter: 'input'.", { param: 'input' });
  for (const [index, item] of items.entries()) checkItem(item, `input[${index}]`, { model, name, world });
  checkPairs(items);
  checkReasoning(items);
}

interface Context {
  readonly model: StrictModel;
  readonly name: string;
  readonly world: StrictWorld;
}

function checkItem(item: Json, where: string, context: Context): void {
  switch (item.type ?? 'message') {
    case 'message':
      checkMessage(item, where, context);
      return;
    case 'function_call':
      requireLength(item.call_id, `${where}.call_id`, 64);
      if (item.id !== undefined) requirePrefix(item.id, `${where}.id`, 'fc');
      requireFunctionName(item.name, `${where}.name`);
      if (typeof item.arguments !== 'string')
        throw new Refused(`Invalid type for '${where}.arguments': expected a string.`);
      return;
    case 'function_call_output':
      requireLength(item.call_id, `${where}.call_id`, 64);
      if (item.output === '' || item.output === undefined) {
        throw new Refused(`Missing required parameter: '${where}.output'.`, { param: `${where}.output` });
      }
      if (typeof item.output !== 'string') checkParts(item.output, `${where}.output`, context);
      return;
    case 'reasoning':
      requirePrefix(item.id, `${where}.id`, 'rs');
      checkEncrypted(item, context);
      return;
    default:
      throw new Refused(`Invalid value: '${item.type}'.`, { param: `${where}.type`, code: 'invalid_value' });
  }
}

function requirePrefix(value: unknown, where: string, prefix: string): void {
  const id = requireLength(value, where, 64);
  if (!/^[A-Za-z0-9_-]+$/.test(id)) {
    throw new Refused(
      `Invalid '${where}': '${id}'. Expected an ID that contains letters, numbers, underscores, or dashes, but this value contained additional characters.`,
      { param: where, code: 'invalid_value' },
    );
  }
  if (!id.startsWith(prefix)) {
    throw new Refused(`Invalid '${where}': '${id}'. Expected an ID that begins with '${prefix}'.`, {
      param: where,
      code: 'invalid_value',
    });
  }
}

function checkEncrypted(item: Json, { name, world }: Context): void {
  const content = String(item.encrypted_content);
  if (world.issued.isGenuine(content, { model: name })) return;
  throw new Refused(
    `The encrypted content ${content.slice(0, 4)}... could not be verified. Reason: Encrypted content could not be decrypted or parsed.`,
    {
      code: 'invalid_encrypted_content',
    },
  );
}

function checkMessage(item: Json, where: string, context: Context): void {
  const role = String(item.role);
  if (!['user', 'assistant', 'system', 'developer'].includes(role)) {
    throw new Refused(
      `Invalid value: '${role}'. Supported values are: 'assistant', 'system', 'developer', and 'user'.`,
      { param: `${where}.role` },
    );
  }
  if (typeof item.content === 'string') {
    if (item.content === '')
      throw new Refused(`Invalid '${where}.content': empty string.`, { param: `${where}.content` });
    return;
  }
  const types = role === 'assistant' ? ['output_text', 'refusal'] : INPUT_TYPES;
  checkParts(item.content, `${where}.content`, context, types);
}

const INPUT_TYPES = ['input_text', 'input_image', 'input_file'];

function checkParts(given: unknown, where: string, { model }: Context, types: readonly string[] = INPUT_TYPES): void {
  const parts = array(given, where) as readonly Json[];
  if (parts.length === 0) throw new Refused(`Invalid '${where}': empty array.`, { param: where, code: 'empty_array' });
  for (const [index, part] of parts.entries()) {
    if (!types.includes(String(part.type))) {
      throw new Refused(
        `Invalid value: '${part.type}'. Supported values are: ${types.map((type) => `'${type}'`).join(', ')}.`,
        { param: `${where}[${index}]`, code: 'invalid_value' },
      );
    }
    if (part.text === '') throw new Refused(`Invalid '${where}[${index}].text': empty string.`);
    if (part.type === 'input_image') checkImageUrl(part.image_url, `${where}[${index}].image_url`, model);
  }
}

/** Breaks the rules for an image given as a data URL. */
export function checkImageUrl(url: unknown, where: string, model: StrictModel): void {
  if (!model.has_vision) {
    throw new Refused('Invalid content type. image_url is only supported by certain models.', { param: where });
  }
  if (!/^data:image\/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/]+=*$/.test(String(url))) {
    throw new Refused(`Invalid '${where}': expected a base64-encoded data URL with an image MIME type.`, {
      param: where,
      code: 'invalid_value',
    });
  }
}

function checkPairs(items: readonly Json[]): void {
  const calls = new Set<unknown>();
  const outputs = new Set<unknown>();
  for (const [index, { type, call_id }] of items.entries()) {
    if (type === 'function_call') {
      if (calls.has(call_id))
        throw new Refused(`Duplicate function call with call_id ${call_id}.`, { param: `input[${index}].call_id` });
      calls.add(call_id);
    }
    if (type !== 'function_call_output') continue;
    if (!calls.has(call_id))
      throw new Refused(`No tool call found for function call output with call_id ${call_id}.`, { param: 'input' });
    if (outputs.has(call_id))
      throw new Refused(`Duplicate function call output with call_id ${call_id}.`, { param: 'input' });
    outputs.add(call_id);
  }
  for (const id of calls) {
    if (!outputs.has(id)) throw new Refused(`No tool output found for function call ${id}.`, { param: 'input' });
  }
}

function checkReasoning(items: readonly Json[]): void {
  for (const [index, { type, id }] of items.entries()) {
    if (type !== 'reasoning') continue;
    const following = items.slice(index + 1).find((item) => item.type !== 'reasoning');
    const isOwn = following?.type === 'function_call' || following?.role === 'assistant';
    if (isOwn) continue;
    throw new Refused(`Item '${id}' of type 'reasoning' was provided without its required following item.`, {
      param: 'input',
    });
  }
}
