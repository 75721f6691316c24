import type { BaseEvent } from '@ag-ui/client';
import { transformChunks, verifyEvents } from '@ag-ui/client';
import fc from 'fast-check';
import { from, lastValueFrom, toArray } from 'rxjs';
import { describe, expect, test } from 'vitest';
import type { AgentMessage, AgentMessageBody } from '../../src/messages.ts';
import { EventReader } from '../../src/server/connect/event-reader.ts';
import { RemoteTurn } from '../../src/server/connect/remote-turn.ts';
import { checkPromises } from '../helpers/check-promises.ts';

type Wire = { readonly type: string } & Readonly<Record<string, unknown>>;

const id = fc.constantFrom('a', 'b', 'c');
const delta = fc.constantFrom('', 'x', 'word ', '{"n":1}', '\n', '日本');
const of = (type: string, fields: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<Wire> =>
  fc.record({ type: fc.constant(type), ...fields }) as fc.Arbitrary<Wire>;

/** Any event of 1.0 or of the seed, with ids of three so that they meet. */
const event: fc.Arbitrary<Wire> = fc.oneof(
  of('TEXT_MESSAGE_START', { messageId: id, role: fc.constantFrom('assistant', 'user', 'system') }),
  { weight: 3, arbitrary: of('TEXT_MESSAGE_CONTENT', { messageId: id, delta }) },
  of('TEXT_MESSAGE_END', { messageId: id }),
  of('TEXT_MESSAGE_CHUNK', { messageId: id, delta }),
  of('REASONING_START', { messageId: id }),
  of('REASONING_MESSAGE_START', { messageId: id, role: fc.constant('reasoning') }),
  { weight: 2, arbitrary: of('REASONING_MESSAGE_CONTENT', { messageId: id, delta }) },
  of('REASONING_MESSAGE_END', { messageId: id }),
  of('REASONING_END', { messageId: id }),
  of('REASONING_MESSAGE_CHUNK', { messageId: id, delta }),
  of('REASONING_ENCRYPTED_VALUE', {
    entityId: id,
    subtype: fc.constantFrom('message', 'tool-call'),
    encryptedValue: delta,
  }),
  of('THINKING_START', {}),
  of('THINKING_TEXT_MESSAGE_START', {}),
  of('THINKING_TEXT_MESSAGE_CONTENT', { delta }),
  of('THINKING_TEXT_MESSAGE_END', {}),
  of('THINKING_END', {}),
  { weight: 3, arbitrary: of('TOOL_CALL_START', { toolCallId: id, toolCallName: fc.constantFrom('read', 'write') }) },
  { weight: 2, arbitrary: of('TOOL_CALL_ARGS', { toolCallId: id, delta }) },
  { weight: 3, arbitrary: of('TOOL_CALL_END', { toolCallId: id }) },
  of('TOOL_CALL_CHUNK', { toolCallId: id, toolCallName: fc.constant('read'), delta }),
  { weight: 3, arbitrary: of('TOOL_CALL_RESULT', { messageId: id, toolCallId: id, content: delta }) },
  of('STEP_STARTED', { stepName: id }),
  of('STEP_FINISHED', { stepName: id }),
  of('STATE_SNAPSHOT', { snapshot: fc.jsonValue() }),
  of('ACTIVITY_SNAPSHOT', { messageId: id, activityType: id, content: fc.constant({}) }),
  of('SUBAGENT_STARTED', { subagentRunId: id, name: id }),
  of('SUBAGENT_ERROR', { subagentRunId: id, message: delta }),
  of('CUSTOM', { name: id, value: fc.jsonValue() }),
  of('RAW', { event: fc.jsonValue() }),
  of('SOMETHING_NEW', { x: fc.jsonValue() }),
);

type Ending = 'complete' | 'fail' | 'cancel';

/** Tells a turn of these events in runs, and gives its log. */
function tell(runs: readonly (readonly Wire[])[], ending: Ending): AgentMessage[] {
  const log: AgentMessage[] = [];
  const ids = new Set<string>();
  let time = 0;
  let turn_id: string | undefined;
  const publish = (body: AgentMessageBody): void => {
    log.push({ ...body, seq: log.length + 1, at: 1, ...(turn_id === undefined ? {} : { turn_id }) });
  };
  const uniqueId = (wanted: string): string => {
    let free = wanted;
    for (let count = 2; ids.has(free); count += 1) free = `${wanted}~${count}`;
    ids.add(free);
    return free;
  };
  publish({ type: 'session_started', session_id: 's', model: 'm', cwd: '/', protocol_version: 1 });
  turn_id = 'turn';
  publish({ type: 'turn_started', turn_id, model_name: 'm', input: { id: 'u', content: 'go' } });
  const turn = new RemoteTurn({ turn_id, model_name: 'm', publish, uniqueId, monotonic: () => (time += 3.5) });
  for (const run of runs) {
    const reader = new EventReader();
    for (const wire of run) for (const event of reader.read(wire)) turn.take(event);
    for (const source of turn.endRun()) {
      turn.ask(source, { reason: 'r', preview: { kind: 'text', text: '' }, options: [] });
      if (ending === 'cancel') continue;
      turn.resolve(source, 'once');
      if (time % 2 < 1) turn.answer(source, 'mine');
      else turn.refuse(source, 'no', 'denied');
    }
  }
  if (ending === 'complete') turn.complete({ status: 'completed' });
  else if (ending === 'fail') turn.fail({ message: 'lost', kind: 'stream_interrupted' });
  else turn.cancel();
  turn_id = undefined;
  publish({ type: 'session_ended', status: 'completed' });
  return log;
}

async function isAllowed(events: readonly Wire[]): Promise<boolean> {
  const run = [
    { type: 'RUN_STARTED', threadId: 't', runId: 'r' },
    ...events,
    { type: 'RUN_FINISHED', threadId: 't', runId: 'r' },
  ];
  const all = from(run as unknown as BaseEvent[]).pipe(transformChunks(), verifyEvents(), toArray());
  return lastValueFrom(all).then(
    () => true,
    () => false,
  );
}

const said = (log: readonly AgentMessage[], type: 'text' | 'thought'): string =>
  log.map((message) => (message.type === type ? message.chunk : '')).join('');

describe('what connect makes of any events in any order', () => {
  test('keeps every promise of the protocol', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(event, { maxLength: 25 }), { minLength: 1, maxLength: 3 }),
        fc.constantFrom<Ending>('complete', 'fail', 'cancel'),
        (runs, ending) => {
          expect(checkPromises(tell(runs, ending))).toEqual([]);
        },
      ),
      { numRuns: 1500 },
    );
  });

  test('loses nothing of what was said, unless it was cancelled', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 25 }), fc.constantFrom<Ending>('complete', 'fail'), (events, ending) => {
        const log = tell([events], ending);
        const deltas = (types: string[]): number =>
          events.filter((wire) => types.includes(wire.type)).reduce((sum, wire) => sum + String(wire.delta).length, 0);
        const labels = /\[(user|system)\] /g;
        expect(said(log, 'text').replace(labels, '').length).toBe(
          deltas(['TEXT_MESSAGE_CONTENT', 'TEXT_MESSAGE_CHUNK']),
        );
        const subagents = events.filter((wire) => wire.type === 'SUBAGENT_STARTED').length * 'Subagent a'.length;
        expect(said(log, 'thought').length).toBe(
          deltas(['REASONING_MESSAGE_CONTENT', 'REASONING_MESSAGE_CHUNK', 'THINKING_TEXT_MESSAGE_CONTENT']) + subagents,
        );
      }),
      { numRuns: 600 },
    );
  });

  test('ends every call of a run that the verifier allows with the result that was sent', async () => {
    let allowed = 0;
    const part = fc.oneof(
      fc.tuple(id, delta).map(([messageId, text]) => [
        { type: 'TEXT_MESSAGE_START', messageId },
        { type: 'TEXT_MESSAGE_CONTENT', messageId, delta: text },
        { type: 'TEXT_MESSAGE_END', messageId },
      ]),
      fc
        .tuple(id, fc.boolean())
        .map(([toolCallId, isAnswered]) => [
          { type: 'TOOL_CALL_START', toolCallId, toolCallName: 'read' },
          { type: 'TOOL_CALL_END', toolCallId },
          ...(isAnswered
            ? [{ type: 'TOOL_CALL_RESULT', messageId: `r${toolCallId}`, toolCallId, content: `of ${toolCallId}` }]
            : []),
        ]),
      event.map((each) => [each]),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 8 }), async (parts) => {
        const events = parts.flat();
        const log = tell([events], 'complete');
        expect(checkPromises(log)).toEqual([]);
        if (!(await isAllowed(events))) return;
        allowed += 1;
        const started = events.filter((wire) => wire.type === 'TOOL_CALL_START').length;
        const ended = log.filter((message) => message.type === 'tool_result' || message.type === 'tool_error').length;
        expect(ended).toBeGreaterThanOrEqual(Math.min(started, 1));
      }),
      { numRuns: 400 },
    );
    expect(allowed).toBeGreaterThan(40);
  });
});
