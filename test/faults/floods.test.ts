import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { configure, privateHome } from '../helpers/fault-run.ts';
import { PROGRAM } from '../helpers/run-program.ts';

const chunk = (delta: unknown, finish_reason: string | null = null): string =>
  `data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason }] })}\n\n`;
const END = `${chunk({}, 'stop')}data: [DONE]\n\n`;

/** A response of so many blocks, sent as fast as they are taken. */
interface Flood {
  readonly block: string;
  readonly count: number;
  readonly end: string;
}

const argument = (text: string) => chunk({ tool_calls: [{ index: 0, function: { arguments: text } }] });
const write = { id: 'c', function: { name: 'fly', arguments: '{"a":"' } };
const FLOODS: Readonly<Record<string, Flood>> = {
  '200,000 pieces of text': { block: chunk({ content: 'word ' }).repeat(2_000), count: 100, end: END },
  '200,000 pieces of a thought': {
    block: chunk({ reasoning_content: 'word ' }).repeat(2_000),
    count: 100,
    end: chunk({ content: 'So.' }) + END,
  },
  '200,000 pieces of arguments': {
    block: argument('word ').repeat(2_000),
    count: 100,
    end: `${argument('"}')}${chunk({}, 'tool_calls')}data: [DONE]\n\n`,
  },
  'a line of 10 MB': { block: chunk({ content: 'x'.repeat(250_000) }), count: 40, end: END },
  'markup without end': {
    block: chunk({ content: `${'*'.repeat(50_000)} ${'[[[['.repeat(10_000)}${'> '.repeat(10_000)}\n` }),
    count: 20,
    end: END,
  },
};

async function send(response: ServerResponse, { block, count, end }: Flood, isFirst: boolean): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  if (!isFirst) {
    response.end(chunk({ content: 'Done.' }) + END);
    return;
  }
  if (end.includes('tool_calls')) response.write(chunk({ tool_calls: [{ index: 0, ...write }] }));
  for (let sent = 0; sent < count; sent += 1) if (!response.write(block)) await once(response, 'drain');
  response.end(end);
}

/** The largest memory that the process has had, in MB, looked up until it ends. */
function watchMemory(pid: number | undefined): { stop(): number } {
  let peak = 0;
  const timer = setInterval(() => {
    try {
      const status = readFileSync(`/proc/${pid}/status`, 'utf8');
      peak = Math.max(peak, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
    } catch {
      // It has ended.
    }
  }, 20);
  return {
    stop: () => {
      clearInterval(timer);
      return peak;
    },
  };
}

test.skipIf(process.platform !== 'linux').each(Object.entries(FLOODS))(
  '%s: the answer comes whole, in bounded memory and time',
  async (_name, flood) => {
    let requests = 0;
    const server = createServer((request, response) => {
      request.resume();
      request.on('end', () => {
        requests += 1;
        void send(response, flood, requests === 1);
      });
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const home = privateHome();
    configure(home, 'chat', `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`);
    const child = spawn(process.execPath, [PROGRAM, '-p', 'go', '-m', 'stand/in-1'], { cwd: home.cwd, env: home.env });
    child.stdin.end();
    child.stderr.resume();
    const memory = watchMemory(child.pid);
    let length = 0;
    child.stdout.on('data', (bytes: Buffer) => {
      length += bytes.length;
    });
    const [code] = await once(child, 'close');
    const peak_mb = memory.stop();
    server.closeAllConnections();
    server.close();
    rmSync(home.path, { recursive: true, force: true });
    expect(code).toBe(0);
    const content = JSON.parse(flood.block.slice('data: '.length, flood.block.indexOf('\n'))).choices[0].delta.content;
    if (content !== undefined) {
      const pieces = flood.block.split('\n\n').length - 1;
      expect(length).toBeGreaterThanOrEqual(content.length * pieces * flood.count);
    }
    expect(peak_mb).toBeLessThan(400);
  },
  20_000,
);
