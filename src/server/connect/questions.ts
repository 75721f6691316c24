import { METADATA_KEY } from '../../encoders/ag-ui-event.ts';
import type {
  AgentMessageBody,
  ApprovalDecision,
  ApprovalOption,
  ApprovalPreview,
  FileDiff,
  Halt,
  HaltReason,
} from '../../messages.ts';
import { parseJson } from '../../parse-json.ts';
import { isRecord, type JsonRecord } from '../json-fields.ts';
import type { RemoteInterrupt } from './remote-event.ts';

/** What a person is asked on behalf of a remote agent. */
export type Question = Omit<Extract<AgentMessageBody, { type: 'approval_requested' }>, 'type' | 'tool_call_id'>;

/** Asks the person to do what a tool of the front end would do; the note is the result. */
export function frontEndQuestion(name: string, json: string): Question {
  return {
    reason: `The agent asks you for ${name}. Your answer is its result.`,
    preview: { kind: 'text', text: pretty(json) },
    options: [
      { decision: 'once', label: 'Answer' },
      { decision: 'deny', label: 'Refuse' },
    ],
    answer: 'text',
  };
}

/**
 * Asks what an interrupt asks; one of our own kind says itself which answers there are. Words are asked for where the
 * schema wants them, or where nothing says what is wanted.
 */
export function interruptQuestion(
  interrupt: RemoteInterrupt,
  call: { readonly name: string; readonly json: string },
): Question {
  const extras = extrasOf(interrupt);
  const options = Array.isArray(extras?.options) ? extras.options.filter(isOption) : [];
  const wantsWords = extras === undefined && isForWords(interrupt);
  const isApproval = interrupt.tool_call_id !== undefined && !wantsWords;
  return {
    reason: typeof extras?.reason === 'string' ? extras.reason : (interrupt.message ?? interrupt.reason),
    preview: isPreview(extras?.preview) ? extras.preview : { kind: 'text', text: previewText(interrupt, call) },
    options:
      options.length > 0
        ? options
        : [
            { decision: 'once', label: isApproval ? 'Allow' : 'Answer' },
            { decision: 'deny', label: isApproval ? 'Deny' : 'Refuse' },
          ],
    ...(wantsWords ? { answer: 'text' as const } : {}),
  };
}

/** The payload that answers an interrupt, in the form that its schema wants as far as that can be told. */
export function interruptPayload(
  interrupt: RemoteInterrupt,
  decision: ApprovalDecision,
  note: string | undefined,
): unknown {
  const approved = decision !== 'deny';
  const extras = extrasOf(interrupt);
  if (extras !== undefined) {
    const hash = typeof extras.hash === 'string' ? { hash: extras.hash } : {};
    return { approved, decision, ...hash, ...(note === undefined ? {} : { note }) };
  }
  const schema = interrupt.response_schema;
  if (note !== undefined && TYPED.has(schema?.type)) return typed(note, schema);
  const json = note === undefined ? undefined : parseJson(note);
  if (isRecord(json)) return json;
  const field = onlyFieldOf(interrupt);
  if (field !== undefined) return fieldPayload(interrupt, field, { approved, note });
  const isWithoutCall = propertiesOf(interrupt).approved === undefined && interrupt.tool_call_id === undefined;
  if (note !== undefined && isWithoutCall) return note;
  return { approved, ...(note === undefined ? {} : { note }) };
}

/** The one field beside `approved` that an answer may have. */
function onlyFieldOf(interrupt: RemoteInterrupt): string | undefined {
  const names = Object.keys(propertiesOf(interrupt)).filter((name) => name !== 'approved');
  return names.length === 1 ? names[0] : undefined;
}

/** Puts a note into the one field that there is; a truth needs none. */
function fieldPayload(
  interrupt: RemoteInterrupt,
  field: string,
  { approved, note }: { approved: boolean; note: string | undefined },
): unknown {
  const properties = propertiesOf(interrupt);
  const base = 'approved' in properties ? { approved } : {};
  if (note !== undefined) return { ...base, [field]: typed(note, properties[field]) };
  return typeOf(properties[field]) === 'boolean' && !('approved' in properties) ? { [field]: approved } : { approved };
}

/** The halt that an interrupt of our own kind stands for. */
export function haltOf(interrupt: RemoteInterrupt): Halt | undefined {
  const extras = extrasOf(interrupt);
  const halt = extras?.kind === 'halt' ? extras.halt : undefined;
  if (!isRecord(halt) || typeof halt.message !== 'string') return undefined;
  const reason = HALT_REASONS.find((each) => each === halt.reason);
  const actions = Array.isArray(halt.actions) ? halt.actions.filter(isRecord) : [];
  return reason === undefined
    ? undefined
    : {
        reason,
        message: halt.message,
        actions: actions.map((action) => ({ label: String(action.label), send: String(action.send) })),
      };
}

const HALT_REASONS: readonly HaltReason[] = [
  'max_iterations',
  'budget',
  'loop',
  'rate_limit',
  'context_full',
  'refusal',
];
const DECISIONS: readonly unknown[] = ['once', 'always', 'deny'];

/** What one line of words can stand for. */
const TYPED: ReadonlySet<unknown> = new Set(['string', 'number', 'integer']);

function isForWords(interrupt: RemoteInterrupt): boolean {
  const schema = interrupt.response_schema;
  if (schema === undefined) return interrupt.tool_call_id === undefined && interrupt.reason === 'input_required';
  const fields = Object.values(propertiesOf(interrupt));
  return TYPED.has(schema.type) || (fields.length === 1 && TYPED.has(typeOf(fields[0])));
}

function propertiesOf(interrupt: RemoteInterrupt): JsonRecord {
  const properties = interrupt.response_schema?.properties;
  return isRecord(properties) ? properties : {};
}

function typeOf(schema: unknown): unknown {
  return isRecord(schema) ? schema.type : undefined;
}

function extrasOf(interrupt: RemoteInterrupt): JsonRecord | undefined {
  const extras = interrupt.metadata?.[METADATA_KEY];
  return isRecord(extras) ? extras : undefined;
}

function isOption(value: unknown): value is ApprovalOption {
  return isRecord(value) && DECISIONS.includes(value.decision) && typeof value.label === 'string';
}

function isPreview(value: unknown): value is ApprovalPreview {
  if (!isRecord(value)) return false;
  const hasFacts =
    value.facts === undefined || (Array.isArray(value.facts) && value.facts.every((fact) => typeof fact === 'string'));
  if (value.kind === 'command') return hasFacts && typeof value.command === 'string' && typeof value.cwd === 'string';
  if (value.kind === 'diff') return hasFacts && isDiff(value.diff);
  return value.kind === 'text' && hasFacts && typeof value.text === 'string';
}

function isDiff(value: unknown): value is FileDiff {
  if (!isRecord(value) || typeof value.path !== 'string' || typeof value.patch !== 'string') return false;
  return Number.isSafeInteger(value.added) && Number.isSafeInteger(value.removed);
}

function previewText(interrupt: RemoteInterrupt, call: { readonly name: string; readonly json: string }): string {
  const about = interrupt.tool_call_id === undefined ? [] : [`${call.name} ${pretty(call.json)}`];
  const schema =
    interrupt.response_schema === undefined ? [] : [`It expects: ${JSON.stringify(interrupt.response_schema)}`];
  return [...about, ...(interrupt.message === undefined ? [] : [interrupt.message]), ...schema].join('\n');
}

function pretty(json: string): string {
  const value = parseJson(json);
  return value === undefined ? json : JSON.stringify(value, null, 2);
}

/** Reads a note as what its schema says: a number, a truth value, else the words themselves. */
function typed(note: string, schema: unknown): unknown {
  const type = typeOf(schema);
  const value = parseJson(note);
  return (type === 'boolean' || type === 'number' || type === 'integer') && value !== undefined ? value : note;
}
