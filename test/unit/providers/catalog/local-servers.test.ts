import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createModelCatalog } from '../../../../src/providers/catalog/catalog.ts';
import { requestJson } from '../../../../src/providers/catalog/json-request.ts';
import { identifyServer } from '../../../../src/providers/catalog/local-servers.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

type Answers = Readonly<Record<string, unknown>>;

/** Starts a server that answers these paths; any other path is what `otherwise` says. */
async function serve(answers: Answers, otherwise: { status: number; body: unknown } = { status: 404, body: {} }) {
  const server = createServer((request, response) => {
    const isKnown = Object.hasOwn(answers, request.url ?? '');
    response.writeHead(isKnown ? 200 : otherwise.status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(isKnown ? answers[request.url ?? ''] : otherwise.body));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const search = { request: requestJson, timeout_ms: 1000 };

const LLAMA: Answers = {
  '/props': {
    default_generation_settings: { n_ctx: 8192 },
    model_alias: 'qwen',
    modalities: { vision: true },
    build_info: 'b8681',
  },
  '/v1/models': { data: [{ id: 'qwen', owned_by: 'llamacpp', meta: { n_ctx_train: 262_144 } }] },
  // It imitates Ollama for editors.
  '/api/version': { version: '0.0.0' },
  '/api/tags': { models: [{ name: 'qwen' }] },
};
const OLLAMA: Answers = {
  '/api/version': { version: '0.40.1' },
  '/api/tags': { models: [{ name: 'qwen3:8b' }, { name: 'llama:latest' }, { name: 'big:70b' }] },
  '/v1/models': { data: [{ id: 'qwen3:8b', owned_by: 'library' }] },
  '/api/ps': { models: [{ name: 'llama:latest', context_length: 32_768 }] },
  '/api/show': {
    model_info: { 'qwen3.context_length': 40_960 },
    parameters: 'stop "<|im_end|>"\nnum_ctx                        20480',
    capabilities: ['completion', 'vision'],
  },
};
const STUDIO: Answers = {
  '/api/v1/models': {
    models: [
      { type: 'embedding', key: 'nomic', loaded_instances: [], max_context_length: 2048 },
      {
        type: 'llm',
        key: 'qwen/qwen3.5-9b',
        loaded_instances: [{ id: 'x', config: { context_length: 4096 } }],
        max_context_length: 262_144,
        capabilities: { vision: false },
      },
    ],
  },
  '/v1/models': { data: [{ id: 'qwen/qwen3.5-9b', owned_by: 'organization_owner' }] },
};
const VLLM: Answers = {
  '/v1/models': { data: [{ id: 'meta/llama', owned_by: 'vllm', max_model_len: 131_072 }] },
  '/version': { version: '0.20.0' },
};

describe('a server on this machine', () => {
  test('is llama.cpp by its properties, though it imitates Ollama; its window is that of one slot', async () => {
    const found = await identifyServer(await serve(LLAMA), search);
    expect(found).toMatchObject({ kind: 'llamacpp', models: [{ id: 'qwen', context_limit: 8192, has_vision: true }] });
    expect(found?.models[0]?.warning).toContain('cut qwen at 8,192 tokens, though the model could read 262,144');
  });

  test('is LM Studio by its own list, though it answers every question; models for embeddings are left out', async () => {
    const root = await serve(STUDIO, { status: 200, body: { error: 'Unexpected endpoint or method.' } });
    const found = await identifyServer(root, search);
    expect(found).toMatchObject({
      kind: 'lmstudio',
      models: [{ id: 'qwen/qwen3.5-9b', context_limit: 4096, is_loaded: true }],
    });
    expect(found?.models).toHaveLength(1);
  });

  test('is LM Studio of an older kind by its older list', async () => {
    const models = [{ id: 'old', type: 'llm', state: 'loaded', max_context_length: 8192, loaded_context_length: 2048 }];
    const v1 = { data: [{ id: 'old', owned_by: 'organization_owner' }] };
    const found = await identifyServer(await serve({ '/v1/models': v1, '/api/v0/models': { data: models } }), search);
    expect(found).toMatchObject({ kind: 'lmstudio', models: [{ id: 'old', context_limit: 2048, is_loaded: true }] });
  });

  test('is vLLM by the owner of its models', async () => {
    const found = await identifyServer(await serve(VLLM), search);
    expect(found).toMatchObject({ kind: 'vllm', models: [{ id: 'meta/llama', context_limit: 131_072 }] });
    expect(found?.models[0]?.warning).toBeUndefined();
  });

  test('is Ollama only when nothing else fits; what is loaded says its real window, else the model', async () => {
    const found = await identifyServer(await serve(OLLAMA), search);
    expect(found?.kind).toBe('ollama');
    const limits = found?.models.map(({ id, context_limit, is_loaded }) => [id, context_limit, is_loaded]);
    expect(limits).toEqual([
      ['qwen3:8b', 20_480, false],
      ['llama:latest', 32_768, true],
      ['big:70b', 20_480, false],
    ]);
  });

  test('is Ollama with an unknown window, and a warning, when neither the model nor the server says one', async () => {
    const shown = { model_info: { 'x.context_length': 131_072 }, capabilities: [] };
    const found = await identifyServer(
      await serve({ ...OLLAMA, '/api/show': shown, '/api/ps': { models: [] } }),
      search,
    );
    expect(found?.models[0]?.context_limit).toBeUndefined();
    expect(found?.models[0]?.warning).toContain('4,096');
    expect(found?.models[0]?.warning).toContain('OLLAMA_CONTEXT_LENGTH');
  });

  test('is nothing when it is something else, broken, or silent', async () => {
    expect(await identifyServer(await serve({ '/': 'hello' }), search)).toBeUndefined();
    expect(await identifyServer('http://127.0.0.1:9', search)).toBeUndefined();
    const silent = createServer(() => undefined);
    servers.push(silent);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const root = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    expect(await identifyServer(root, { ...search, timeout_ms: 50 })).toBeUndefined();
  });
});

describe('the catalog', () => {
  const catalogAt = (root: string, environment: Record<string, string> = {}) =>
    createModelCatalog({
      environment: { OLLAMA_HOST: root, ...environment },
      providers: {
        llamacpp: { base_url: 'http://127.0.0.1:9/v1' },
        lmstudio: { base_url: 'http://127.0.0.1:9/v1' },
        vllm: { base_url: 'http://127.0.0.1:9/v1' },
      },
      cwd: '/',
      demo: { delay_ms: 0 },
      local: { timeout_ms: 1000 },
    });

  test('takes a running Ollama before the demo, the loaded model first, and says why', async () => {
    const root = await serve(OLLAMA);
    expect(await catalogAt(root).defaultModel()).toEqual({
      name: 'ollama/llama:latest',
      why: `Ollama runs at ${root}`,
    });
    const keyed = catalogAt(root, { OPENAI_API_KEY: 'sk-0123456789' });
    expect(await keyed.defaultModel()).toEqual({ name: 'openai/gpt-6.1-sol', why: 'OPENAI_API_KEY is set' });
  });

  test('knows the real window, the sight and the price of a local model', async () => {
    const { info, effort } = await catalogAt(await serve(OLLAMA)).resolve('ollama/qwen3:8b');
    expect(effort).toBeUndefined();
    expect(info).toEqual({
      name: 'ollama/qwen3:8b',
      provider: 'ollama',
      id: 'qwen3:8b',
      protocol: 'openai-chat',
      context_limit: 20_480,
      has_vision: true,
      prices: { input: 0, output: 0 },
      is_local: true,
    });
  });

  test('asks a server once for a start, again for a model it did not have, and again later', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    const answers: Record<string, unknown> = { ...OLLAMA };
    const catalog = catalogAt(await serve(answers));
    const { name } = await catalog.defaultModel();
    expect((await catalog.resolve(name)).info.context_limit).toBe(32_768);
    answers['/api/ps'] = { models: [{ name: 'llama:latest', context_length: 8192 }] };
    expect((await catalog.resolve(name)).info.context_limit).toBe(32_768);
    answers['/api/tags'] = { models: [{ name: 'llama:latest' }, { name: 'new:1b' }] };
    expect((await catalog.resolve('ollama/new:1b')).info.id).toBe('new:1b');
    answers['/api/ps'] = { models: [{ name: 'llama:latest', context_length: 65_536 }] };
    vi.advanceTimersByTime(60_000);
    expect((await catalog.resolve(name)).info.context_limit).toBe(65_536);
    vi.useRealTimers();
  });

  test('completes the tag, finds a bare name, and names what is there when a model is not', async () => {
    const catalog = catalogAt(await serve(OLLAMA));
    expect((await catalog.resolve('ollama/llama')).info.id).toBe('llama:latest');
    expect((await catalog.resolve('qwen3:8b')).info.name).toBe('ollama/qwen3:8b');
    await expect(catalog.resolve('ollama/qwen3:9b')).rejects.toThrow(
      'Ollama has no model "qwen3:9b"; it has ollama/qwen3:8b. To get it: ollama pull qwen3:9b.',
    );
  });

  test('says how to start a server that is not there', async () => {
    await expect(catalogAt('http://127.0.0.1:9').resolve('ollama/x')).rejects.toThrow(
      'Ollama does not answer at 127.0.0.1:9: start it with ollama serve, or set OLLAMA_HOST.',
    );
  });

  test('lists local models with their warnings, and explains them in the diagnosis', async () => {
    const root = await serve({ ...OLLAMA, '/api/show': { capabilities: [] }, '/api/ps': { models: [] } });
    const catalog = catalogAt(root);
    const listed = (await catalog.list()).filter((model) => model.provider === 'ollama');
    expect(listed.map((model) => [model.name, model.is_usable])).toEqual([
      ['ollama/qwen3:8b', true],
      ['ollama/llama:latest', true],
      ['ollama/big:70b', true],
    ]);
    expect(listed[0]?.warning).toContain('4,096');
    const findings = await catalog.diagnose();
    expect(findings.some(({ level, message }) => level === 'warning' && message.includes('4,096'))).toBe(true);
    await catalog.resolve('ollama/qwen3:8b');
    expect(catalog.warningFor('ollama/qwen3:8b')).toContain('4,096');
  });
});
