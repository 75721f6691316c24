import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Endpoint } from '../../src/providers/endpoint.ts';
import type { Protocol } from '../helpers/model-server/answers.mjs';
import { type ModelServer, startModelServer } from '../helpers/model-server/model-server.ts';
import { createProvider, foldResponse, requestFor } from './collect.ts';
import { expectedOf } from './expected.ts';

/** Streams that real services sent. They lie beside the repository, not in it. */
const FOLDER = resolve(process.env.AGENT_CHAT_CAPTURES ?? 'captures');

interface Capture {
  readonly name: string;
  readonly protocol: Protocol;
  /** The events as they came, JSON each. */
  readonly events: readonly unknown[];
  readonly bytes: string;
}

const PROTOCOLS: Readonly<Record<string, Protocol>> = {
  anthropic: 'anthropic',
  azure: 'responses',
  'open-responses-responses': 'responses',
  'openai-responses': 'responses',
  'xai-responses': 'responses',
  'sse-anthropic': 'anthropic',
  'sse-openai_responses': 'responses',
};

let server: ModelServer;
let bytes = '';
let status = 200;

beforeAll(async () => {
  server = await startModelServer({
    protocol: 'chat',
    script: () => ({
      bytes,
      status,
      cut: 997,
      ...(status === 200 ? {} : { headers: { 'content-type': 'application/json' } }),
    }),
  });
});
afterAll(() => server.close());

describe.skipIf(!existsSync(FOLDER))(`captures of real services in ${FOLDER}`, () => {
  const files = existsSync(FOLDER) ? (readdirSync(FOLDER, { recursive: true }) as string[]) : [];

  test.each(files.filter((file) => /\.(chunks\.txt|sse)$/.test(file)).flatMap(readCaptures))(
    '$name folds into what is in it',
    async ({ protocol, events, bytes: sent }) => {
      bytes = sent;
      status = 200;
      const expected = expectedOf(protocol, events);
      const { error, ...folded } = await foldResponse(providerOf(protocol), requestFor(protocol));
      if (expected === undefined) expect(error?.details.kind).toBe('stream_interrupted');
      else {
        expect(error).toBeUndefined();
        expect({
          text: folded.texts.join(''),
          thought: folded.thoughts.map(({ text }) => text).join(''),
          signatures: folded.thoughts.flatMap(({ signature }) => (signature === undefined ? [] : [signature])),
          calls: folded.calls.map(({ name, arguments: json }) => [name, JSON.parse(json)]),
          usage: folded.usage,
          finish: folded.finish,
        }).toEqual(expected);
      }
    },
  );

  test.each(files.filter((file) => file.endsWith('error.json') || /error\.\d+\.json$/.test(file)))(
    '%s is a clear error',
    async (file) => {
      bytes = readFileSync(join(FOLDER, file), 'utf8');
      const { error } = JSON.parse(bytes);
      status = error.type === 'insufficient_quota' ? 429 : 400;
      const protocol = file.startsWith('openai-responses') ? 'responses' : 'chat';
      const { error: thrown } = await foldResponse(providerOf(protocol), requestFor(protocol));
      expect(thrown?.details).toMatchObject({
        kind: status === 429 ? 'rate_limit' : 'invalid_request',
        status,
        retryable: false,
      });
      expect(thrown?.message).toContain(error.message.slice(0, 60));
    },
  );
});

function providerOf(protocol: Protocol, endpoint: Partial<Endpoint> = {}) {
  return createProvider(protocol, protocol === 'anthropic' ? server.url : server.base_url, endpoint);
}

/** A file may hold several responses, one after the other. */
function readCaptures(file: string): Capture[] {
  const text = readFileSync(join(FOLDER, file), 'utf8');
  const folder = file.split(/[\\/]/)[0] ?? '';
  const lines = file.endsWith('.sse')
    ? text.split('\n').flatMap((line) => (line.startsWith('data:') ? [line.slice(5).trim()] : []))
    : text.split('\n').filter((line) => line.trim() !== '');
  const events = lines.filter((line) => line !== '[DONE]').map(parseLine);
  const protocol = /chunk/.test(String(events[0]?.object)) ? 'chat' : (PROTOCOLS[folder] ?? 'chat');
  const responses = splitResponses(events);
  return responses.map((own, index) => ({
    name: `${folder}/${basename(file)}${responses.length > 1 ? ` (${index + 1})` : ''}`,
    protocol,
    events: own,
    bytes: file.endsWith('.sse') && responses.length === 1 ? text : spell(protocol, own),
  }));
}

/** One recording lacks the last brace of two of its lines. */
function parseLine(line: string): Raw {
  try {
    return JSON.parse(line);
  } catch {
    return JSON.parse(`${line}}`);
  }
}

interface Raw {
  readonly id?: string;
  readonly type?: string;
  readonly object?: string;
}

function splitResponses(events: readonly Raw[]): Raw[][] {
  const responses: Raw[][] = [];
  for (const event of events) {
    const last = responses.at(-1);
    const before = last?.at(-1);
    const isNew =
      /^(message_stop|response\.(completed|incomplete))$/.test(before?.type ?? '') ||
      (event.type === undefined && event.id !== undefined && event.id !== last?.[0]?.id);
    if (last === undefined || isNew) responses.push([event]);
    else last.push(event);
  }
  return responses;
}

function spell(protocol: Protocol, events: readonly Raw[]): string {
  const frames = events.map((event) =>
    protocol === 'chat'
      ? `data: ${JSON.stringify(event)}\n\n`
      : `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`,
  );
  return frames.join('') + (protocol === 'chat' ? 'data: [DONE]\n\n' : '');
}
