import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  askAll,
  type FaultCase,
  type FaultEnd,
  type FaultRun,
  FINE,
  PROTOCOLS,
  refusal,
} from '../helpers/fault-run.ts';
import type { Protocol } from '../helpers/model-server/answers.mjs';

const HTML = { 'content-type': 'text/html' };
const plain = (status: number, type: string) => refusal(status, { type, message: `It is ${type}.` });
const once =
  (...answers: ReturnType<FaultCase>): FaultCase =>
  () =>
    answers;
const limited = (headers: Record<string, string>): FaultCase =>
  once(refusal(429, { type: 'rate_limit_error', message: 'Slow down.' }, headers));
const inSeconds = (seconds: number): string => new Date(Date.now() + seconds * 1000).toUTCString();
const FLOOD = `<html><body>\x1b]52;c;b3duZWQ=\x07\x1b[31m\u009b31m ${'no way '.repeat(750_000)}`;

const RETRIED: Readonly<Record<string, FaultCase>> = {
  'http-408': once(plain(408, 'timeout_error')),
  'http-409': once(plain(409, 'conflict')),
  'http-500': once(plain(500, 'api_error')),
  'http-502': once({ status: 502, bytes: '<html><title>Bad gateway</title></html>', headers: HTML }),
  'http-503': once({ status: 503, bytes: '', headers: {} }),
  'http-529': once(plain(529, 'overloaded_error')),
  'endless-body': once({ status: 500, bytes: FLOOD.slice(0, 60_000), ending: 'endless', headers: HTML }),
  'retry-after-ms': limited({ 'retry-after-ms': '700' }),
  'retry-after-s': limited({ 'retry-after': '1' }),
  'retry-after-date': limited({ 'retry-after': inSeconds(1) }),
  'anthropic-reset': limited({ 'anthropic-ratelimit-requests-reset': new Date(Date.now() + 1000).toISOString() }),
  'openai-reset': limited({ 'x-ratelimit-reset-requests': '600ms', 'x-ratelimit-remaining-requests': '0' }),
};

const HALTED: Readonly<Record<string, FaultCase>> = {
  'wait-a-day': limited({ 'retry-after': '86400' }),
  'wait-until-tomorrow': limited({ 'retry-after': inSeconds(86_400) }),
  'wait-for-ever': limited({ 'retry-after': '9'.repeat(30) }),
  'wait-a-month': limited({ 'retry-after-ms': '2147483647' }),
  'reset-in-an-hour': limited({ 'x-ratelimit-reset-tokens': '1h0m0s' }),
};

const FAILED: Readonly<Record<string, readonly [FaultCase, string, RegExp]>> = {
  'http-400': [once(plain(400, 'invalid_request_error')), 'invalid_request', /HTTP 400: It is invalid_request_error/],
  'http-401': [once(plain(401, 'authentication_error')), 'auth', /HTTP 401/],
  'http-403': [once(plain(403, 'permission_error')), 'auth', /HTTP 403/],
  'http-404': [once(plain(404, 'not_found_error')), 'invalid_request', /HTTP 404/],
  'http-402': [once(plain(402, 'billing_error')), 'rate_limit', /HTTP 402/],
  quota: [
    once(refusal(429, { type: 'insufficient_quota', code: 'insufficient_quota', message: 'You exceeded your quota.' })),
    'rate_limit',
    /exceeded your quota/,
  ],
  'spend-limit': [
    once(refusal(429, { type: 'workspace_spend_limit_reached', message: 'The limit is reached.' })),
    'rate_limit',
    /limit is reached/,
  ],
  page: [
    once({ bytes: '<html><title>Sign in</title></html>', headers: HTML }),
    'network',
    /HTTP 200 from 127\.0\.0\.1:\d+ with text\/html.*captive portal/,
  ],
  nothing: [once({ status: 204, bytes: '', headers: {} }), 'server', /HTTP 204 .* without any content/],
  'a-value': [
    once({ bytes: '{"id": 1}', headers: { 'content-type': 'application/json' } }),
    'server',
    /application\/json, not a stream/,
  ],
  flood: [once({ status: 400, bytes: FLOOD, headers: HTML }), 'invalid_request', /HTTP 400: .*no way/],
};

const STATUSES = [301, 302, 303, 307, 308];
const runs = new Map<Protocol, FaultRun>();
let redirected = 0;

beforeAll(async () => {
  const target = createServer((_, response) => {
    redirected += 1;
    response.end();
  });
  await new Promise<void>((listening) => target.listen(0, '127.0.0.1', listening));
  const location = `http://127.0.0.1:${(target.address() as AddressInfo).port}/v1/elsewhere`;
  const redirects = STATUSES.map((status): [string, FaultCase] => [
    `redirect-${status}`,
    once({ status, bytes: '', headers: { location } }),
  ]);
  const failed = Object.entries(FAILED).map(([name, [answers]]): [string, FaultCase] => [name, answers]);
  const cases = { ...RETRIED, ...HALTED, ...Object.fromEntries([...failed, ...redirects]) };
  await Promise.all(PROTOCOLS.map(async (protocol) => void runs.set(protocol, await askAll(protocol, cases))));
  await new Promise((closed) => target.close(closed));
}, 60_000);

describe.each(PROTOCOLS)('%s, before the first byte', (protocol) => {
  const of = (name: string): FaultEnd => runOf().of(name);
  const runOf = (): FaultRun => runs.get(protocol) as FaultRun;

  test.each(Object.keys(RETRIED))('%s is tried again and then answered', (name) => {
    const { done, retries, requests } = of(name);
    expect(done).toMatchObject({ status: 'completed', final_text: FINE.text });
    expect([requests.length, retries.length]).toEqual([2, 1]);
    const floor = { 'retry-after-ms': 700, 'retry-after-s': 1000, 'openai-reset': 600 }[name] ?? 0;
    expect(retries[0]?.delay_ms).toBeGreaterThanOrEqual(floor);
  });

  test.each(Object.keys(HALTED))('%s is not waited for: the turn halts and tells the time', (name) => {
    const { done, requests } = of(name);
    expect(done).toMatchObject({ status: 'halted', halt: { reason: 'rate_limit' } });
    expect(done.halt?.message).toMatch(/It asks to wait .*, until \d{4}-\d\d-\d\d \d\d:\d\d\./);
    expect(requests).toHaveLength(1);
  });

  test.each(Object.entries(FAILED))('%s is never tried again and said in one line', (name, [, kind, message]) => {
    const { done, error, requests } = of(name);
    expect([done.status, error?.kind, requests.length]).toEqual(['error', kind, 1]);
    expect(error?.message).toMatch(message);
    expect(error?.message.length).toBeLessThanOrEqual(500);
  });

  test.each(STATUSES)('a redirect with %i is refused and its target never asked', (status) => {
    const { error, requests } = of(`redirect-${status}`);
    expect(error?.message).toMatch(/a redirect to 127\.0\.0\.1:\d+; redirects are refused/);
    expect([requests.length, redirected]).toEqual([1, 0]);
  });

  test('the program ends by itself; every turn keeps the promises; no escape sequence and no key is written', () => {
    const run = runOf();
    expect([run.code, run.violations]).toEqual([1, []]);
    expect(run.stdout + run.stderr).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f-\x9f]/);
    expect(run.stdout + run.stderr).not.toContain('sk-faults');
    expect(run.stderr).not.toMatch(/\n\s+at /);
  });
});
