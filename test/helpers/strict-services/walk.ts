import * as fc from 'fast-check';
import type { AssistantPart, ConversationMessage, ToolOutcome } from '../../../src/conversation.ts';
import type { ContentBlock, ImageBlock, UserContent } from '../../../src/messages.ts';
import type { IssuedThoughts } from './refusal.ts';
import { STRICT_SIDES, type StrictSide } from './strict-models.ts';

/** One model response of a walk, before it is signed by the model that gives it. */
export interface WalkStep {
  /** Index of the model that is switched to before this request. */
  readonly side: number;
  readonly parts: readonly WalkPart[];
  readonly results: readonly WalkResult[];
  /** What becomes of the response. */
  readonly end: 'whole' | 'cancelled' | 'failed';
  /** What the person says after it, when no call is open or as a steer. */
  readonly said: UserContent | undefined;
}

type WalkPart =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'thought'; readonly text: string; readonly kind: 'signed' | 'redacted' | 'unsigned' | 'blank' }
  | { readonly type: 'call'; readonly id: string; readonly name: string; readonly json: string };

interface WalkResult {
  readonly output: string;
  readonly images: readonly ImageBlock[];
  readonly is_error: boolean;
  readonly is_missing: boolean;
}

const words = fc.oneof(
  { weight: 6, arbitrary: fc.lorem({ maxCount: 6 }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('', ' ', '\n', 'a\ud83d', '\udc00b', 'trailing  \n', '日本語 👍', '\u0000', '{"a":1}'),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 12 }) },
);

const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const image: fc.Arbitrary<ImageBlock> = fc
  .constantFrom('image/png', 'image/webp', 'image/svg+xml')
  .map((media_type) => ({ type: 'image', media_type, data: PIXEL }) as const);
const block: fc.Arbitrary<ContentBlock> = fc.oneof(
  words.map((text) => ({ type: 'text', text }) as const),
  image,
  fc.record({ type: fc.constant('file' as const), name: words, text: words }),
);
const said: fc.Arbitrary<UserContent> = fc.oneof(words, fc.array(block, { maxLength: 4 }));

const id = fc.oneof(
  fc.nat(60).map((number) => `call_${number}`),
  fc.uuid().map((uuid) => `toolu_${uuid}`),
  fc.nat(9).map((number) => `functions.read_file:${number}`),
  fc.nat(9).map((number) => 'x'.repeat(70) + number),
  fc.nat(9).map((number) => `fc_${'y'.repeat(40)}${number}|rs`),
  fc.constantFrom('', 'ü', 'a b', 'Abc123xyz', 'chatcmpl-tool-0123456789abcdef0123456789abcdef'),
);
const part: fc.Arbitrary<WalkPart> = fc.oneof(
  words.map((text) => ({ type: 'text', text }) as const),
  fc.record({
    type: fc.constant('thought' as const),
    text: words,
    kind: fc.constantFrom(
      'signed' as const,
      'signed' as const,
      'redacted' as const,
      'unsigned' as const,
      'blank' as const,
    ),
  }),
  fc.record({
    type: fc.constant('call' as const),
    id,
    name: fc.constantFrom('read_file', 'run_command', 'mcp.tool/x', '', 'n'.repeat(80)),
    json: fc.oneof(fc.json(), fc.constantFrom('', '{}', '{"path":"a"}', '{"path":', '[1]', 'null', '{"__proto__":1}')),
  }),
);
const result: fc.Arbitrary<WalkResult> = fc.record({
  output: words,
  images: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, fc.array(image, { maxLength: 2 })),
  is_error: fc.boolean(),
  is_missing: fc.integer({ min: 0, max: 5 }).map((dice) => dice === 0),
});

/** A walk: what is said, by which models, and how it ends, over and over. */
export const walk: fc.Arbitrary<readonly WalkStep[]> = fc.array(
  fc.record({
    side: fc.nat(STRICT_SIDES.length - 1),
    parts: fc.array(part, { maxLength: 5 }),
    results: fc.array(result, { minLength: 5, maxLength: 5 }),
    end: fc.constantFrom('whole' as const, 'whole' as const, 'whole' as const, 'cancelled' as const, 'failed' as const),
    said: fc.option(said, { nil: undefined }),
  }),
  { minLength: 1, maxLength: 7 },
);

/** Adds what a step leaves in the conversation; every signature is remembered as the model's own. */
export function takeStep(
  conversation: readonly ConversationMessage[],
  step: WalkStep,
  issued: IssuedThoughts,
): readonly ConversationMessage[] {
  const side = STRICT_SIDES[step.side] as StrictSide;
  const next = [...conversation];
  if (step.end !== 'failed' && step.parts.length > 0) next.push(...response(step, side, issued));
  const isLoop = next.at(-1)?.role === 'tool' && step.end === 'whole';
  if (step.said !== undefined || !isLoop) {
    next.push({ role: 'user', id: `u${next.length}`, content: step.said ?? 'go on', origin: 'person' });
  }
  return next;
}

let serial = 0;

function response(step: WalkStep, side: StrictSide, issued: IssuedThoughts): ConversationMessage[] {
  const parts = markThoughtful(
    step.parts.map((one, index) => spell(one, `p${index}`, { side, issued })),
    side,
  );
  const calls = parts.filter((one) => one.type === 'tool_call');
  const results = calls.flatMap((call, index): ToolOutcome[] => {
    const given = step.results[index];
    if (given === undefined || given.is_missing) return [];
    const { output, is_error, images } = given;
    const shown = is_error || images.length === 0 ? {} : { images };
    return [{ tool_call_id: call.id, name: call.name, output, ...shown, is_error }];
  });
  const cancelled = step.end === 'cancelled' ? { is_cancelled: true as const } : {};
  const assistant: ConversationMessage = { role: 'assistant', model_name: side.info.name, parts, ...cancelled };
  return results.length === 0 ? [assistant] : [assistant, { role: 'tool', results }];
}

/** Calls that DeepSeek made while it thought say so: it wants those thoughts back. */
function markThoughtful(parts: readonly AssistantPart[], side: StrictSide): readonly AssistantPart[] {
  const isThoughtful = parts.some((one) => one.type === 'thought' && one.text.trim() !== '');
  if (side.info.provider !== 'deepseek' || !isThoughtful) return parts;
  const last = parts.findLastIndex(
    (one) => one.type !== 'thought' && (one.type === 'tool_call' || one.text.trim() !== ''),
  );
  const hasThoughtBefore = parts.slice(0, last).some((one) => one.type === 'thought' && one.text.trim() !== '');
  if (!hasThoughtBefore) return parts;
  return parts.map((one) => (one.type === 'tool_call' ? { ...one, arguments: '{"thought_by":"deepseek"}' } : one));
}

interface Signing {
  readonly side: StrictSide;
  readonly issued: IssuedThoughts;
}

function spell(one: WalkPart, id: string, { side, issued }: Signing): AssistantPart {
  if (one.type === 'text') return { type: 'text', id, text: one.text };
  if (one.type === 'call') {
    const gemini = side.info.provider === 'gemini' ? { signature: 'sig_gemini' } : {};
    return { type: 'tool_call', id: one.id, name: one.name, arguments: one.json, ...gemini };
  }
  if (one.kind === 'unsigned') return { type: 'thought', id, text: one.text };
  if (one.kind === 'blank') return { type: 'thought', id, text: one.text, signature: '' };
  serial += 1;
  const secret = `sig+/${serial}==`;
  // A service signs what it wrote, which is well-formed.
  const text = one.text.replace(/\p{Surrogate}/gu, '\uFFFD');
  issued.issue(secret, { model: side.info.id, text });
  if (side.info.protocol === 'openai-responses') {
    return { type: 'thought', id, text, signature: JSON.stringify({ id: `rs_${serial}`, encrypted_content: secret }) };
  }
  const redacted = one.kind === 'redacted' && side.info.protocol === 'anthropic-messages';
  return {
    type: 'thought',
    id,
    text: redacted ? '' : text,
    signature: secret,
    ...(redacted ? { redacted: true } : {}),
  };
}
