import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Dialect } from '../../src/providers/endpoint.ts';
import type { Protocol } from '../helpers/model-server/answers.mjs';
import { type ModelServer, startModelServer } from '../helpers/model-server/model-server.ts';
import { createProvider, type Folded, foldResponse, requestFor } from './collect.ts';

const FOLDER = join(import.meta.dirname, '../fixtures/wire');

const READ = { name: 'read_file', arguments: '{"path":"a"}' };
const LIST = { name: 'list_files', arguments: '{}' };
const CHAT_USAGE = { input_tokens: 18, output_tokens: 20, cache_read_tokens: 32, reasoning_tokens: 5 };
const RESPONSES_USAGE = {
  input_tokens: 30,
  output_tokens: 40,
  cache_read_tokens: 64,
  cache_creation_tokens: 6,
  reasoning_tokens: 24,
};
const ANTHROPIC_USAGE = { input_tokens: 25, output_tokens: 15, cache_read_tokens: 0, cache_creation_tokens: 0 };

type Expectation = Partial<Omit<Folded, 'calls' | 'error'>> & {
  calls?: readonly object[];
  error?: object;
  dialect?: Dialect;
};

/** One recording of our own for each feature and dialect, with what it must fold into. */
const FEATURES: Readonly<Record<string, Expectation>> = {
  'anthropic-thinking': {
    thoughts: [{ text: 'The user greets me.', signature: 'EqQBCgIYAhIM1gbcDa9GJwZA2b3hGgxBdjrkzLoky3dl1pk=' }],
    texts: ['Hello!'],
    usage: { ...ANTHROPIC_USAGE, reasoning_tokens: 9 },
    finish: 'stop',
  },
  'anthropic-redacted-thinking': {
    thoughts: [
      { text: '', signature: 'EmwKAhgBEgy3va3pzix/LafPsn4aDFIT2Xlxh0L5L8rLVyIw', redacted: true },
      { text: '', signature: 'EqQBomitted' },
    ],
    texts: ['Done.'],
    finish: 'stop',
  },
  'anthropic-parallel-calls': {
    texts: ['I look at both.'],
    calls: [
      { id: 'toolu_01', name: 'read_file', arguments: '{"path": "a.txt"}' },
      { id: 'toolu_02', ...LIST },
    ],
    finish: 'tool_calls',
  },
  'anthropic-pause-turn': { texts: ['Still searching.'], calls: [], finish: 'pause' },
  'anthropic-refusal': { texts: [], finish: 'refusal', detail: 'This request was blocked.' },
  'anthropic-context-window': { texts: ['As far as I'], finish: 'context_full' },
  'anthropic-cache': {
    texts: ['Hi.'],
    usage: { input_tokens: 9, output_tokens: 4, cache_read_tokens: 5510, cache_creation_tokens: 120 },
    finish: 'stop',
  },
  'anthropic-error': { texts: ['Half an'], error: { kind: 'overloaded', retryable: true } },
  'anthropic-second-start': {
    texts: ['Anew.'],
    calls: [],
    unfinished: ['read_file'],
    usage: ANTHROPIC_USAGE,
    finish: 'stop',
  },
  'anthropic-unknown-blocks': { texts: ['Seen.'], finish: 'stop' },
  'anthropic-length': { texts: ['I write it.'], calls: [], unfinished: ['write_file'], finish: 'length' },
  'responses-reasoning': {
    thoughts: [
      { text: '**Count** letters\n\n**Check**', signature: '{"id":"rs_1","encrypted_content":"gAAAA-final"}' },
    ],
    texts: ['Three.'],
    usage: RESPONSES_USAGE,
    finish: 'stop',
  },
  'responses-rotated-ids': { thoughts: [{ text: 'Hm.' }], texts: ['AB'], finish: 'stop' },
  'responses-reasoning-text': { thoughts: [{ text: 'Open thought' }], texts: ['Ok'], finish: 'stop' },
  'responses-parallel-calls': {
    calls: [
      { id: 'call_1', ...READ },
      { id: 'call_2', ...LIST },
    ],
    finish: 'tool_calls',
  },
  'responses-refusal': { texts: ['I cannot do that.'], finish: 'refusal' },
  'responses-incomplete-length': {
    texts: ['Once upon'],
    calls: [],
    unfinished: ['write_file'],
    usage: RESPONSES_USAGE,
    finish: 'length',
  },
  'responses-incomplete-filter': { texts: [], finish: 'refusal', detail: 'content_filter' },
  'responses-failed': { texts: ['Half'], error: { kind: 'server', retryable: true } },
  'responses-failed-context': { error: { kind: 'context_length', retryable: false } },
  'responses-error': { error: { kind: 'rate_limit', retryable: true, retry_after_ms: 1500 } },
  'responses-no-deltas': {
    thoughts: [{ text: 'One\n\nTwo' }],
    texts: ['Whole.'],
    calls: [{ id: 'call_1', ...READ }],
    finish: 'tool_calls',
  },
  'chat-reasoning-content': { thoughts: [{ text: 'Thinking' }], texts: ['Answer'], usage: CHAT_USAGE, finish: 'stop' },
  'chat-reasoning': { thoughts: [{ text: 'Thinking' }], texts: ['Answer'], usage: CHAT_USAGE, finish: 'stop' },
  'chat-reasoning-details': {
    dialect: { thoughts_field: 'reasoning_details' },
    thoughts: [
      {
        text: 'Think',
        signature:
          '[{"type":"reasoning.text","text":"Think","index":0,"format":"anthropic-claude-v1","signature":"sig"}]',
      },
      {
        text: '',
        signature: '[{"type":"reasoning.encrypted","data":"enc","id":"call_1","index":1,"format":"google-gemini-v1"}]',
      },
    ],
    texts: ['Answer'],
    finish: 'stop',
  },
  'chat-content-parts': { thoughts: [{ text: 'Think' }], texts: ['Answer.'], finish: 'stop' },
  'chat-usage-everywhere': { texts: ['AB'], usage: { input_tokens: 50, output_tokens: 2 } },
  'chat-usage-in-choice': { usage: { input_tokens: 40, output_tokens: 2, cache_read_tokens: 10 } },
  'chat-usage-hits': { usage: { input_tokens: 10, output_tokens: 2, cache_read_tokens: 40 } },
  'chat-usage-beside': { usage: { input_tokens: 50, output_tokens: 32, reasoning_tokens: 30 } },
  'chat-timings': { usage: { input_tokens: 38, output_tokens: 2, cache_read_tokens: 12 } },
  'chat-calls': {
    calls: [
      { id: 'call_a', ...READ },
      { id: 'call_b', ...LIST },
    ],
    usage: CHAT_USAGE,
    finish: 'tool_calls',
  },
  'chat-calls-without-index': {
    calls: [
      { id: 'call_a', ...READ },
      { id: 'call_b', ...LIST },
    ],
    finish: 'tool_calls',
  },
  'chat-calls-without-id': {
    calls: [
      { id: 'call_1', ...READ },
      { id: 'call_2', ...LIST },
    ],
    finish: 'tool_calls',
  },
  'chat-calls-without-both': {
    calls: [
      { id: 'call_1', ...READ },
      { id: 'call_2', ...LIST },
    ],
    finish: 'tool_calls',
  },
  'chat-calls-same-index': {
    calls: [
      { id: 'call_a', ...READ },
      { id: 'call_b', ...LIST },
    ],
    finish: 'tool_calls',
  },
  'chat-calls-repeated-id': {
    calls: [
      { id: 'call_a', ...READ },
      { id: 'call_a_2', ...LIST },
    ],
    finish: 'tool_calls',
  },
  'chat-calls-whole': {
    calls: [
      { id: 'call_a', ...READ },
      { id: 'call_b', ...LIST },
    ],
    finish: 'tool_calls',
  },
  'chat-thought-signature': { calls: [{ id: 'call_a', ...READ, signature: 'sig-a' }], finish: 'tool_calls' },
  'chat-legacy-function-call': { calls: [{ id: 'call_1', ...READ }], finish: 'tool_calls' },
  'chat-no-finish-reason': { texts: ['AB'], finish: 'stop' },
  'chat-no-done': { texts: ['AB'], usage: CHAT_USAGE, finish: 'stop' },
  'chat-empty': { texts: [], error: { kind: 'stream_interrupted', retryable: true } },
  'chat-refusal': { texts: ['I cannot do that.'], finish: 'refusal' },
  'chat-content-filter': { texts: ['Half'], finish: 'refusal', detail: 'content_filter' },
  'chat-length': { texts: ['Half'], calls: [], unfinished: ['write_file'], finish: 'length' },
  'chat-progress': {
    dialect: { has_prompt_progress: true },
    progress: [
      { type: 'prompt_progress', total: 400, cached: 100, processed: 200, time_ms: 35 },
      { type: 'prompt_progress', total: 400, cached: 100, processed: 400, time_ms: 70 },
    ],
    texts: ['A'],
  },
  'chat-error-object': {
    texts: ['Half'],
    error: {
      kind: 'server',
      status: 502,
      retryable: true,
      message: expect.stringContaining('Provider returned error (upstream timeout)'),
    },
  },
  'chat-error-choice': { texts: ['Half'], error: { kind: 'rate_limit', status: 429, retryable: true } },
  'chat-error-finish': { texts: ['Half'], error: { kind: 'overloaded', retryable: true } },
  'chat-error-text': { texts: ['Half'], error: { kind: 'server', retryable: true } },
  'chat-empty-choices': { texts: ['A'], finish: 'stop' },
};

let server: ModelServer;
let bytes = '';

beforeAll(async () => {
  server = await startModelServer({ protocol: 'chat', script: () => ({ bytes, cut: 61 }) });
});
afterAll(() => server.close());

describe('every feature and dialect', () => {
  test.each(Object.entries(FEATURES))(
    '%s folds into what is in it',
    async (name, { dialect = {}, error: failure, ...expected }) => {
      bytes = readFileSync(join(FOLDER, `${name}.sse`), 'utf8');
      const protocol = name.split('-')[0] as Protocol;
      const provider = createProvider(protocol, protocol === 'anthropic' ? server.url : server.base_url, { dialect });
      const { error, ...folded } = await foldResponse(provider, requestFor(protocol));
      expect(folded).toMatchObject({
        unfinished: [],
        ...(expected.thoughts ? {} : { thoughts: [] }),
        ...expected,
      });
      if (failure === undefined) expect(error).toBeUndefined();
      else expect(error?.details).toMatchObject(failure);
    },
  );

  test('has its expectation', () => {
    expect(
      readdirSync(FOLDER)
        .filter((file) => file.endsWith('.sse'))
        .sort(),
    ).toEqual(
      Object.keys(FEATURES)
        .map((name) => `${name}.sse`)
        .sort(),
    );
  });
});
