import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { PageRequest } from '../../../src/tools/options.ts';
import { isPrivateAddress } from '../../../src/tools/web/private-address.ts';
import { type ToolBench, toolBench } from '../../helpers/call-tool.ts';
import { startCpuClock } from '../../helpers/cpu-clock.ts';

let cwd: string;
let bench: ToolBench;
let server: Server;
let base: string;
let answer: RequestListener;

beforeEach(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'fetch-'));
  bench = toolBench(cwd);
  server = createServer((request, response) => answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
  rmSync(cwd, { recursive: true, force: true });
  rmSync(`${cwd}-spill`, { recursive: true, force: true });
});

const page = (body: string | Buffer, type = 'text/html; charset=utf-8', headers = {}): void => {
  answer = (_, response) => response.writeHead(200, { 'content-type': type, ...headers }).end(body);
};
const get = (url = base): ReturnType<ToolBench['call']> => bench.call('fetch_url', { url });
const failure = async (url = base): Promise<string> => (await bench.failure('fetch_url', { url })).message;

test('gives a web page as readable text, without scripts and pictures', async () => {
  page(`<html><head><title>T &amp; U</title><style>x{}</style><script>evil()</script></head><body><nav>menu</nav>
    <h1>Hi</h1><p>One <b>two</b> <a href="/x">three</a></p><img src="data:abc" alt="pic"><ul><li>a<li>b</ul></body></html>`);
  const { result, meta } = await get();
  expect(result.split('\n').slice(1).join('\n')).toBe('# T & U\n\n# Hi\n\nOne **two** [three](/x)\n\n-   a\n-   b');
  expect(meta?.summary).toMatch(/^text\/html, \d+ bytes$/);
});

test('gives JSON and plain text as they are', async () => {
  page('{"a": 1}', 'application/vnd.api+json');
  expect((await get()).result).toBe(`[${base}/ (application/vnd.api+json, 8 bytes)]\n{"a": 1}`);
  page('a <b> c', 'text/plain');
  expect((await get()).result).toContain('\na <b> c');
});

test('reads the charset, and compressed answers', async () => {
  page(Buffer.from([0x63, 0x61, 0x66, 0xe9]), 'text/plain; charset=iso-8859-1');
  expect((await get()).result).toContain('café');
  page(gzipSync('packed'), 'text/plain', { 'content-encoding': 'gzip' });
  expect((await get()).result).toContain('\npacked');
  page(brotliCompressSync('packed too'), 'text/plain', { 'content-encoding': 'br' });
  expect((await get()).result).toContain('\npacked too');
});

test('keeps escape sequences and hidden characters of a page from the model', async () => {
  page('a\u001b]52;c;eA==\u0007b\u202ec\u{e0041}', 'text/plain; charset=utf-8');
  expect((await get()).result).toMatch(/\nab\\u\{202e\}c\\u\{e0041\}$/);
});

test('shortens a long page and keeps the whole of it in a file', async () => {
  page('word '.repeat(20_000), 'text/plain');
  const { result, meta } = await get();
  expect(result.length).toBeLessThan(34 * 1024);
  expect(readFileSync(meta?.full_output_path ?? '', 'utf8')).toBe('word '.repeat(20_000));
});

test('leaves out scripts of a page that is too large to be converted, however their tags are written', async () => {
  page(`<SCRIPT>evil()</SCRIPT><p>one</p><Style>x{}</sTYLE>${'<i>two</i> '.repeat(20_001)}`);
  const { result } = await get();
  expect(result).toContain('\none');
  expect(result).toContain('two');
  expect(result).not.toMatch(/evil|x\{/);
});

test.each([
  ['deep', `${'<div>'.repeat(50_000)}deep`],
  ['full of lists', `${'<ul><li>'.repeat(30_000)}deep`],
  ['full of tables', `${'<table><tr><td>'.repeat(30_000)}deep`],
  ['full of paragraphs', `${'<p><b>'.repeat(19_000)}deep`],
  ['full of links', `${'<a href=x>'.repeat(19_000)}deep`],
  ['broken', `<p>${'<a href="'.repeat(20_000)}">deep`],
  ['all brackets', `${'<'.repeat(300_000)}${'x'.repeat(600_000)}>deep`],
  ['all scripts', `${'<script>'.repeat(100_000)}</script>deep`],
  ['all comments', `${'<!--'.repeat(200_000)}-->deep`],
  ['all entities', `${'&amp'.repeat(200_000)} deep`],
  ['all spaces', `<pre>${' '.repeat(400_000)}</pre>deep`],
  ['all stars', `<p>${'*_'.repeat(200_000)}</p>deep`],
])('is quick with a page that is %s', async (_, html) => {
  page(html);
  const spent_ms = startCpuClock();
  expect((await get()).result).toContain('deep');
  expect(spent_ms()).toBeLessThan(3000);
});

test('refuses what is too large, packed or not', async () => {
  page(Buffer.alloc(6 * 1024 * 1024, 'x'), 'text/plain');
  expect(await failure()).toBe(`${base}/ has more than 5.0 MB; it is not read.`);
  page(gzipSync(Buffer.alloc(50 * 1024 * 1024)), 'text/plain', { 'content-encoding': 'gzip' });
  expect(await failure()).toMatch(/more than 5\.0 MB/);
});

test('refuses what is not text', async () => {
  page('x', 'image/png');
  expect(await failure()).toBe(`${base}/ is image/png, not text. Use run_command to download it.`);
});

test('tells the status and the start of what the server says', async () => {
  answer = (_, response) =>
    response.writeHead(404, { 'content-type': 'text/html' }).end(`<h1>Gone</h1>${'x'.repeat(9000)}`);
  const message = await failure();
  expect(message).toMatch(/answered HTTP 404\.\n# Gone/);
  expect(message.length).toBeLessThan(700);
});

test('follows redirects on the same host, and reports those to another', async () => {
  answer = (request, response) => {
    if (request.url === '/a') response.writeHead(302, { location: '/b' }).end();
    else if (request.url === '/away') response.writeHead(301, { location: 'http://169.254.169.254/latest' }).end();
    else if (request.url === '/file') response.writeHead(301, { location: 'file:///etc/passwd' }).end();
    else if (request.url === '/loop') response.writeHead(307, { location: '/loop' }).end();
    else response.writeHead(200, { 'content-type': 'text/plain' }).end('here');
  };
  expect((await get(`${base}/a`)).result).toBe(`[${base}/b (text/plain, 4 bytes)]\nhere`);
  expect(await failure(`${base}/away`)).toBe(
    `${base}/away redirects to http://169.254.169.254/latest. Call fetch_url with that address to go there.`,
  );
  expect(await failure(`${base}/file`)).toMatch(/file: addresses are not fetched/);
  expect(await failure(`${base}/loop`)).toMatch(/redirects more than 5 times/);
});

test.each([
  ['file:///etc/passwd', 'file: addresses are not fetched, only http and https. Use read_file for files.'],
  ['nonsense', 'nonsense is no address. Give one that starts with https://.'],
  ['https://me:secret@example.com/', 'The address holds a user name or password; it is not fetched. Leave them out.'],
])('refuses %s', async (url, message) => {
  expect(await failure(url)).toBe(message);
});

test('ends when the call is cancelled while the server is silent', async () => {
  const controller = new AbortController();
  answer = () => controller.abort();
  await expect(bench.call('fetch_url', { url: base }, { signal: controller.signal })).rejects.toThrow();
});

test('says when nobody answers there', async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  expect(await failure()).toMatch(/127\.0\.0\.1:\d+ could not be reached: .*ECONNREFUSED/);
});

test('uses the way to the network that it is given', async () => {
  const asked: string[] = [];
  const request_page: PageRequest = async (url, { headers }) => {
    asked.push(url.href, headers['user-agent'] ?? '');
    return { status: 200, header: () => 'text/plain', body: (async function* () {})() };
  };
  await toolBench(cwd, { request_page, user_agent: 'me/1' }).call('fetch_url', { url: 'https://example.com/x#part' });
  expect(asked).toEqual(['https://example.com/x', 'me/1']);
});

test('judges the address that will be asked, not how it was written', async () => {
  const access = await bench.prepare('fetch_url', { url: 'HTTP://0x7f.1/a#b' }).access();
  expect(access).toEqual({ kind: 'fetch', url: 'http://127.0.0.1/a' });
});

test.each([
  '127.0.0.1',
  '10.1.2.3',
  '192.168.0.1',
  '169.254.169.254',
  '0.0.0.0',
  '::1',
  '::',
  'fd00::1',
  'fe80::1',
  '::ffff:10.0.0.1',
  '100.64.0.1',
])('knows that %s is private', (address) => {
  expect(isPrivateAddress(address)).toBe(true);
});
test.each(['8.8.8.8', '1.1.1.1', '172.32.0.1', '2606:4700::1'])('knows that %s is public', (address) => {
  expect(isPrivateAddress(address)).toBe(false);
});

test('lets go of the connection of an answer that it does not read', async () => {
  const closed = new Promise<void>((resolve) => {
    answer = (request, response) => {
      request.socket.once('close', resolve);
      response.writeHead(200, { 'content-type': 'application/zip' });
      response.write('the beginning of a download without an end');
    };
  });
  expect(await failure()).toMatch(/is application\/zip, not text/);
  await closed;
}, 5_000);
