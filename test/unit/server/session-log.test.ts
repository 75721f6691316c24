import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AgentMessage, AgentMessageBody } from '../../../src/messages.ts';
import { createSessionLog, type SessionLog } from '../../../src/server/session-log.ts';

const M = { model_name: 'p/m' };
const piece = (type: 'text' | 'thought', message_id: string, chunk: string, is_complete = false): AgentMessageBody => ({
  type,
  message_id,
  chunk,
  is_complete,
  ...M,
  ...(type === 'thought' && is_complete ? { duration_ms: 7, signature: 's' } : {}),
});
const printed = (tool_call_id: string, chunk: string): AgentMessageBody => ({
  type: 'tool_output',
  tool_call_id,
  stream: 'stdout',
  chunk,
});
const warning: AgentMessageBody = { type: 'system_warning', message: 'w' };

function logOf(bodies: readonly AgentMessageBody[]): SessionLog {
  const log = createSessionLog();
  for (const [index, body] of bodies.entries()) log.push({ ...body, seq: index + 1, at: 5 } as AgentMessage);
  return log;
}

function read(log: SessionLog, from_seq: number, cut_seq?: number): AgentMessage[] {
  const messages: AgentMessage[] = [];
  for (let seq = from_seq; ; ) {
    const message = log.at(seq, cut_seq);
    if (message === undefined) return messages;
    messages.push(message);
    seq = message.seq + 1;
  }
}

/** Says messages with every segment's chunks joined, as any fold of them sees them. */
function joined(messages: readonly { readonly type: string }[]): unknown[] {
  const said: Record<string, unknown>[] = [];
  for (const message of messages) {
    const { seq: _seq, at: _at, ...own } = message as Record<string, unknown>;
    const before = said.at(-1);
    const goesOn = before?.type === own.type && before?.message_id === own.message_id && before?.is_complete === false;
    if (goesOn && 'chunk' in own) said[said.length - 1] = { ...own, chunk: `${before.chunk}${own.chunk}` };
    else said.push(own);
  }
  return said;
}

describe('the log of a served session', () => {
  test('gives new pieces as they came, and old ones joined with the seq of the last', () => {
    const pieces = Array.from({ length: 100_000 }, (_, index) => piece('text', 'm', `word ${index} `));
    const log = logOf(pieces);
    const messages = read(log, 1);
    expect(messages.length).toBeLessThan(1200);
    expect(joined(messages)).toEqual(joined(pieces));
    expect(log.last_seq).toBe(100_000);
    expect(read(log, 99_800)).toEqual(
      pieces.slice(99_799).map((body, index) => ({ ...body, seq: 99_800 + index, at: 5 })),
    );
  });

  test('loses nothing and says nothing twice, from whatever seq it is read and cut', () => {
    const bodies = fc.array(
      fc.tuple(fc.integer({ min: 1, max: 400 }), fc.constantFrom('text', 'thought', 'warning'), fc.boolean()),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(bodies, fc.nat(), (plan, at) => {
        const all = plan.flatMap(([count, type, isClosed], segment): AgentMessageBody[] =>
          type === 'warning'
            ? [warning]
            : Array.from({ length: count }, (_, index) =>
                piece(type as 'text', `m${segment}`, `${segment}.${index},`, isClosed && index === count - 1),
              ),
        );
        const log = logOf(all);
        const seq = all.length === 0 ? 0 : at % (all.length + 1);
        expect(joined(read(log, seq + 1))).toEqual(joined(all.slice(seq)));
        const cut = read(log, 1, seq);
        expect(joined(cut)).toEqual(joined(all));
        expect(joined(cut.filter((message) => message.seq <= seq))).toEqual(joined(all.slice(0, seq)));
      }),
      { numRuns: 60 },
    );
  });

  test('keeps the end of what tools print at the same time, and the newest progress', () => {
    const log = createSessionLog();
    let seq = 0;
    const push = (body: AgentMessageBody): void => log.push({ ...body, seq: ++seq, at: 5 } as AgentMessage);
    for (let index = 0; index < 20_000; index += 1) {
      push(printed(index % 2 === 0 ? 'a' : 'b', `line ${index}\n`));
    }
    const request = { id: 'a', name: 'n', arguments: '{}' };
    for (let index = 0; index < 5_000; index += 1) push({ type: 'tool_progress', request, progress: index });
    for (let index = 0; index < 2_000; index += 1) push(warning);
    const messages = read(log, 1);
    const output = messages.filter((message) => message.type === 'tool_output').map((message) => message.chunk);
    expect(output.length).toBeLessThan(2000);
    expect(output.slice(-2)).toEqual(['line 19998\n', 'line 19999\n']);
    expect(messages.filter((message) => message.type === 'tool_progress')).toMatchObject([{ progress: 4999 }]);
    expect(messages.filter((message) => message.type === 'system_warning')).toHaveLength(2_000);
  });
});
