import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ConversationMessage } from '../../../../src/conversation.ts';
import { createModelCatalog } from '../../../../src/providers/catalog/catalog.ts';
import type { CatalogSettings } from '../../../../src/providers/catalog/catalog-settings.ts';
import { parseModelName } from '../../../../src/providers/catalog/model-names.ts';
import { PROVIDER_TABLE } from '../../../../src/providers/catalog/provider-table.ts';
import { ModelNameError, type RequestText } from '../../../../src/providers/provider.ts';
import { catalogSettings } from '../../../helpers/catalog-settings.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

const KEY = 'sk-ant-0123456789abcdef';
const withKey = { environment: { ANTHROPIC_API_KEY: KEY } };
const failure = async (name: string, more: Partial<CatalogSettings> = {}): Promise<ModelNameError> => {
  const error: unknown = await createModelCatalog(catalogSettings(more))
    .resolve(name)
    .catch((thrown: unknown) => thrown);
  if (!(error instanceof ModelNameError)) throw new Error(`${name} should have been refused`);
  return error;
};

describe('the name of a model', () => {
  test.each([
    ['ollama/qwen3:8b', { provider: 'ollama', id: 'qwen3:8b' }],
    [
      'openrouter/anthropic/claude-opus-5-5:high',
      { provider: 'openrouter', id: 'anthropic/claude-opus-5-5', effort: 'high' },
    ],
    ['gpt-6-sol:xhigh', { id: 'gpt-6-sol', effort: 'xhigh' }],
    ['gpt-6-sol:max', { id: 'gpt-6-sol:max' }],
    ['ollama/qwen3:8b:none', { provider: 'ollama', id: 'qwen3:8b', effort: 'none' }],
    ['demo', { id: 'demo' }],
    ['demo:low', { id: 'demo', effort: 'low' }],
  ])('%s is split at the first slash; only a known word is an effort', (name, parts) => {
    expect(parseModelName(name)).toEqual(parts);
  });
});

describe('resolving a name', () => {
  test('gives what is known of a model, and its effort', async () => {
    const { info, effort, provider } = await createModelCatalog(catalogSettings(withKey)).resolve(
      'claude-opus-5-5:high',
    );
    expect(effort).toBe('high');
    expect(provider.protocol).toBe('anthropic-messages');
    expect(info).toMatchObject({
      name: 'anthropic/claude-opus-5-5',
      context_limit: 1_000_000,
      output_limit: 128_000,
      has_vision: true,
      efforts: ['low', 'medium', 'high', 'xhigh'],
      prices: { input: 4, output: 20, cache_read: 0.2, cache_creation: 5 },
    });
  });

  test('takes a model that nobody knows, of a provider that is known, and guesses nothing of it', async () => {
    const { info } = await createModelCatalog(catalogSettings(withKey)).resolve('anthropic/claude-opus-9');
    expect(info).toEqual({
      name: 'anthropic/claude-opus-9',
      provider: 'anthropic',
      id: 'claude-opus-9',
      protocol: 'anthropic-messages',
    });
  });

  test('takes a snapshot for its model', async () => {
    const { info } = await createModelCatalog(catalogSettings(withKey)).resolve('claude-haiku-4-5-20251001');
    expect(info).toMatchObject({
      id: 'claude-haiku-4-5-20251001',
      context_limit: 200_000,
      prices: { input: 1, output: 5 },
    });
  });

  test('says of an unknown name what it may have meant', async () => {
    expect((await failure('gpt-9')).message).toMatch(/^There is no model "gpt-9"\. Try agent-chat models\./);
    expect((await failure('claude-opus-55')).message).toContain('Did you mean anthropic/claude-opus-5-5');
    expect((await failure('nobody/gpt')).message).toMatch(
      /^There is no provider "nobody"\. Known are anthropic, openai/,
    );
    expect((await failure('constructor/x')).message).toContain('There is no provider "constructor"');
    expect((await failure('')).reason).toBe('unknown');
  });

  test('says of a missing key which variable to set', async () => {
    const error = await failure('openai/gpt-6-sol');
    expect(error.reason).toBe('auth');
    expect(error.message).toBe(
      'openai/gpt-6-sol needs a key: set OPENAI_API_KEY, or providers.openai.key in the config file.',
    );
    expect((await failure('gpt-6-sol')).reason).toBe('auth');
  });

  test('takes a bare name only when it is clear whose it is', async () => {
    const providers = { mine: { base_url: 'http://127.0.0.1:9/v1', models: ['gpt-5'] } };
    const environment = { OPENAI_API_KEY: 'sk-0123456789' };
    const error = await failure('gpt-5', { providers, environment });
    expect(error.message).toBe('"gpt-5" can be several models. Write mine/gpt-5 or openai/gpt-5.');
    const { info } = await createModelCatalog(catalogSettings({ providers })).resolve('gpt-5');
    expect(info.name).toBe('mine/gpt-5');
  });

  test('lets the user know better, for any model', async () => {
    const models = { 'anthropic/claude-opus-5-5': { context_limit: 5000, prices: { input: 1, output: 2 } } };
    const { info } = await createModelCatalog(catalogSettings({ ...withKey, models })).resolve(
      'anthropic/claude-opus-5-5',
    );
    expect(info).toMatchObject({ context_limit: 5000, prices: { input: 1, output: 2 }, output_limit: 128_000 });
  });

  test('lets the user know better also of a script and of the demo', async () => {
    const cwd = await temporaryFolder();
    writeFileSync(join(cwd, 's.json'), '["Yes."]');
    const models = { 'script:s.json': { prices: { input: 3, output: 4 } }, 'demo/demo': { context_limit: 9000 } };
    const catalog = createModelCatalog(catalogSettings({ cwd, models }));
    const script = await catalog.resolve('script:s.json');
    expect(script.info).toMatchObject({
      name: 'script:s.json',
      context_limit: 200_000,
      prices: { input: 3, output: 4 },
    });
    expect((await catalog.resolve('demo')).info).toMatchObject({ name: 'demo/demo', context_limit: 9000 });
  });

  test('has prices of long prompts where the list has them', async () => {
    const { info } = await createModelCatalog(
      catalogSettings({ environment: { OPENAI_API_KEY: 'sk-0123456789' } }),
    ).resolve('gpt-5.5');
    expect(info.prices).toMatchObject({ input: 5, long_prompts: { above_tokens: 271_999, input: 10, output: 45 } });
  });

  test('keeps one provider for all its models, so that connections live on', async () => {
    const catalog = createModelCatalog(catalogSettings(withKey));
    const [one, two] = await Promise.all([catalog.resolve('claude-opus-5-5'), catalog.resolve('claude-haiku-5-5')]);
    const [three] = await Promise.all([catalog.resolve('claude-opus-5-5')]);
    expect(one.provider).toBe(three.provider);
    expect(two.provider.name).toBe('anthropic');
  });
});

describe('the model that is taken when none is named', () => {
  const chosen = (more: Partial<CatalogSettings>) => createModelCatalog(catalogSettings(more)).defaultModel();

  test('is, in this order, of AGENT_CHAT_MODEL, the config file, a key, the demo', async () => {
    const environment = { AGENT_CHAT_MODEL: 'demo', ANTHROPIC_API_KEY: KEY };
    expect(await chosen({ environment, model: 'openai/gpt-5' })).toEqual({
      name: 'demo',
      why: 'AGENT_CHAT_MODEL names it',
    });
    expect(await chosen({ ...withKey, model: 'openai/gpt-5' })).toEqual({
      name: 'openai/gpt-5',
      why: 'the config file names it',
    });
    expect(await chosen(withKey)).toEqual({ name: 'anthropic/claude-opus-5-5', why: 'ANTHROPIC_API_KEY is set' });
    const why = 'there is no key and no local server';
    expect(await chosen({})).toEqual({ name: 'demo/demo', why, is_fallback: true });
  });

  test('can be made of every provider that is chosen by its key alone', async () => {
    for (const [name, entry] of Object.entries(PROVIDER_TABLE)) {
      const [variable] = entry.key_variables;
      if (entry.default_model === undefined || variable === undefined) continue;
      const catalog = createModelCatalog(catalogSettings({ environment: { [variable]: 'key-0123456789' } }));
      const { name: model } = await catalog.defaultModel();
      expect((await catalog.resolve(model)).info.provider).toBe(name);
    }
  });
});

describe('the list and the diagnosis', () => {
  test('show what can be used first, and what each other provider lacks', async () => {
    const list = await createModelCatalog(catalogSettings(withKey)).list();
    const firstUnusable = list.findIndex((model) => !model.is_usable);
    expect(list.slice(0, firstUnusable).every(({ provider }) => provider === 'anthropic' || provider === 'demo')).toBe(
      true,
    );
    expect(list.slice(firstUnusable).every((model) => model.lacks !== undefined && !model.is_usable)).toBe(true);
    expect(list.find((model) => model.name === 'mistral/mistral-medium-latest')?.lacks).toBe('set MISTRAL_API_KEY');
  });

  test('never show a key beyond its last four letters', async () => {
    const environment = { ANTHROPIC_API_KEY: KEY, OPENAI_API_KEY: 'short' };
    const catalog = createModelCatalog(catalogSettings({ environment }));
    const shown = JSON.stringify([await catalog.diagnose(), await catalog.list()]);
    expect(shown).toContain('ends in cdef');
    expect(shown).not.toContain(KEY.slice(0, -4));
    expect(shown).not.toContain('short');
  });
});

describe('the report of a switch', () => {
  const history: ConversationMessage[] = [
    { role: 'user', id: 'u1', content: 'x'.repeat(4000), origin: 'person' },
    {
      role: 'assistant',
      model_name: 'anthropic/claude-opus-5-5',
      parts: [
        { type: 'thought', id: 't', text: 'hm', signature: 'sig' },
        { type: 'text', id: 'x', text: 'Yes.' },
      ],
    },
  ];
  const catalog = createModelCatalog(
    catalogSettings({
      environment: { ANTHROPIC_API_KEY: KEY, OPENAI_API_KEY: 'sk-0123456789' },
      models: { 'openai/tiny': { context_limit: 100, prices: { input: 1, output: 1 } } },
    }),
  );

  const request: RequestText = { system: 'Be brief.', conversation: history, tools: [] };

  test('says what it costs to be read again, what is lost, and whether it fits', async () => {
    const report = await catalog.preview(request, 'openai/tiny', 'anthropic/claude-opus-5-5');
    expect(report).toMatchObject({ fits: false, context_limit: 100, thoughts_dropped: 1, cache_lost: true });
    expect(report.cost_to_read).toBeCloseTo(report.tokens_to_read / 1_000_000, 10);
    expect(report.tokens_to_read).toBeGreaterThan(100);
  });

  test('counts the system prompt and the tools too, once anything was said', async () => {
    const tools = [{ name: 'read', description: 'Reads. '.repeat(300), parameters: {} }];
    const read = async (more: Partial<RequestText>): Promise<number> =>
      (await catalog.preview({ ...request, ...more }, 'openai/tiny', 'anthropic/claude-opus-5-5')).tokens_to_read;
    const bare = await read({ system: '' });
    expect((await read({ system: 'Be brief. '.repeat(300) })) - bare).toBeGreaterThan(300);
    expect((await read({ system: '', tools })) - bare).toBeGreaterThan(300);
    expect(await read({ conversation: [], tools })).toBe(0);
  });

  test('says that nothing is lost when it is the same model', async () => {
    const report = await catalog.preview(request, 'claude-opus-5-5:low', 'anthropic/claude-opus-5-5');
    expect(report).toMatchObject({ tokens_to_read: 0, thoughts_dropped: 0, cache_lost: false });
  });

  test('leaves out what is unknown', async () => {
    const report = await catalog.preview(request, 'openai/gpt-99', 'anthropic/claude-opus-5-5');
    expect(report).not.toHaveProperty('fits');
    expect(report).not.toHaveProperty('cost_to_read');
  });
});
