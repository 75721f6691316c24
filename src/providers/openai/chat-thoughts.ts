import { type Fields, fieldsOf, itemsOf, textOf } from '../wire/wire-fields.ts';

/** What one delta says: thinking and answer, whatever fields they are in. */
export interface SaidPieces {
  readonly thought: string;
  readonly text: string;
}

/** Reads the thinking and the answer out of a delta. Mistral gives the content of thinking models in parts. */
export function readSaid(delta: Fields): SaidPieces {
  const thought = thoughtField(delta);
  if (!Array.isArray(delta.content)) return { thought, text: textOf(delta.content) };
  const parts = delta.content.map(fieldsOf);
  return {
    thought: thought + parts.map(({ type, thinking }) => (type === 'thinking' ? partText(thinking) : '')).join(''),
    text: parts.map(({ type, text }) => (type === 'text' ? textOf(text) : '')).join(''),
  };
}

/** The same thought may stand in several fields: the first that has it counts. */
function thoughtField(delta: Fields): string {
  const plain = textOf(delta.reasoning_content) || textOf(delta.reasoning) || textOf(delta.reasoning_text);
  if (plain !== '' || delta.reasoning_details === undefined) return plain;
  return itemsOf(delta.reasoning_details)
    .map(fieldsOf)
    .map(({ text, summary }) => textOf(text) || textOf(summary))
    .join('');
}

function partText(value: unknown): string {
  if (typeof value === 'string') return value;
  return itemsOf(value)
    .map((part) => textOf(fieldsOf(part).text))
    .join('');
}

/** Gathers `reasoning_details`, which OpenRouter wants back unchanged and in their order. */
export interface ReasoningDetails {
  add(details: unknown): void;
  /** Gives what was gathered since the last time as JSON; undefined when there is nothing. */
  take(): string | undefined;
}

/** Makes a collection without any detail. */
export function createReasoningDetails(): ReasoningDetails {
  let gathered: Record<string, unknown>[] = [];
  return {
    add: (details) => {
      for (const detail of itemsOf(details)) {
        const fields = fieldsOf(detail);
        const last = gathered.at(-1);
        if (last !== undefined && isSame(last, fields)) gathered[gathered.length - 1] = joined(last, fields);
        else gathered.push({ ...fields });
      }
    },
    take: () => {
      const taken = gathered;
      gathered = [];
      return taken.length === 0 ? undefined : JSON.stringify(taken);
    },
  };
}

function isSame(last: Fields, next: Fields): boolean {
  return last.type === next.type && last.index === next.index && next.index !== undefined;
}

function joined(last: Fields, next: Fields): Record<string, unknown> {
  const joint = { ...last, ...withoutNulls(next) };
  for (const field of ['text', 'summary', 'data']) {
    if (typeof last[field] === 'string' && typeof next[field] === 'string') joint[field] = last[field] + next[field];
  }
  return joint;
}

function withoutNulls(fields: Fields): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
}
