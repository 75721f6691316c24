import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readServerEvents } from '../../src/providers/wire/server-events.ts';
import { type Protocol, spellAnswer, spellFrame } from '../helpers/model-server/answers.mjs';
import { type ModelServer, type RawAnswer, startModelServer } from '../helpers/model-server/model-server.ts';
import { createProvider, foldResponse, requestFor } from './collect.ts';

const ANSWER = {
  thoughts: ['Zwölf ', 'Grüße 🎉', ' 日本語'],
  text: ['It is – ', '👩‍👩‍👧 ', 'done.\r\n'],
  calls: [
    { name: 'read_file', arguments: { path: 'ä/😀.txt' } },
    { name: 'list_files', arguments: '' },
  ],
};

function bytesOf(protocol: Protocol): Buffer {
  return Buffer.from(
    spellAnswer(protocol, ANSWER)
      .map((frame) => ('pause' in frame ? '' : spellFrame(frame)))
      .join(''),
  );
}

describe.each(['anthropic', 'responses', 'chat'] as const)('%s through its SDK', (protocol) => {
  let server: ModelServer;
  let answer: RawAnswer;
  beforeAll(async () => {
    server = await startModelServer({ protocol, script: () => answer });
  });
  afterAll(() => server.close());

  test('gives the same response wherever the bytes are cut, also inside a character', async () => {
    const bytes = bytesOf(protocol);
    const provider = createProvider(protocol, server.base_url);
    answer = { bytes };
    const whole = await foldResponse(provider, requestFor(protocol));
    expect(whole.error).toBeUndefined();
    expect([whole.texts.join(''), whole.thoughts[0]?.text, whole.calls.map((call) => call.arguments)]).toEqual([
      'It is – 👩‍👩‍👧 done.\r\n',
      'Zwölf Grüße 🎉 日本語',
      ['{"path":"ä/😀.txt"}', '{}'],
    ]);
    const cuts = fc.uniqueArray(fc.integer({ min: 1, max: bytes.length - 1 }), { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(cuts, async (points) => {
        answer = { bytes, cut: points.sort((one, other) => one - other) };
        expect(await foldResponse(provider, requestFor(protocol))).toEqual(whole);
      }),
      { numRuns: 60 },
    );
    answer = { bytes, cut: 1 };
    expect(await foldResponse(provider, requestFor(protocol))).toEqual(whole);
  });

  test('is never taken for complete when the bytes end early', async () => {
    const bytes = bytesOf(protocol);
    const provider = createProvider(protocol, server.base_url);
    // What makes an answer complete: everything after it may be lost.
    const terminal = {
      anthropic: '"message_stop"}',
      responses: '"response.completed"',
      chat: '"finish_reason":"tool_calls"}]}',
    };
    const end =
      protocol === 'responses' ? bytes.length - 3 : bytes.indexOf(terminal[protocol]) + terminal[protocol].length;
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: end - 1 }),
        fc.constantFrom('end', 'fin', 'reset'),
        async (length, ending) => {
          answer = { bytes: bytes.subarray(0, length), ending } as RawAnswer;
          const { error, finish } = await foldResponse(provider, requestFor(protocol));
          expect([error?.details.kind, finish]).toEqual(['stream_interrupted', undefined]);
        },
      ),
      { numRuns: 80 },
    );
  });
});

test('events are the same with every line ending, however they are cut', async () => {
  const field = fc.constantFrom(
    'data: {"a":1}',
    'data:x',
    'data',
    'event: named',
    'id: 4',
    ': comment',
    'datax: no',
    'data: ü',
  );
  const event = fc.array(field, { minLength: 1, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(
      fc.array(event, { maxLength: 6 }),
      fc.constantFrom('\n', '\r\n', '\r'),
      fc.array(fc.nat(400), { maxLength: 8 }),
      async (events, newline, points) => {
        const text = events.map((lines) => [...lines, '', ''].join(newline)).join('');
        expect(await decode(text, points)).toEqual(plainly(events));
      },
    ),
  );
});

async function decode(text: string, points: readonly number[]): Promise<object[]> {
  const bytes = Buffer.from(text);
  async function* pieces(): AsyncGenerator<Uint8Array> {
    let start = 0;
    for (const end of [...points].sort((one, other) => one - other).concat(bytes.length)) {
      if (end <= start || end > bytes.length) continue;
      yield bytes.subarray(start, end);
      start = end;
    }
  }
  const events: object[] = [];
  for await (const batch of readServerEvents(pieces()))
    for (const { event, data } of batch) events.push({ event, data });
  return events;
}

/** The standard's rules, line by line. */
function plainly(events: readonly (readonly string[])[]): object[] {
  return events.flatMap((lines) => {
    const values = (name: string) =>
      lines.flatMap((line) => {
        if (line === name) return [''];
        return line.startsWith(`${name}:`) ? [line.slice(name.length + 1).replace(/^ /, '')] : [];
      });
    const data = values('data');
    return data.length === 0 ? [] : [{ event: values('event').at(-1) ?? '', data: data.join('\n') }];
  });
}
