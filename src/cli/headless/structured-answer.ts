import { existsSync, readFileSync } from 'node:fs';
import * as z from 'zod';
import type { Encoder } from '../../encoders/encoder.ts';
import { errorMessage } from '../../errors.ts';
import { jsonLine } from '../../json-line.ts';
import type { UserContent } from '../../messages.ts';
import type { Conversing } from '../conversing.ts';
import { CliError } from '../exit-codes.ts';
import type { Sink } from '../fan-out.ts';

/** How often the model may correct an answer that does not fit. */
const MAX_CORRECTIONS = 2;

/** An answer that has to fit a JSON Schema: asked for, checked, corrected, and written once it fits. */
export interface StructuredAnswer {
  /** Added to the system prompt. */
  readonly instruction: string;
  readonly sink: Sink;
  /** Asks, and asks again while the answer does not fit. Resolves with the ids of the texts. */
  ask(session: Conversing, prompt: UserContent): Promise<readonly string[]>;
  /** Makes `text` the value alone, on one line, and gives the object of `json` the value or why there is none. */
  adapt(encoder: Encoder): Encoder;
  /** Why the last answer does not fit; undefined when it does. */
  problem(): string | undefined;
}

/** Reads `--json-schema`: a file or the schema itself. Throws a {@link CliError} for what is no schema. */
export function structuredAnswer(given: string): StructuredAnswer {
  const schema = readSchema(given);
  let check: (text: string) => Checked;
  try {
    const type = z.fromJSONSchema(schema);
    check = (text) => checkText(text, type);
  } catch (error) {
    throw new CliError(`--json-schema is not a JSON Schema that can be checked: ${errorMessage(error)}`);
  }
  let last: Checked = { problem: 'there is no answer' };
  let wake: (() => void) | undefined;
  let isOver = false;
  return {
    instruction: `Answer with one JSON value that fits this JSON Schema, and with nothing else:\n${JSON.stringify(schema)}`,
    sink: (message) => {
      if (message.type !== 'done') return;
      isOver = message.status !== 'completed';
      last = check(message.final_text ?? '');
      wake?.();
    },
    ask: async (session, prompt) => {
      const ids: string[] = [];
      let content = prompt;
      for (let attempt = 0; attempt <= MAX_CORRECTIONS; attempt += 1) {
        const done = new Promise<void>((resolve) => {
          wake = resolve;
        });
        ids.push(session.send({ type: 'text', content }));
        await done;
        if (isOver || last.problem === undefined) break;
        content = `That does not fit the schema: ${last.problem}. Answer again with the JSON value alone.`;
      }
      return ids;
    },
    adapt: (encoder) => {
      if (encoder.name === 'text') return valueAlone(() => last);
      return encoder.name === 'json' ? withValue(encoder, () => last) : encoder;
    },
    problem: () => last.problem,
  };
}

interface Checked {
  readonly value?: unknown;
  readonly problem?: string;
}

function valueAlone(last: () => Checked): Encoder {
  return {
    name: 'text',
    description: 'The value alone',
    media_type: 'application/json',
    async *encode(messages) {
      for await (const message of messages) void message;
      const { value } = last();
      if (value !== undefined) yield `${jsonLine(value)}\n`;
    },
  };
}

/** An answer that was given and does not fit is an error; a turn that failed keeps its own. */
function withValue(encoder: Encoder, last: () => Checked): Encoder {
  return {
    ...encoder,
    async *encode(messages, options) {
      for await (const piece of encoder.encode(messages, options)) {
        const object = JSON.parse(piece) as { readonly status: string };
        const { problem, value } = last();
        const isMisfit = object.status === 'completed' && problem !== undefined;
        const error = { message: `The answer does not fit the schema: ${problem}.`, kind: 'invalid_request' };
        const added = isMisfit ? { status: 'error', error } : problem === undefined ? { structured_output: value } : {};
        yield `${jsonLine({ ...object, ...added })}\n`;
      }
    },
  };
}

function checkText(text: string, type: z.ZodType): Checked {
  const json = /^\s*```(?:json)?\n([\s\S]*?)\n```\s*$/.exec(text)?.[1] ?? text;
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    return { problem: `it is not JSON (${errorMessage(error)})` };
  }
  const checked = type.safeParse(value);
  if (checked.success) return { value };
  return {
    problem: checked.error.issues.map(({ path, message }) => `${path.join('.') || 'the value'}: ${message}`).join('; '),
  };
}

function readSchema(given: string): z.core.JSONSchema.JSONSchema {
  const isFile = !given.trimStart().startsWith('{');
  if (isFile && !existsSync(given))
    throw new CliError(`--json-schema takes a file or a JSON Schema: there is no ${given}.`);
  try {
    return JSON.parse(isFile ? readFileSync(given, 'utf8') : given);
  } catch (error) {
    throw new CliError(`--json-schema takes a file or a JSON Schema: ${errorMessage(error)}.`);
  }
}
