import type { ModelFacts } from './model-data.ts';
import { withoutDate } from './model-data.ts';

type PriceList = Readonly<Record<string, ModelFacts>>;

const byProvider = new Map<string, PriceList>();

/**
 * Gives what the bundled price list knows of a model: prices and window. A provider's list is read on the first call. A newer
 * version of a listed model stays unknown.
 */
export async function listedFacts(prices_name: string | undefined, id: string): Promise<ModelFacts> {
  if (prices_name === undefined) return {};
  const models = byProvider.get(prices_name) ?? (await readList(prices_name));
  byProvider.set(prices_name, models);
  const exact = id.toLowerCase();
  const name = Object.hasOwn(models, exact) ? exact : plain(id);
  return Object.hasOwn(models, name) ? (models[name] ?? {}) : {};
}

async function readList(prices_name: string): Promise<PriceList> {
  const { PRICE_LISTS } = await import('./price-list.ts');
  return withUndated(JSON.parse(PRICE_LISTS[prices_name] ?? '{}'));
}

/** Adds the names without dates, so that a snapshot is found by either. */
function withUndated(models: PriceList): PriceList {
  return { ...Object.fromEntries(Object.entries(models).map(([id, facts]) => [plain(id), facts])), ...models };
}

function plain(name: string): string {
  return withoutDate(name)
    .replace(/-latest$/, '')
    .toLowerCase();
}
