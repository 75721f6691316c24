import {
  findNodeAtLocation,
  getNodeValue,
  type Node,
  type ParseError,
  parseTree,
  printParseErrorCode,
} from 'jsonc-parser';
import * as z from 'zod';
import { ERROR_KINDS } from '../../messages.ts';
import { ModelNameError } from '../provider.ts';
import type { Script, ScriptResponse, ScriptStep } from './steps.ts';

const duration = z
  .number()
  .nonnegative()
  .max(2 ** 31 - 1);
const count = z.int().nonnegative();
const pieces = {
  chunk_length: z.int().positive().optional(),
  delay_ms: duration.optional(),
  repeat: z.int().positive().max(10_000_000).optional(),
};
const failure = z.strictObject({
  kind: z.enum(ERROR_KINDS),
  message: z.string().optional(),
  status: z.int().optional(),
  retryable: z.boolean().optional(),
  retry_after_ms: duration.optional(),
});
const toolCall = z.strictObject({
  name: z.string().min(1),
  arguments: z.union([z.string(), z.record(z.string(), z.unknown())]).default({}),
  id: z.string().min(1).optional(),
  chunk_length: pieces.chunk_length,
  delay_ms: pieces.delay_ms,
});
const progress = z.strictObject({ processed: count, total: count, cached: count, time_ms: count });

const STEPS = {
  text: z.strictObject({ text: z.string(), ...pieces }),
  thought: z.strictObject({ thought: z.string(), signature: z.string().optional(), ...pieces }),
  tool_call: z.strictObject({ tool_call: toolCall }),
  delay_ms: z.strictObject({ delay_ms: duration }),
  prompt_progress: z.strictObject({ prompt_progress: progress }),
  error: z.strictObject({ error: failure }),
  stall: z.strictObject({ stall: z.literal(true) }),
  cut: z.strictObject({ cut: z.literal(true) }),
} as const;
type StepName = keyof typeof STEPS;
const STEP_NAMES = Object.keys(STEPS) as StepName[];

const usage = z.strictObject({
  input_tokens: count,
  output_tokens: count,
  cache_read_tokens: count.optional(),
  cache_creation_tokens: count.optional(),
  reasoning_tokens: count.optional(),
});
const response = z.strictObject({
  steps: z.array(z.unknown()),
  finish: z.enum(['stop', 'tool_calls', 'length', 'refusal', 'context_full', 'pause']).optional(),
  usage: z.union([usage, z.literal('none')]).optional(),
});
const script = z.strictObject({
  responses: z.array(z.unknown()).min(1),
  context_limit: z.int().positive().optional(),
});

/** One text to check: a whole file, or one line of it. */
export interface ScriptSource {
  readonly path: string;
  readonly source: string;
  readonly first_line: number;
  /** The text is a single response. */
  readonly is_response?: boolean;
}

type Path = readonly (string | number)[];

/** Checks a script and gives it in full spelling. Throws a {@link ModelNameError} with line and column. */
export async function checkScript(from: ScriptSource): Promise<Script> {
  const errors: ParseError[] = [];
  const root = parseTree(from.source, errors, { allowTrailingComma: true });
  const [first] = errors;
  if (first !== undefined) fail(from, first.offset, `this is not JSON (${inWords(first.error)})`);
  if (root === undefined) fail(from, 0, 'it is empty');
  const value: unknown = getNodeValue(root);
  const check: Check = { from, root };
  if (from.is_response === true) return { responses: [readResponse(check, value, [])] };
  if (Array.isArray(value)) return { responses: value.map((entry, index) => readResponse(check, entry, [index])) };
  const read = parsed(check, { schema: script, value, path: [] });
  return {
    responses: read.responses.map((entry, index) => readResponse(check, entry, ['responses', index])),
    ...(read.context_limit === undefined ? {} : { context_limit: read.context_limit }),
  };
}

/** `ValueExpected` as a person reads it. */
function inWords(error: number): string {
  return printParseErrorCode(error).replace(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

interface Check {
  readonly from: ScriptSource;
  readonly root: Node;
}

/** A response may be a text, a list of steps, or an object with `steps`. */
function readResponse(check: Check, value: unknown, path: Path): ScriptResponse {
  if (typeof value === 'string') return { steps: [{ type: 'text', text: value }] };
  if (Array.isArray(value)) return { steps: value.map((step, index) => readStep(check, step, [...path, index])) };
  const read = parsed(check, { schema: response, value, path });
  return {
    steps: read.steps.map((step, index) => readStep(check, step, [...path, 'steps', index])),
    ...(read.finish === undefined ? {} : { finish: read.finish }),
    ...(read.usage === undefined ? {} : { usage: read.usage as NonNullable<ScriptResponse['usage']> }),
  };
}

function readStep(check: Check, value: unknown, path: Path): ScriptStep {
  if (typeof value === 'string') return { type: 'text', text: value };
  const name = STEP_NAMES.find((key) => typeof value === 'object' && value !== null && key in value);
  if (name === undefined) failAt(check, path, `a step has one of ${STEP_NAMES.join(', ')}`);
  const schema: z.ZodType<unknown> = STEPS[name];
  return toStep(parsed(check, { schema, value, path }) as StepInput);
}

type StepInput = z.infer<(typeof STEPS)[StepName]>;

function toStep(step: StepInput): ScriptStep {
  if ('text' in step) return { type: 'text', text: step.text, pieces: piecesOf(step) };
  if ('thought' in step) return thoughtStep(step);
  if ('tool_call' in step) return callStep(step.tool_call);
  if ('prompt_progress' in step) return { type: 'prompt_progress', ...step.prompt_progress };
  if ('error' in step) return errorStep(step.error);
  if ('stall' in step) return { type: 'stall' };
  if ('cut' in step) return { type: 'cut' };
  return { type: 'delay', delay_ms: step.delay_ms };
}

function thoughtStep(step: z.infer<(typeof STEPS)['thought']>): ScriptStep {
  const { thought, signature } = step;
  return { type: 'thought', text: thought, pieces: piecesOf(step), ...(signature === undefined ? {} : { signature }) };
}

function callStep(call: z.infer<typeof toolCall>): ScriptStep {
  return {
    type: 'tool_call',
    name: call.name,
    arguments: typeof call.arguments === 'string' ? call.arguments : JSON.stringify(call.arguments),
    pieces: piecesOf(call),
    ...(call.id === undefined ? {} : { id: call.id }),
  };
}

interface PiecesInput {
  readonly chunk_length?: number | undefined;
  readonly delay_ms?: number | undefined;
  readonly repeat?: number | undefined;
}

function piecesOf({
  chunk_length,
  delay_ms,
  repeat,
}: PiecesInput): NonNullable<Extract<ScriptStep, { type: 'text' }>['pieces']> {
  return {
    ...(chunk_length === undefined ? {} : { chunk_length }),
    ...(delay_ms === undefined ? {} : { delay_ms }),
    ...(repeat === undefined ? {} : { repeat }),
  };
}

const RETRYABLE = ['rate_limit', 'overloaded', 'server', 'network', 'timeout', 'stream_interrupted'];

function errorStep({ kind, message, status, retryable, retry_after_ms }: z.infer<typeof failure>): ScriptStep {
  return {
    type: 'error',
    kind,
    message: message ?? `The script says: ${kind}.`,
    retryable: retryable ?? RETRYABLE.includes(kind),
    ...(status === undefined ? {} : { status }),
    ...(retry_after_ms === undefined ? {} : { retry_after_ms }),
  };
}

interface Parsing<Value> {
  readonly schema: z.ZodType<Value>;
  readonly value: unknown;
  readonly path: Path;
}

function parsed<Value>(check: Check, { schema, value, path }: Parsing<Value>): Value {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const inner = (issue?.path ?? []).map((key) => (typeof key === 'number' ? key : String(key)));
  const where = inner.length === 0 ? '' : `"${inner.join('.')}": `;
  failAt(check, [...path, ...inner], `${where}${issue?.message ?? 'not what is expected'}`);
}

function failAt({ from, root }: Check, path: Path, problem: string): never {
  let known = path;
  while (known.length > 0 && findNodeAtLocation(root, [...known]) === undefined) known = known.slice(0, -1);
  fail(from, findNodeAtLocation(root, [...known])?.offset ?? 0, problem);
}

function fail({ path, source, first_line }: ScriptSource, offset: number, problem: string): never {
  const before = source.slice(0, offset).split('\n');
  const line = first_line + before.length - 1;
  const column = (before.at(-1)?.length ?? 0) + 1;
  throw new ModelNameError(
    `The script ${path} is wrong at line ${line}, column ${column}: ${problem}. See docs/scripts.md.`,
  );
}
