import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chatEvents } from '../../src/encoders/chat-events.ts';
import { json } from '../../src/encoders/json.ts';
import { segments } from '../../src/encoders/segments.ts';
import { sse } from '../../src/encoders/sse.ts';
import { streamJson } from '../../src/encoders/stream-json.ts';
import { RESTART_NOTE, text } from '../../src/encoders/text.ts';
import type { AgentMessage, AgentMessageOf } from '../../src/messages.ts';
import { missingEnds } from '../../src/open-items.ts';
import { safeText } from '../../src/safe-text.ts';
import { encodedFrames, encodedLines, encodeLog } from '../helpers/encode-log.ts';
import { generatedRun, recut } from '../helpers/generate-run.ts';

type Run = readonly AgentMessage[];
const RUNS = { numRuns: 150 };

function ofType<Type extends AgentMessage['type']>(log: Run, type: Type): AgentMessageOf<Type>[] {
  return log.filter((message): message is AgentMessageOf<Type> => message.type === type);
}

const joined = (log: Run, type: 'text' | 'thought'): string =>
  ofType(log, type)
    .map(({ chunk }) => chunk)
    .join('');

function forAll(check: (log: Run) => Promise<void>): Promise<void> {
  return fc.assert(fc.asyncProperty(generatedRun, check), RUNS);
}

test.each([text, streamJson, chatEvents, segments, sse].map((encoder) => [encoder.name, encoder] as const))(
  '%s: what is out stays true: a log that stops anywhere gives the beginning of what the whole gives',
  (_name, encoder) =>
    fc.assert(
      fc.asyncProperty(generatedRun, fc.double({ min: 0, max: 1, noNaN: true }), async (log, part) => {
        const whole = await encodeLog(encoder, log);
        const some = await encodeLog(encoder, log.slice(0, Math.floor(log.length * part)));
        expect(whole.startsWith(some)).toBe(true);
      }),
      RUNS,
    ),
);

test.each([text, json].map((encoder) => [encoder.name, encoder] as const))(
  '%s: where the chunks are cut changes nothing',
  (_name, encoder) =>
    fc.assert(
      fc.asyncProperty(generatedRun, fc.integer({ min: 1, max: 4 }), async (log, size) => {
        expect(await encodeLog(encoder, recut(log, size))).toBe(await encodeLog(encoder, log));
      }),
      RUNS,
    ),
);

test.each([text, json, segments, sse].map((encoder) => [encoder.name, encoder] as const))(
  '%s: how a killed turn is ended on resume is not taken for the answer to what is asked then',
  (_name, encoder) =>
    fc.assert(
      fc.asyncProperty(generatedRun, fc.double({ min: 0, max: 1, noNaN: true }), async (log, part) => {
        const cut = log.slice(0, Math.ceil(log.length * part));
        const ends = missingEnds(cut);
        const start = ofType(log, 'session_started')
          .slice(0, 1)
          .map((one) => ({ ...one, resumed: true as const }));
        const next = log.slice(1).filter(({ type }) => type !== 'session_started');
        const other = next.map((message) =>
          message.turn_id === undefined ? message : { ...message, turn_id: `next-${message.turn_id}` },
        );
        const whole = [...start, ...ends.filter(({ turn_id }) => turn_id !== undefined), ...other] as Run;
        expect(await encodeLog(encoder, whole)).toBe(await encodeLog(encoder, [...start, ...other] as Run));
      }),
      RUNS,
    ),
);

test('text: without a retry it is every text, once, in order', () =>
  forAll(async (log) => {
    fc.pre(!log.some((message) => message.type === 'retrying'));
    const encoded = await encodeLog(text, log);
    const letters = (value: string): string => value.replace(/\s/g, '');
    const texts = new Map<string, string>();
    for (const { message_id, chunk } of ofType(log, 'text'))
      texts.set(message_id, (texts.get(message_id) ?? '') + chunk);
    expect(letters(encoded)).toBe(letters([...texts.values()].map(safeText).join('')));
    expect(encoded).not.toContain(RESTART_NOTE);
    expect(encoded === '' || encoded.endsWith('\n')).toBe(true);
  }));

test('stream-json: reads back as the log', () =>
  forAll(async (log) => {
    expect(await encodedLines(streamJson, log)).toEqual(log);
  }));

test('json: always one object, whose sums are those of the turns', () =>
  forAll(async (log) => {
    const lines = (await encodedLines(json, log)) as Record<string, unknown>[];
    expect(lines).toHaveLength(1);
    const done = ofType(log, 'done');
    expect(lines[0]).toMatchObject({
      turns: ofType(log, 'turn_started').length,
      iterations: done.reduce((sum, { iterations }) => sum + iterations, 0),
      status: done.at(-1)?.status ?? 'incomplete',
      final_text: (done.at(-1)?.status === 'completed' && done.at(-1)?.final_text) || expect.any(String),
    });
  }));

describe('chat-events', () => {
  test('every session, round and call begins and ends as often as in the log', () =>
    forAll(async (log) => {
      const lines = (await encodedLines(chatEvents, log)) as Record<string, Record<string, unknown>>[];
      const named = (name: string) => lines.flatMap((line) => (line[name] === undefined ? [] : [line[name]]));
      const ids = (name: string) => named(name).map((fields) => fields?.round_id);
      expect(lines.every((line) => Object.keys(line).length === 1)).toBe(true);
      expect(named('SessionStarted')).toHaveLength(ofType(log, 'session_started').length);
      expect(named('SessionCompleted')).toHaveLength(ofType(log, 'session_ended').length);
      expect(ids('RoundStarted')).toEqual(ofType(log, 'turn_started').map(({ turn_id }) => turn_id));
      expect(ids('RoundCompleted')).toEqual(ids('RoundStarted'));
      expect(named('ToolCalled').map((fields) => fields?.success)).toEqual(
        log.flatMap(({ type }) => (type === 'tool_result' ? [true] : type === 'tool_error' ? [false] : [])),
      );
      const completed = ofType(log, 'done').filter(({ status }) => status === 'completed');
      const counts = named('MessageCountUpdated').map((fields) => Number(fields?.message_count));
      expect(counts).toHaveLength(completed.length);
      expect([...counts].sort((a, b) => a - b)).toEqual(counts);
    }));
});

describe('segments', () => {
  test('one segment is open at a time, deltas are inside one, and Done closes every round', () =>
    forAll(async (log) => {
      const lines = await encodedLines(segments, log);
      let open: string | undefined;
      for (const line of lines) {
        const name = typeof line === 'string' ? line : (Object.keys(line as object)[0] ?? '');
        const match = /^(Text|Thinking)(Start|Delta|End)$/.exec(name);
        if (match === null) expect(open).toBeUndefined();
        else if (match[2] === 'Start') expect(open).toBeUndefined();
        else expect(open).toBe(match[1]);
        if (match?.[2] === 'Start') open = match[1];
        if (match?.[2] === 'End') open = undefined;
      }
      expect(open).toBeUndefined();
      const named = (name: string) => (lines as Record<string, unknown>[]).filter((line) => line[name] !== undefined);
      expect(named('Done')).toHaveLength(ofType(log, 'done').length);
      expect(named('UserSteered')).toHaveLength(ofType(log, 'user_steered').length);
      const deltas = (name: string) =>
        named(name)
          .map((line) => line[name])
          .join('');
      expect(deltas('TextDelta')).toBe(joined(log, 'text'));
      expect(deltas('ThinkingDelta')).toBe(joined(log, 'thought'));
    }));

  test('every call is told complete before its result, unless it never became complete', () =>
    forAll(async (log) => {
      const lines = (await encodedLines(segments, log)) as Record<string, unknown>[];
      const ready = new Set(ofType(log, 'tool_call_ready').map(({ request }) => request.id));
      const told = new Set<string>();
      let ends = 0;
      for (const line of lines) {
        for (const call of (line.ToolCallsStart as { id: string }[] | undefined) ?? []) told.add(call.id);
        const result = line.ToolResult as { call_id: string } | undefined;
        if (result === undefined) continue;
        ends += 1;
        expect(told.has(result.call_id)).toBe(ready.has(result.call_id));
      }
      expect(ends).toBe(ofType(log, 'tool_result').length + ofType(log, 'tool_error').length);
      const begins = lines.filter((line) => line.ToolCallsBegin !== undefined).length;
      expect(begins).toBeLessThanOrEqual(
        ofType(log, 'iteration_complete').length + ofType(log, 'retrying').length + ofType(log, 'done').length,
      );
    }));
});

test('sse: deltas join to the texts, and each turn but a cancelled one has exactly one last word', () =>
  forAll(async (log) => {
    const frames = await encodedFrames(sse, log);
    const joinedFrames = (type: string) => frames.map((frame) => (frame.type === type ? frame.content : '')).join('');
    expect(joinedFrames('text_delta')).toBe(joined(log, 'text'));
    expect(joinedFrames('reasoning_delta')).toBe(joined(log, 'thought'));
    const ends = frames.filter(({ type }) => type === 'final_answer' || type === 'error').map(({ type }) => type);
    expect(ends).toEqual(
      ofType(log, 'done').flatMap(({ status }) => {
        if (status === 'cancelled') return [];
        return [status === 'completed' ? 'final_answer' : 'error'];
      }),
    );
    const started = ofType(log, 'tool_started').length;
    expect(frames.filter(({ type }) => type === 'tool_call_start')).toHaveLength(started);
  }));
