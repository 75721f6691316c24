import type { ModelFacts } from './model-data.ts';
import { withoutDate } from './model-data.ts';

type PriceList = Readonly<Record<string, Readonly<Record<string, ModelFacts>>>>;

let loading: Promise<PriceList> | undefined;
const byProvider = new Map<string, PriceList[string]>();

/**
 * Gives what the bundled price list knows of a model: prices and window. The list is loaded on the first call. A newer
 * version of a listed model stays unknown.
 */
export async function listedFacts(prices_name: string | undefined, id: string): Promise<ModelFacts> {
  if (prices_name === undefined) return {};
  loading ??= import('./price-list.ts').then(({ PRICE_LIST_JSON }) => JSON.parse(PRICE_LIST_JSON));
  const models = byProvider.get(prices_name) ?? withUndated((await loading)[prices_name] ?? {});
  byProvider.set(prices_name, models);
  const exact = id.toLowerCase();
  const name = Object.hasOwn(models, exact) ? exact : plain(id);
  return Object.hasOwn(models, name) ? (models[name] ?? {}) : {};
}

/** Adds the names without dates, so that a snapshot is found by either. */
function withUndated(models: PriceList[string]): PriceList[string] {
  return { ...Object.fromEntries(Object.entries(models).map(([id, facts]) => [plain(id), facts])), ...models };
}

function plain(name: string): string {
  return withoutDate(name)
    .replace(/-latest$/, '')
    .toLowerCase();
}
