import { createServer } from 'node:http';
import { expect, test } from 'vitest';
import { CERTIFICATE_FILE, goneProxy, listen, serveTls, startProxy } from '../helpers/proxy.ts';
import { makeHome, readMessages, runProgram } from '../helpers/run-program.ts';

const KEY = { OPENAI_API_KEY: 'sk-test-test-test' };
const ASKED = ['-p', 'x', '-q', '-m', 'openai/gpt-5'];

test('a service over TLS is reached through the tunnel of a proxy', async () => {
  const [port, proxy] = await Promise.all([serveTls('responses'), startProxy('secret-word')]);
  const env = {
    ...KEY,
    OPENAI_BASE_URL: `https://localhost:${port}/v1`,
    HTTPS_PROXY: proxy.url.replace('//', '//me:secret-word@'),
    NODE_EXTRA_CA_CERTS: CERTIFICATE_FILE,
  };
  expect(await runProgram(ASKED, { env })).toEqual({ code: 0, stdout: 'ok\n', stderr: '' });
  expect(proxy.asked).toEqual([`CONNECT localhost:${port}`]);
});

test('a proxy that is none ends the program at once, where it would be used', async () => {
  const env = { ...KEY, HTTP_PROXY: 'garbage', OPENAI_BASE_URL: 'http://service.example/v1' };
  const { code, stdout, stderr } = await runProgram(ASKED, { env });
  expect({ code, stdout, stderr }).toEqual({
    code: 2,
    stdout: '',
    stderr:
      'agent-chat: HTTP_PROXY is no address of a proxy: "garbage". Set it to http://HOST:PORT, or take it away.\n',
  });
  const doctor = await runProgram(['doctor'], { env });
  expect(doctor.stdout).toContain('✗ HTTP_PROXY is no address of a proxy: "garbage".');
  expect((await runProgram(['-p', 'x', '-m', 'demo'], { env })).code).toBe(0);
});

test('a proxy that is not there is named with its variable', async () => {
  const host = await goneProxy();
  const { code, stderr } = await runProgram(ASKED, { env: { ...KEY, https_proxy: host } });
  expect([code, stderr]).toEqual([
    1,
    `Error: Nothing answers at ${host}, the proxy of https_proxy: the connection was refused (ECONNREFUSED). Check https_proxy, or take it away.\n`,
  ]);
});

test('pages are fetched through the proxy that models are reached by, but for those of NO_PROXY and of this machine', async () => {
  const port = await listen(createServer((_request, response) => response.end('the page')));
  const proxy = await startProxy();
  const pages = [`http://pages.example:${port}/a`, `http://near.example:${port}/b`, `http://127.0.0.1:${port}/c`];
  const calls = pages.map((url) => ({ tool_call: { name: 'fetch_url', arguments: { url } } }));
  const home = makeHome({ 's.json': JSON.stringify([calls, 'Well.']) });
  const env = { HTTP_PROXY: proxy.url, NO_PROXY: 'near.example' };
  const allowed = ['pages.example', 'near.example', '127.0.0.1'].flatMap((host) => ['--allow', `fetch:${host}`]);
  const args = ['-p', 'go', '-m', 'script:s.json', '-o', 'stream-json', ...allowed];
  const { stdout } = await runProgram(args, { home, env });
  const ends = readMessages(stdout).flatMap((message) => {
    if (message.type === 'tool_result') return [message.result.result];
    return message.type === 'tool_error' ? [message.error.error] : [];
  });
  expect(proxy.asked).toEqual([pages[0]]);
  expect(ends.sort()).toEqual([
    expect.stringMatching(/^\[http:\/\/127\.0\.0\.1.*\nthe page$/s),
    expect.stringMatching(/^\[http:\/\/pages\.example.*\nthe page$/s),
    expect.stringContaining('near.example'),
  ]);
});
