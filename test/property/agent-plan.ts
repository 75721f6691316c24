import fc from 'fast-check';
import type { ErrorKind, UserMessage } from '../../src/messages.ts';
import type { FinishReason } from '../../src/providers/provider.ts';
import { type Script, script } from '../helpers/scripted-provider.ts';

/** One response of the model, in words that a shrunk counterexample can be read in. */
export interface ResponsePlan {
  readonly pieces: readonly PiecePlan[];
  readonly ending:
    | 'usual'
    | 'cut'
    | 'hang'
    | 'deaf'
    | { readonly error: ErrorKind }
    | { readonly finish: FinishReason };
  readonly hasUsage: boolean;
}

export type PiecePlan =
  | { readonly say: 'text' | 'thought' | 'empty' }
  | { readonly call: string; readonly arguments: 'good' | 'broken' | 'wrong' | 'half'; readonly id: 'own' | 'same' };

/** A message that a person sends when the agent has said so many messages. */
export interface MessagePlan {
  readonly after: number;
  readonly message: UserMessage;
}

export interface RunPlan {
  readonly responses: readonly ResponsePlan[];
  readonly messages: readonly MessagePlan[];
  readonly window: number | undefined;
}

const TOOLS = [
  'say',
  'say',
  'list_files',
  'fail',
  'crash',
  'hang',
  'stubborn',
  'flood',
  'write',
  'ask',
  'nothing_like_it',
];
const ERRORS: ErrorKind[] = [
  'overloaded',
  'server',
  'network',
  'rate_limit',
  'stream_interrupted',
  'auth',
  'context_length',
  'refusal',
];
const FINISHES: FinishReason[] = ['stop', 'tool_calls', 'length', 'refusal', 'context_full', 'pause'];

const piece: fc.Arbitrary<PiecePlan> = fc.oneof(
  fc.record({ say: fc.constantFrom<'text' | 'thought' | 'empty'>('text', 'text', 'thought', 'empty') }),
  fc.record({
    call: fc.constantFrom(...TOOLS),
    arguments: fc.constantFrom<'good' | 'broken' | 'wrong' | 'half'>(
      'good',
      'good',
      'good',
      'good',
      'broken',
      'wrong',
      'half',
    ),
    id: fc.constantFrom<'own' | 'same'>('own', 'own', 'same'),
  }),
);

const response: fc.Arbitrary<ResponsePlan> = fc.record({
  pieces: fc.array(piece, { maxLength: 5 }),
  ending: fc.oneof(
    { weight: 8, arbitrary: fc.constant<'usual'>('usual') },
    { weight: 1, arbitrary: fc.constantFrom<'cut' | 'hang' | 'deaf'>('cut', 'hang', 'deaf') },
    { weight: 2, arbitrary: fc.record({ error: fc.constantFrom(...ERRORS) }) },
    { weight: 2, arbitrary: fc.record({ finish: fc.constantFrom(...FINISHES) }) },
  ),
  hasUsage: fc.boolean(),
});

const textIds = ['m0', 'm1', 'm2', 'm3', 'm4', 'm5'];

function message(id: string): fc.Arbitrary<UserMessage> {
  return fc.oneof(
    {
      weight: 5,
      arbitrary: fc
        .constantFrom<'steer' | 'queue'>('steer', 'steer', 'queue')
        .map((delivery): UserMessage => ({ type: 'text', id, content: `said ${id}`, delivery })),
    },
    { weight: 2, arbitrary: fc.constant<UserMessage>({ type: 'cancel', id }) },
    {
      weight: 4,
      arbitrary: fc.constantFrom<UserMessage>(
        { type: 'text', id, content: 'for another turn', expected_turn_id: 'no such turn' },
        { type: 'clear_context', id },
        { type: 'restore_context', id },
        { type: 'switch_model', id, model: 'scripted/two' },
        { type: 'switch_model', id, model: 'scripted/small:high' },
        { type: 'switch_model', id, model: 'nobody/knows' },
        { type: 'switch_model', id, model: 'scripted/one,scripted/two:low' },
        { type: 'set_reasoning_effort', id, effort: 'high' },
        { type: 'update_tools', id, tools: ['say', 'no_tool'] },
        { type: 'compact', id },
      ),
    },
    {
      weight: 1,
      arbitrary: fc.constantFrom(...textIds).map((target): UserMessage => ({ type: 'retract', id: target })),
    },
    {
      weight: 2,
      arbitrary: fc
        .record({
          tool_call_id: fc.constantFrom('call_1', 'call_2', 'call_3', 'same'),
          decision: fc.constantFrom<'once' | 'always' | 'deny'>('once', 'always', 'deny'),
        })
        .map((answer): UserMessage => ({ type: 'approve', id, ...answer })),
    },
  );
}

/** Any run: what the model does, and what a person sends when. */
export const runPlan: fc.Arbitrary<RunPlan> = fc.record({
  responses: fc.array(response, { minLength: 1, maxLength: 6 }),
  messages: fc
    .tuple(
      ...textIds.map((id) => fc.option(fc.record({ after: fc.nat(60), message: message(id) }), { nil: undefined })),
    )
    .map((plans) => plans.filter((plan) => plan !== undefined)),
  window: fc.constantFrom(undefined, undefined, 300, 2_000),
});

/** Writes the plan as a script; every text in it comes only once. */
export function scriptOf(plan: RunPlan): Script {
  const played = script();
  let texts = 0;
  let calls = 0;
  for (const { pieces, ending, hasUsage } of plan.responses) {
    for (const item of pieces) {
      if ('say' in item) {
        texts++;
        if (item.say === 'empty') played.events({ type: 'text', chunk: '' });
        else if (item.say === 'text')
          played.events({ type: 'text', chunk: `t${texts}a ` }, { type: 'text', chunk: `t${texts}b` });
        else played.events({ type: 'thought', chunk: `h${texts}` }, { type: 'thought_end', signature: `s${texts}` });
        continue;
      }
      calls++;
      const id = item.id === 'same' ? 'same' : `call_${calls}`;
      const raw = { good: `{"text":"a${calls}"}`, broken: '{"text": ', wrong: '{"txt": 1}', half: '{"te' }[
        item.arguments
      ];
      played.events({ type: 'tool_call', id, name: item.call }, { type: 'tool_call_arguments', id, chunk: raw });
      if (item.arguments !== 'half') played.events({ type: 'tool_call_end', id, arguments: raw });
    }
    if (hasUsage) played.usage({ input_tokens: 40, output_tokens: 8 });
    if (ending === 'usual') played.next();
    else if (ending === 'cut') played.cut();
    else if (ending === 'hang') played.hang();
    else if (ending === 'deaf') played.deaf();
    else if ('error' in ending) played.error(ending.error);
    else played.finish(ending.finish);
  }
  return played;
}
