// Writes src/providers/catalog/price-list.ts from @pydantic/genai-prices: for each provider of our own table, the models
// with their windows and prices. The package itself takes 30 ms to load; the list takes one. Run it after an update.
import { readFileSync, writeFileSync } from 'node:fs';
import { calcPrice, findProvider } from '@pydantic/genai-prices';

const file = (path) => new URL(`../${path}`, import.meta.url);
const table = readFileSync(file('src/providers/catalog/provider-table.ts'), 'utf8');
const providers = new Set([...table.matchAll(/prices_name: '([^']+)'/g)].map(([, name]) => name));
const { version } = JSON.parse(readFileSync(file('node_modules/@pydantic/genai-prices/package.json'), 'utf8'));

/** Prices of one size of prompt: `pick` takes the base or a tier of a price that depends on the size. */
function pricesOf(raw, pick) {
  const read = (key) => (typeof raw[key] === 'object' ? pick(raw[key]) : raw[key]);
  const [input, output] = [read('input_mtok'), read('output_mtok')];
  if (input === undefined || output === undefined) return undefined;
  return { input, output, cache_read: read('cache_read_mtok'), cache_creation: read('cache_write_mtok') };
}

function modelFacts(provider, model) {
  const found = calcPrice({ input_tokens: 0, output_tokens: 0 }, model.id, { providerId: provider });
  if (found?.model.id !== model.id) return undefined;
  const raw = found.model_price;
  const prices = pricesOf(raw, (price) => price.base);
  const above_tokens = raw.input_mtok?.tiers?.[0]?.start;
  const long = above_tokens === undefined ? undefined : pricesOf(raw, (price) => price.tiers[0]?.price);
  const long_prompts = long === undefined ? undefined : { above_tokens, ...long };
  const facts = { context_limit: model.context_window, prices: prices && { ...prices, long_prompts } };
  return JSON.stringify(facts) === '{}' ? undefined : facts;
}

const list = {};
for (const provider of providers) {
  list[provider] = {};
  for (const model of findProvider({ providerId: provider }).models) {
    const facts = modelFacts(provider, model);
    if (facts !== undefined) list[provider][model.id.toLowerCase()] = facts;
  }
}

const lines = Object.entries(list).map(([provider, models]) => {
  return `  // biome-ignore format: data\n  ${JSON.stringify(provider)}: ${JSON.stringify(JSON.stringify(models))},`;
});
writeFileSync(
  file('src/providers/catalog/price-list.ts'),
  `/** Windows in tokens and prices in US dollars a million tokens, by model, as one JSON text a provider; written by scripts/price-list.mjs from @pydantic/genai-prices ${version}. */
export const PRICE_LISTS: Readonly<Record<string, string>> = {
${lines.join('\n')}
};
`,
);
