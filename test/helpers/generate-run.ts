import fc from 'fast-check';
import type { AgentMessage, TurnStatus } from '../../src/messages.ts';
import { renderRun } from './render-run.ts';

/** What a generated run consists of; `renderRun` turns it into a log that follows the grammar in messages.ts. */
export interface RunPlan {
  readonly turns: readonly TurnPlan[];
  readonly between: readonly IdlePlan[];
  readonly isEnded: boolean;
  readonly isResumed: boolean;
}

export interface TurnPlan {
  readonly input: string;
  readonly steps: readonly StepPlan[];
  readonly status: TurnStatus;
  /** How much of the last step was done before an error or a cancel; 0 to 1. */
  readonly reach: number;
  readonly queued?: string;
}

export interface StepPlan {
  readonly compaction?: 'completed' | 'failed' | 'cancelled';
  readonly steer?: string;
  readonly returned?: string;
  readonly attempts: readonly (readonly SegmentPlan[])[];
  readonly segments: readonly SegmentPlan[];
  readonly hasProgress: boolean;
  readonly hasUsage: boolean;
  readonly hasWarning: boolean;
  /** Picks which of the running tools goes on; read in a circle. */
  readonly schedule: readonly number[];
  readonly isContinued: boolean;
}

export type SegmentPlan =
  | { readonly kind: 'text'; readonly chunks: readonly string[]; readonly rest: string }
  | { readonly kind: 'thought'; readonly chunks: readonly string[]; readonly rest: string; readonly signature?: string }
  | CallPlan;

export interface CallPlan {
  readonly kind: 'call';
  readonly name: string;
  readonly argument: string;
  readonly cuts: number;
  readonly approval?: 'once' | 'always' | 'deny';
  readonly outcome: 'result' | 'failed' | 'timeout' | 'invalid_arguments' | 'unknown_tool';
  readonly output: readonly string[];
  readonly hasProgress: boolean;
}

export type IdlePlan = 'none' | 'switch' | 'effort' | 'tools' | 'clear' | 'restore' | 'compact' | 'warning' | 'usage';

/** Letters, several scripts, emoji, line ends and the characters that break formats. */
const piece = fc.oneof(
  { weight: 4, arbitrary: fc.string({ minLength: 1, maxLength: 12 }) },
  { weight: 2, arbitrary: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 6 }) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      'Hello',
      ' world',
      '\n',
      '\n\n',
      '```ts\n',
      '"',
      '\\',
      'é',
      '日本',
      '👩‍👩‍👧',
      'data: x\n\n',
      '\u2028',
      '\u009b31m',
      '\u0000',
    ),
  },
);
const chunks = fc.array(piece, { minLength: 1, maxLength: 5 });
const rest = fc.oneof({ weight: 3, arbitrary: fc.constant('') }, { weight: 1, arbitrary: piece });
const optionally = <T>(arbitrary: fc.Arbitrary<T>, freq = 4): fc.Arbitrary<T | undefined> =>
  fc.option(arbitrary, { nil: undefined, freq });

const textPlan: fc.Arbitrary<SegmentPlan> = fc.record({ kind: fc.constant('text' as const), chunks, rest });
const thoughtPlan = fc.record(
  { kind: fc.constant('thought' as const), chunks, rest, signature: fc.constantFrom('c2ln', 'ZW5jcnlwdGVk') },
  { requiredKeys: ['kind', 'chunks', 'rest'] },
) as fc.Arbitrary<SegmentPlan>;
const callPlan = fc.record(
  {
    kind: fc.constant('call' as const),
    name: fc.constantFrom('read_file', 'list_files', 'run_command', 'no_such_tool'),
    argument: piece,
    cuts: fc.integer({ min: 1, max: 4 }),
    approval: fc.constantFrom('once' as const, 'always' as const, 'deny' as const),
    outcome: fc.constantFrom(
      'result' as const,
      'result' as const,
      'failed' as const,
      'timeout' as const,
      'invalid_arguments' as const,
      'unknown_tool' as const,
    ),
    output: fc.array(piece, { maxLength: 3 }),
    hasProgress: fc.boolean(),
  },
  { requiredKeys: ['kind', 'name', 'argument', 'cuts', 'outcome', 'output', 'hasProgress'] },
) as fc.Arbitrary<SegmentPlan>;
const segments = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: textPlan },
    { weight: 2, arbitrary: thoughtPlan },
    { weight: 3, arbitrary: callPlan },
  ),
  { maxLength: 5 },
);

const stepPlan = fc.record({
  compaction: optionally(fc.constantFrom('completed' as const, 'failed' as const, 'cancelled' as const), 8),
  steer: optionally(piece),
  returned: optionally(piece, 8),
  attempts: fc.oneof(
    { weight: 4, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.array(segments, { minLength: 1, maxLength: 2 }) },
  ),
  segments,
  hasProgress: fc.boolean(),
  hasUsage: fc.boolean(),
  hasWarning: fc.boolean(),
  schedule: fc.array(fc.nat(7), { minLength: 1, maxLength: 6 }),
  isContinued: fc.boolean(),
}) as fc.Arbitrary<StepPlan>;

const turnPlan = fc.record({
  input: piece,
  steps: fc.array(stepPlan, { minLength: 1, maxLength: 4 }),
  status: fc.constantFrom<TurnStatus>('completed', 'completed', 'error', 'cancelled', 'halted'),
  reach: fc.double({ min: 0, max: 1, noNaN: true }),
  queued: optionally(piece, 6),
}) as fc.Arbitrary<TurnPlan>;

const idlePlan = fc.constantFrom<IdlePlan>(
  'none',
  'none',
  'switch',
  'effort',
  'tools',
  'clear',
  'restore',
  'compact',
  'warning',
  'usage',
);

/** Plans of runs: shrink well, and say in words what the log holds. */
export const runPlan: fc.Arbitrary<RunPlan> = fc.record({
  turns: fc.array(turnPlan, { maxLength: 3 }),
  between: fc.array(idlePlan, { minLength: 1, maxLength: 4 }),
  isEnded: fc.boolean(),
  isResumed: fc.boolean(),
});

/** Logs of whole runs that follow the grammar: every status, kind of segment, tool ending, retry and idle message. */
export const generatedRun: fc.Arbitrary<readonly AgentMessage[]> = runPlan.map(renderRun);

/** The same run, with its texts, thoughts, arguments and outputs cut into chunks at other places. */
export function recut(log: readonly AgentMessage[], size: number): AgentMessage[] {
  const cut: AgentMessage[] = [];
  for (const message of log) {
    if (!('chunk' in message) || message.chunk.length <= size) {
      cut.push(message);
      continue;
    }
    const points = Array.from(message.chunk);
    while (points.length > size) {
      const chunk = points.splice(0, size).join('');
      cut.push(open({ ...message, chunk }));
    }
    cut.push({ ...message, chunk: points.join('') });
  }
  return cut.map((message, index) => ({ ...message, seq: index + 1 }));
}

/** A piece that is not the last one says nothing that only the last one can say. */
function open(message: AgentMessage): AgentMessage {
  if (message.type === 'text') return { ...message, is_complete: false };
  if (message.type !== 'thought') return message;
  const { duration_ms: _duration, signature: _signature, redacted: _redacted, ...kept } = message;
  return { ...kept, is_complete: false };
}
