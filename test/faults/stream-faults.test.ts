import { rmSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { RESTART_NOTE } from '../../src/encoders/text.ts';
import {
  askAll,
  bytesOf,
  bytesUntil,
  configure,
  type FaultCase,
  type FaultRun,
  FINE,
  PROTOCOLS,
  privateHome,
} from '../helpers/fault-run.ts';
import { type Protocol, spellAnswer, spellFrame } from '../helpers/model-server/answers.mjs';
import { type RawAnswer, startModelServer } from '../helpers/model-server/model-server.ts';
import { runProgram } from '../helpers/run-program.ts';

const HALF = { text: ['Half of it. ', 'Grüße', ' and more.'] };
const half = (protocol: Protocol): string => bytesUntil(protocol, HALF, 'Half of it');
const OVERLOADED = { type: 'overloaded_error', message: 'Overloaded \x1b]0;owned\x07' };
const BREAKS: Readonly<Record<Protocol, string>> = {
  anthropic: spellFrame({ event: 'error', data: { type: 'error', error: OVERLOADED } }),
  responses: spellFrame({
    event: 'response.failed',
    data: {
      type: 'response.failed',
      response: { status: 'failed', error: { code: 'server_error', message: 'Overloaded' } },
    },
  }),
  chat: spellFrame({ data: { error: { message: 'Overloaded', type: 'server_error', code: 500 } } }),
};

function cutInCharacter(protocol: Protocol): RawAnswer {
  const bytes = Buffer.from(bytesUntil(protocol, HALF, 'Grü'));
  return { bytes: bytes.subarray(0, bytes.indexOf(Buffer.from('ü')) + 1), ending: 'fin' };
}

function withoutUsage(protocol: Protocol): RawAnswer {
  const frames = spellAnswer(protocol, FINE).flatMap((frame) => ('pause' in frame ? [] : [frame]));
  const strip = (text: string): string =>
    text
      .replace(/,?"usage":\{[^{}]*(\{[^{}]*\}[^{}]*)*\}/g, '')
      .replace(/,?"(input|output|prompt|completion|total)_tokens":\d+/g, '');
  return {
    bytes: frames
      .map(spellFrame)
      .map(strip)
      .filter((event) => !event.includes('"choices":[]'))
      .join(''),
  };
}

function doubled(protocol: Protocol): RawAnswer {
  const frames = spellAnswer(protocol, FINE).flatMap((frame) => ('pause' in frame ? [] : [spellFrame(frame)]));
  const [first = ''] = frames;
  const noise = 'data: null\n\ndata: [1]\n\ndata: 7\n\nevent: strange\ndata: {"type":"strange","index":99}\n\n';
  return { bytes: [first, first, noise, ...frames.slice(1), ...frames.slice(-1)].join('') };
}

const of =
  (...answers: ((protocol: Protocol) => RawAnswer)[]): FaultCase =>
  (protocol) =>
    answers.map((answer) => answer(protocol));

/** The response breaks and says so, by an event or by its end. */
const BROKEN: Readonly<Record<string, FaultCase>> = {
  'error-event': of((protocol) => ({ bytes: half(protocol) + BREAKS[protocol] })),
  end: of((protocol) => ({ bytes: half(protocol) })),
  fin: of((protocol) => ({ bytes: half(protocol), ending: 'fin' })),
  reset: of((protocol) => ({ bytes: half(protocol), ending: 'reset' })),
  'cut-in-a-character': of(cutInCharacter),
  'not-json': of((protocol) => ({ bytes: `${half(protocol)}data: {"type":"\x1b]52;c;eA==\x07\n\n` })),
  'headers-only': of(() => ({ bytes: '' })),
  'empty-once': () => [{}],
};

/** Nothing comes any more, and only time tells. */
const SILENT: Readonly<Record<string, FaultCase>> = {
  stall: of((protocol) => ({ bytes: half(protocol), ending: 'stall' })),
  'pings-only': of((protocol) => ({ bytes: half(protocol), ending: 'endless', repeated: ': keep-alive\n\n' })),
  drip: of((protocol) => ({ bytes: `${half(protocol)}data: {"`, ending: 'endless', repeated: 'x' })),
  'silence-after-headers': of(() => ({ bytes: '', ending: 'stall' })),
  'pings-after-headers': of(() => ({ bytes: ': ping\n\n', ending: 'endless' })),
  'no-headers': of(() => ({ bytes: '', is_silent: true })),
};

const WHOLE: Readonly<Record<string, FaultCase>> = {
  doubled: of(doubled),
  'kept-open': of((protocol) => ({ bytes: bytesOf(protocol), ending: 'stall' })),
  'byte-by-byte': of((protocol) => ({ bytes: bytesOf(protocol), cut: 1 })),
  'no-usage': of(withoutUsage),
};

const OTHERS: Readonly<Record<string, FaultCase>> = {
  'empty-always': () => [{}, {}, {}, {}],
  length: () => [{ text: 'One, ', finish: 'length' }, { text: 'two.' }],
  'length-in-a-call': () => [
    { text: 'I look. ', calls: [{ name: 'list_files', arguments: '{"path":".' }], finish: 'length' },
  ],
  'length-for-ever': () => Array.from({ length: 9 }, () => ({ text: 'more ', finish: 'length' as const })),
  refusal: () => [{ text: 'I will', finish: 'refusal' }],
  'huge-event': of((protocol) => ({ bytes: `${half(protocol)}data: ${'x'.repeat(9 * 1024 * 1024)}\n\n` })),
};

const runs = new Map<Protocol, FaultRun>();
const silentRuns = new Map<Protocol, FaultRun>();
beforeAll(async () => {
  const cases = { ...BROKEN, ...WHOLE, ...OTHERS };
  const config = { stall_timeout: 2, first_timeout: 2 };
  await Promise.all(
    PROTOCOLS.flatMap((protocol) => [
      askAll(protocol, cases).then((run) => runs.set(protocol, run)),
      // The short wait is for these alone: what comes slowly on a busy machine must not count as silence.
      askAll(protocol, SILENT, { config }).then((run) => silentRuns.set(protocol, run)),
    ]),
  );
}, 60_000);

describe.each(PROTOCOLS)('%s, inside a stream', (protocol) => {
  const run = (): FaultRun => runs.get(protocol) as FaultRun;
  const silentRun = (): FaultRun => silentRuns.get(protocol) as FaultRun;

  test.each(Object.keys({ ...BROKEN, ...SILENT }))(
    '%s: what was shown is void and the request is made again',
    (name) => {
      const { done, log, retries, requests } = (name in SILENT ? silentRun() : run()).of(name);
      expect([done.status, done.final_text, requests.length, retries.length]).toEqual(['completed', FINE.text, 2, 1]);
      const shown = log.flatMap((message) =>
        message.type === 'text' && message.chunk.includes('Half') ? [message.message_id] : [],
      );
      expect(retries[0]?.discarded).toEqual(shown);
    },
  );

  test.each(Object.keys(WHOLE))('%s: the answer is complete after one request', (name) => {
    const { done, requests } = run().of(name);
    expect([done.status, done.final_text, requests.length]).toEqual(['completed', FINE.text, 1]);
    expect(done.duration_ms).toBeLessThan(5_000);
  });

  test('a missing usage is estimated and marked so', () => {
    const { log } = run().of('no-usage');
    const usage = log.find((message) => message.type === 'context_usage_update');
    expect(usage).toMatchObject({ estimated: true });
  });

  test('an answer that is empty twice is an error after two requests', () => {
    const { done, error, requests } = run().of('empty-always');
    expect([done.status, error?.kind, requests.length]).toEqual(['error', 'stream_interrupted', 2]);
  });

  test('an answer cut at the length limit is continued, three times at most', () => {
    expect(run().of('length').done).toMatchObject({ status: 'completed', final_text: 'One, two.' });
    const { done, requests } = run().of('length-for-ever');
    expect([done.status, done.stop_reason, requests.length]).toEqual(['completed', 'length', 4]);
  });

  test('a call that the length limit cut is never run', () => {
    const { done, log } = run().of('length-in-a-call');
    expect(log.filter((message) => message.type === 'tool_started')).toEqual([]);
    expect(done).toMatchObject({ status: 'completed', final_text: 'I look. All is fine.' });
  });

  test('a refusal halts after one request', () => {
    const { done, requests } = run().of('refusal');
    expect([done.status, done.halt?.reason, requests.length]).toEqual(['halted', 'refusal', 1]);
  });

  test('an event without end is stopped, once', () => {
    const { done, error, requests } = run().of('huge-event');
    expect([done.status, requests.length]).toEqual(['error', 1]);
    expect(error?.message).toContain('more than 8 MB');
  });

  test('the program ends by itself; every turn keeps the promises; no escape sequence is written', () => {
    expect([run().code, run().violations]).toEqual([1, []]);
    expect([silentRun().code, silentRun().violations]).toEqual([0, []]);
    for (const { stdout, stderr } of [run(), silentRun()]) {
      expect(stdout + stderr).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f-\x9f]/);
    }
  });
});

test.concurrent.each(PROTOCOLS)(
  '%s in a pipe: an answer that starts again is never joined to its half',
  async (protocol) => {
    const answers: RawAnswer[] = [{ bytes: half(protocol), ending: 'reset' }, { bytes: bytesOf(protocol) }];
    const same: RawAnswer[] = [{ bytes: half(protocol), ending: 'fin' }, { bytes: bytesOf(protocol, HALF) }];
    const print = async (script: RawAnswer[]) => {
      const server = await startModelServer({ protocol, script });
      const home = privateHome();
      configure(home, protocol, server.base_url);
      const end = await runProgram(['-p', 'go', '-m', 'stand/in-1'], { home });
      await server.close();
      rmSync(home.path, { recursive: true, force: true });
      return end;
    };
    const [other, again] = await Promise.all([print(answers), print(same)]);
    expect(other.stdout).toBe(`Half of it. \n\n${RESTART_NOTE}\n\n${FINE.text}\n`);
    expect(again.stdout).toBe(`${HALF.text.join('')}\n`);
    expect([other.code, again.code]).toEqual([0, 0]);
    expect(other.stderr.trimEnd().split('\n')).toHaveLength(1);
  },
);
