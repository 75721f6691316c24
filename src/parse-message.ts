import { errorLine } from './errors.ts';
import { AGENT_SCHEMAS, type Schema, USER_SCHEMAS } from './message-schema.ts';
import type { AgentMessage, UserMessageBody } from './messages.ts';

/** A message to the agent as it arrives: whoever takes it in makes the `id` that the sender left out. */
export type ArrivedMessage = UserMessageBody & { readonly id?: string };

/**
 * What one line holds. `ignored`: a type of another version, which is no error. `error` says in one line what is
 * wrong, with the `field` it is about.
 */
export type Parsed<Message> =
  | { readonly message: Message }
  | { readonly ignored: string }
  | { readonly error: string; readonly field?: string };

/** Reads a line of JSON as a message to the agent. Never throws; unknown fields are left out. */
export function parseUserMessage(line: string): Parsed<ArrivedMessage> {
  const json = parseJson(line);
  return 'error' in json ? json : readUserMessage(json.value);
}

/** Checks a parsed JSON value as a message to the agent. Never throws; unknown fields are left out. */
export function readUserMessage(value: unknown): Parsed<ArrivedMessage> {
  const checked = check(value, USER_SCHEMAS);
  if (!('schema' in checked)) return checked;
  const known = Object.keys(checked.schema.properties ?? {});
  const fields = known.flatMap((name) => (Object.hasOwn(checked.value, name) ? [[name, checked.value[name]]] : []));
  const message = Object.fromEntries(fields) as ArrivedMessage;
  if (message.type === 'retract' && message.id === undefined) {
    return { error: '"id" is missing: it names the message to take back', field: 'id' };
  }
  return { message };
}

/** Reads a line of JSON as a message of the agent: a line of a session file or of `stream-json`. Never throws. */
export function parseAgentMessage(line: string): Parsed<AgentMessage> {
  const json = parseJson(line);
  if ('error' in json) return json;
  const checked = check(json.value, AGENT_SCHEMAS);
  return 'schema' in checked ? { message: checked.value as unknown as AgentMessage } : checked;
}

type Fields = Readonly<Record<string, unknown>>;
type Fault = { readonly error: string; readonly field?: string };

function parseJson(line: string): { readonly value: unknown } | Fault {
  try {
    return { value: JSON.parse(line) };
  } catch (error) {
    return { error: `Not JSON: ${errorLine(error)}` };
  }
}

function check(
  value: unknown,
  table: ReadonlyMap<string, Schema>,
): { readonly schema: Schema; readonly value: Fields } | { readonly ignored: string } | Fault {
  if (!isFields(value)) return { error: `A message is a JSON object, not ${say(value)}` };
  const type = Object.hasOwn(value, 'type') ? value.type : undefined;
  if (type === undefined) return { error: '"type" is missing', field: 'type' };
  if (typeof type !== 'string') return { error: `"type" must be a string, not ${say(type)}`, field: 'type' };
  const schema = table.get(type);
  if (schema === undefined) return { ignored: type };
  return faultOf(value, schema, '') ?? { schema, value };
}

/** Finds the first thing about a value that its schema does not allow. */
function faultOf(value: unknown, schema: Schema, field: string): Fault | undefined {
  if (schema.anyOf !== undefined) return faultOfChoice(value, schema.anyOf, field);
  if (schema.const !== undefined) {
    return value === schema.const ? undefined : fault(field, JSON.stringify(schema.const), value);
  }
  if (schema.type !== undefined && !hasType(value, schema.type)) return fault(field, NAMES[schema.type], value);
  if (schema.enum !== undefined && !schema.enum.some((known) => known === value)) {
    return fault(field, `one of ${schema.enum.join(', ')}`, value);
  }
  if (schema.minimum !== undefined && Number(value) < schema.minimum) {
    return fault(field, `${schema.minimum} or more`, value);
  }
  if (schema.items !== undefined) return faultOfItems(value as readonly unknown[], schema.items, field);
  if (schema.properties !== undefined) return faultOfFields(value as Fields, schema, field);
  return undefined;
}

function faultOfItems(values: readonly unknown[], schema: Schema, field: string): Fault | undefined {
  for (const [index, value] of values.entries()) {
    const found = faultOf(value, schema, `${field}[${index}]`);
    if (found !== undefined) return found;
  }
  return undefined;
}

function faultOfFields(value: Fields, schema: Schema, field: string): Fault | undefined {
  const prefix = field === '' ? '' : `${field}.`;
  for (const name of schema.required ?? []) {
    if (!Object.hasOwn(value, name)) return { error: `"${prefix}${name}" is missing`, field: `${prefix}${name}` };
  }
  for (const [name, inner] of Object.entries(schema.properties ?? {})) {
    const found = Object.hasOwn(value, name) ? faultOf(value[name], inner, `${prefix}${name}`) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Goes by the kind of the value, then by the tag, so that the fault names the field inside and not the whole. */
function faultOfChoice(value: unknown, choices: readonly Schema[], field: string): Fault | undefined {
  const fitting = choices.filter(({ type }) => type === undefined || hasType(value, type));
  const first = fitting[0];
  if (first === undefined) return fault(field, choices.map(({ type }) => NAMES[type ?? 'object']).join(' or '), value);
  const tag = Object.entries(first.properties ?? {}).find(([, { const: fixed }]) => fixed !== undefined)?.[0];
  if (tag === undefined || !isFields(value)) return faultOf(value, first, field);
  const chosen = fitting.find((choice) => choice.properties?.[tag]?.const === value[tag]);
  if (chosen !== undefined) return faultOf(value, chosen, field);
  const tags = fitting.map((choice) => choice.properties?.[tag]?.const).join(', ');
  return fault(`${field}.${tag}`, `one of ${tags}`, value[tag]);
}

const NAMES: Readonly<Record<NonNullable<Schema['type']>, string>> = {
  string: 'a string',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  object: 'an object',
  array: 'a list',
};

function hasType(value: unknown, type: NonNullable<Schema['type']>): boolean {
  switch (type) {
    case 'integer':
      return Number.isInteger(value);
    case 'array':
      return Array.isArray(value);
    case 'object':
      return isFields(value);
    default:
      return typeof value === type;
  }
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function fault(field: string, wanted: string, value: unknown): Fault {
  return { error: `"${field}" must be ${wanted}, not ${say(value)}`, field };
}

/** Says a wrong value so that it can be recognised, and no longer than that. */
function say(value: unknown): string {
  if (value === null) return 'null';
  if (value === undefined) return 'missing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  const text = JSON.stringify(value) ?? typeof value;
  return text.length <= 40 ? text : `${text.slice(0, 39)}…`;
}
