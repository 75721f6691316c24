import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { createOtelExporter, otelTarget } from '../../../src/stats/otel-export.ts';
import { createSpanFold, type OtelSpan } from '../../../src/stats/otel-spans.ts';
import { generatedRun } from '../../helpers/generate-run.ts';
import { SAMPLE } from '../../helpers/sample-log.ts';

function spansOf(log: Parameters<ReturnType<typeof createSpanFold>['take']>[0][]): OtelSpan[] {
  const fold = createSpanFold();
  return log.flatMap((message) => fold.take(message));
}

const plain = ({ attributes }: OtelSpan): Record<string, unknown> =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));

async function collector(
  status = 200,
): Promise<{ url: string; requests: { request: IncomingMessage; body: string }[] }> {
  const requests: { request: IncomingMessage; body: string }[] = [];
  const server = createServer(async (request, response) => {
    requests.push({ request, body: await text(request) });
    response.writeHead(status).end('{}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

test('a turn is a trace: the agent, each model call, each tool that ran', () => {
  const spans = spansOf([...SAMPLE]);
  expect(spans.map(({ name, kind }) => [name, kind])).toEqual([
    ['execute_tool read_file', 1],
    ['execute_tool run_command', 1],
    ['chat demo', 3],
    ['chat demo', 3],
    ['invoke_agent agent-chat', 1],
  ]);
  expect(plain(spans[2]!)).toMatchObject({
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'demo',
    'gen_ai.request.model': 'demo',
    'gen_ai.usage.input_tokens': '13',
    'gen_ai.usage.cache_read.input_tokens': '3',
    'gen_ai.usage.output_tokens': '4',
    'gen_ai.conversation.id': 's1',
  });
  expect(spans[1]).toMatchObject({ status: { code: 2, message: 'failed' } });
  const root = spans.at(-1)!;
  expect(root).not.toHaveProperty('parentSpanId');
  expect(spans.slice(0, -1).every(({ parentSpanId }) => parentSpanId === root.spanId)).toBe(true);
  expect(root.startTimeUnixNano).toBe(`${SAMPLE[1]!.at}000000`);
});

test('no text of a person, a model or a tool is in a trace', () => {
  const json = JSON.stringify(spansOf([...SAMPLE]));
  for (const said of ['Look', 'Hmm', 'a.txt', 'hello', 'exit 1', 'quick', 'Done.']) expect(json).not.toContain(said);
});

test('spans of any run have unique ids, fit in their trace and do not end before they start', () => {
  fc.assert(
    fc.property(generatedRun, (log) => {
      const spans = spansOf([...log]);
      expect(new Set(spans.map(({ spanId }) => spanId)).size).toBe(spans.length);
      expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(log.filter(({ type }) => type === 'done').length);
      for (const span of spans) {
        expect(span.traceId).toMatch(/^[0-9a-f]{32}$/);
        expect(span.spanId).toMatch(/^[0-9a-f]{16}$/);
        expect(BigInt(span.endTimeUnixNano) >= BigInt(span.startTimeUnixNano)).toBe(true);
      }
    }),
  );
});

test('a turn is sent when it is over, with the headers and resource of the environment', async () => {
  const { url, requests } = await collector();
  const target = otelTarget({
    OTEL_EXPORTER_OTLP_ENDPOINT: `${url}/`,
    OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20x,broken',
    OTEL_RESOURCE_ATTRIBUTES: 'team=blue,service.name=ignored',
    OTEL_SERVICE_NAME: 'mine',
  });
  const exporter = createOtelExporter(target!, { version: '1.2.3' });
  for (const message of SAMPLE) exporter.take(message);
  await exporter.flush();
  expect(requests).toHaveLength(1);
  const { request, body } = requests[0]!;
  expect([request.url, request.headers.authorization]).toEqual(['/v1/traces', 'Bearer x']);
  const { resourceSpans } = JSON.parse(body);
  expect(resourceSpans[0].resource.attributes).toEqual([
    { key: 'service.name', value: { stringValue: 'mine' } },
    { key: 'team', value: { stringValue: 'blue' } },
  ]);
  expect(resourceSpans[0].scopeSpans[0]).toMatchObject({ scope: { name: 'agent-chat', version: '1.2.3' } });
  expect(resourceSpans[0].scopeSpans[0].spans).toHaveLength(5);
});

test('a collector that refuses is told of once and stops nothing', async () => {
  const { url } = await collector(503);
  const notices: string[] = [];
  const target = otelTarget({ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${url}/traces` });
  const exporter = createOtelExporter(target!, { version: '1', onNotice: (notice) => notices.push(notice) });
  for (const message of [...SAMPLE, ...SAMPLE]) exporter.take(message);
  await exporter.flush();
  expect(notices).toEqual([`Traces do not arrive at ${new URL(url).host}: it answered 503.`]);
});

test.each([
  [{}],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: '' }],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'not a url' }],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://localhost:4318', OTEL_SDK_DISABLED: 'true' }],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://localhost:4318', OTEL_TRACES_EXPORTER: 'none' }],
])('the variables %j ask for no traces', (environment) => {
  expect(otelTarget(environment)).toBeUndefined();
});
