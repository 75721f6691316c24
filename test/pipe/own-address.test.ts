import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { json } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { type Home, makeHome, runProgram } from '../helpers/run-program.ts';

interface ChatServer {
  readonly base_url: string;
  /** What was asked for, in order: the path and the model. */
  readonly asked: string[];
  readonly keys: (string | undefined)[];
}

/** Starts a server that speaks Chat Completions alone, calls a tool first, and knows two models. */
async function startChatServer(): Promise<ChatServer> {
  const asked: string[] = [];
  const keys: (string | undefined)[] = [];
  const server = createServer(async (request, response) => {
    if (request.url === '/v1/models') {
      response.end(JSON.stringify({ data: [{ id: 'embed-1' }, { id: 'fake-1' }, { id: 'fake-2' }] }));
      return;
    }
    const body = (await json(request)) as { readonly model: string; readonly messages?: readonly { role: string }[] };
    asked.push(`${request.url} ${body.model}`);
    keys.push(request.headers.authorization);
    if (request.url !== '/v1/chat/completions' || body.model === 'gone') {
      const message = body.model === 'gone' ? 'The model `gone` does not exist' : `no such path ${request.url}`;
      response.writeHead(404, { 'content-type': 'application/json' }).end(JSON.stringify({ error: { message } }));
      return;
    }
    const hasResult = body.messages?.some(({ role }) => role === 'tool') === true;
    const call = { index: 0, id: 'c1', type: 'function', function: { name: 'list_files', arguments: '{}' } };
    const delta = hasResult ? { content: `I am ${body.model}.` } : { tool_calls: [call] };
    const choice = { index: 0, delta, finish_reason: hasResult ? 'stop' : 'tool_calls' };
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.end(`data: ${JSON.stringify({ id: 'r', choices: [choice] })}\n\ndata: [DONE]\n\n`);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => void server.close());
  return { base_url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, asked, keys };
}

/** Starts a server that wants a key. */
async function startLockedServer(): Promise<string> {
  const server = createServer((_request, response) => {
    response.writeHead(401, { 'content-type': 'application/json' }).end('{"error":{"message":"Who are you?"}}');
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
}

/** Writes a variable as the config file has it. */
function unset(name: string): string {
  return `$\{${name}}`;
}

function configure(home: Home, config: unknown): void {
  const file = join(home.path, 'config', 'agent-chat', 'config.json');
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(config));
}

test('at an address of its own OpenAI is asked by Chat Completions where there is no Responses, which is asked once', async () => {
  const { base_url, asked } = await startChatServer();
  const env = { OPENAI_API_KEY: 'k', OPENAI_BASE_URL: base_url };
  const { code, stdout, stderr } = await runProgram(['-p', 'hi', '-q'], { env });
  expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: 'I am fake-1.\n', stderr: '' });
  expect(asked).toEqual(['/v1/responses fake-1', '/v1/chat/completions fake-1', '/v1/chat/completions fake-1']);
});

test('the models of such a server are listed, found by their bare name, and asked without a key on loopback', async () => {
  const { base_url, keys } = await startChatServer();
  const env = { OPENAI_BASE_URL: base_url };
  const { stdout } = await runProgram(['models', 'openai/'], { env });
  expect(stdout.match(/openai\/\S+/g)).toEqual(['openai/embed-1', 'openai/fake-1', 'openai/fake-2']);
  const { code, stdout: said } = await runProgram(['-p', 'hi', '-m', 'fake-2'], { env });
  expect({ code, said }).toEqual({ code: 0, said: 'I am fake-2.\n' });
  expect(new Set(keys)).toEqual(new Set([undefined]));
});

test('a model that such a server lacks is not asked for in another way', async () => {
  const { base_url, asked } = await startChatServer();
  const env = { OPENAI_API_KEY: 'k', OPENAI_BASE_URL: base_url };
  const { code, stderr } = await runProgram(['-p', 'hi', '-m', 'openai/gone'], { env });
  expect({ code, asked }).toEqual({ code: 1, asked: ['/v1/responses gone'] });
  expect(stderr).toContain('The model `gone` does not exist');
});

test.each([
  ['OPENAI_BASE_URL', 'openai', 'nonsense'],
  ['OPENAI_BASE_URL', 'openai', 'localhost:8080/v1'],
  ['OPENAI_BASE_URL', 'openai', '127.0.0.1:8080/v1'],
  ['OPENAI_BASE_URL', 'openai', 'file:///v1'],
  ['ANTHROPIC_BASE_URL', 'anthropic', 'nonsense'],
  ['OLLAMA_HOST', 'ollama', 'http://here:there'],
])('%s of %s is refused at once when it is %s, with a key and without one', async (variable, name, address) => {
  const flaw = `${variable} is "${address}", which is no address. Write it like https://HOST/v1 or http://127.0.0.1:8080/v1.`;
  for (const key of [{}, { [`${name.toUpperCase()}_API_KEY`]: 'k' }]) {
    const env = { ...key, [variable]: address };
    expect(await runProgram(['-p', 'hi'], { env })).toEqual({ code: 2, stdout: '', stderr: `agent-chat: ${flaw}\n` });
    const doctor = await runProgram(['doctor'], { env });
    expect(doctor.code).toBe(1);
    expect(doctor.stdout.split('\n').filter((line) => line.includes(flaw))).toEqual([`✗ ${name}: ${flaw}`]);
    expect(doctor.stdout).not.toContain('demo/demo');
  }
});

test('a wrong address does not keep from a model that is named, or whose key comes before', async () => {
  const env = { OPENAI_BASE_URL: 'nonsense', OLLAMA_HOST: 'http://here:there' };
  expect(await runProgram(['-p', 'hi', '-m', 'demo'], { env })).toMatchObject({ code: 0, stderr: '' });
  const { stdout } = await runProgram(['doctor'], { env: { ...env, ANTHROPIC_API_KEY: 'k' } });
  expect(stdout).toContain('✓ Without --model it is anthropic/');
});

test('where the demo answers although an address was set, it is said why that is not used', async () => {
  const home = makeHome();
  configure(home, { providers: { empty: { base_url: 'http://127.0.0.1:9/v1' } } });
  const env = { OPENAI_BASE_URL: 'http://service.invalid/v1', OLLAMA_HOST: '127.0.0.1:9' };
  const { code, stderr } = await runProgram(['-p', 'hi'], { home, env });
  expect(code).toBe(0);
  expect(stderr).toContain(
    'Warning: There is no key for service.invalid (from OPENAI_BASE_URL), no model is known at 127.0.0.1:9 (from the config file) and Ollama does not answer at 127.0.0.1:9 (from OLLAMA_HOST): the built-in demo model answers',
  );
});

test('the variable that a key of the config names and nobody set is named; on loopback no key is sent', async () => {
  const { base_url, keys } = await startChatServer();
  const home = makeHome();
  configure(home, {
    providers: {
      here: { base_url, key: unset('NOT_SET'), models: ['fake-1'] },
      far: { base_url: 'https://service.example/v1', key: unset('NOT_SET_TOO'), models: ['m'] },
    },
  });
  const flaw = (name: string, variable: string): string =>
    `providers.${name}.key in the config file names ${variable}, which is not set: no key is sent. Set ${variable}, or take the key out.\n`;
  const here = await runProgram(['-p', 'hi'], { home });
  expect({ code: here.code, stdout: here.stdout, keys }).toEqual({
    code: 0,
    stdout: 'I am fake-1.\n',
    keys: [undefined, undefined],
  });
  expect(here.stderr).toContain(`Warning: ${flaw('here', 'NOT_SET')}`);
  expect(await runProgram(['-p', 'hi', '-m', 'far/m'], { home })).toEqual({
    code: 4,
    stdout: '',
    stderr: 'agent-chat: far/m needs a key: set NOT_SET_TOO, which providers.far.key in the config file names.\n',
  });
  const { code, stdout } = await runProgram(['doctor'], { home });
  expect(code).toBe(1);
  expect(stdout).toContain(`! here: asks ${new URL(base_url).host} (from the config file). ${flaw('here', 'NOT_SET')}`);
  expect(stdout).toContain(`✗ far: asks service.example (from the config file). ${flaw('far', 'NOT_SET_TOO')}`);
});

test('where such a server wants a key after all, the variable for it is named first', async () => {
  const home = makeHome();
  const base_url = await startLockedServer();
  configure(home, { providers: { mine: { base_url }, ours: { base_url, key: unset('OUR_KEY') } } });
  const ask = async (model: string): Promise<string> =>
    (await runProgram(['-p', 'hi', '-m', model], { home, env: { OPENAI_BASE_URL: base_url } })).stderr;
  const rest = 'in the config file; agent-chat doctor shows what is found.\n';
  expect(await ask('openai/m')).toContain(`Who are you? Set OPENAI_API_KEY, or providers.openai.key ${rest}`);
  expect(await ask('ours/m')).toContain(`Who are you? Set OUR_KEY, or providers.ours.key ${rest}`);
  expect(await ask('mine/m')).toContain(`Who are you? Set providers.mine.key ${rest}`);
});

test('the doctor fails when nothing answers at an address on this machine', async () => {
  const { base_url } = await startChatServer();
  const home = makeHome();
  configure(home, { providers: { dead: { base_url: 'http://127.0.0.1:9/v1' }, alive: { base_url } } });
  const { code, stdout } = await runProgram(['doctor'], { home });
  expect(code).toBe(1);
  expect(stdout).toContain(
    '✗ dead: nothing answers at 127.0.0.1:9 (from the config file). Start the server, or mend the address.\n',
  );
  expect(stdout).toContain(`✓ alive: needs no key; asks ${new URL(base_url).host} (from the config file).\n`);
});

test('the doctor fails when an entry of the config file is left out', async () => {
  const home = makeHome();
  configure(home, { providers: { bad: { base_url: 'nonsense' } } });
  const { code, stdout } = await runProgram(['doctor'], { home });
  expect(code).toBe(1);
  expect(stdout).toMatch(/^✗ .*"providers\.bad\.base_url" is wrong/m);
});
