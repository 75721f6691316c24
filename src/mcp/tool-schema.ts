import { plainOutput } from '../tools/output/model-text.ts';

type Schema = Readonly<Record<string, unknown>>;

const MAX_CHARACTERS = 32 * 1024;
/** All that a schema may say at its top: providers refuse `anyOf` and the like there. */
const TOP_KEYS = ['properties', 'required', 'additionalProperties', '$defs', 'definitions'];
/** A property that is called otherwise makes Anthropic refuse the whole request. */
const PROPERTY_NAME = /^[\w.-]{1,64}$/;

/**
 * Makes the schema of a server fit for every provider: without hidden text, and open where it is too long or has names
 * that are refused. The server checks the arguments in any case.
 */
export function providerSchema(given: Schema): Schema {
  const json = JSON.stringify(given);
  if (json.length > MAX_CHARACTERS) return { type: 'object' };
  const schema = JSON.parse(json, (_, value: unknown) =>
    typeof value === 'string' ? plainOutput(value) : value,
  ) as Schema;
  const { properties } = schema;
  const isUsable = isObject(properties) && Object.keys(properties).every((name) => PROPERTY_NAME.test(name));
  if (properties !== undefined && !isUsable) return { type: 'object' };
  return {
    type: 'object',
    ...Object.fromEntries(TOP_KEYS.flatMap((key) => (key in schema ? [[key, schema[key]]] : []))),
  };
}

function isObject(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
