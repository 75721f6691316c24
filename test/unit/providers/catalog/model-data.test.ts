import { expect, test } from 'vitest';
import { KNOWN_PRICES } from '../../../../src/providers/catalog/known-prices.ts';
import { knownFacts, knownModels } from '../../../../src/providers/catalog/model-data.ts';
import { listedFacts } from '../../../../src/providers/catalog/price-data.ts';

test('our own prices are those of the bundled list, for every model that it has', async () => {
  for (const [id, prices] of Object.entries(KNOWN_PRICES)) {
    const listed = await listedFacts(id.startsWith('claude') ? 'anthropic' : 'openai', id);
    if (listed.prices !== undefined) expect([id, prices]).toEqual([id, listed.prices]);
  }
});

test('a price belongs to a model that is known', () => {
  const known = new Set([...knownModels('anthropic'), ...knownModels('openai')]);
  expect(Object.keys(KNOWN_PRICES).filter((id) => !known.has(id))).toEqual([]);
});

test('a newer version of a model is not taken for the one that the list knows', async () => {
  expect(await listedFacts('anthropic', 'claude-sonnet-5-7')).toEqual({});
  expect(await listedFacts('anthropic', 'claude-opus-4-5-20251101')).toMatchObject({ context_limit: 200_000 });
});

test('no limit of a model contradicts another', () => {
  for (const provider of ['anthropic', 'openai']) {
    for (const id of knownModels(provider)) {
      const { context_limit = Infinity, output_limit = 0 } = knownFacts(provider, id);
      expect(output_limit).toBeLessThan(context_limit);
    }
  }
});
