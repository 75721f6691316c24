import type { CatalogSettings } from '../../src/providers/catalog/catalog-settings.ts';

/** Settings of a catalog that finds nothing but what a test gives it. */
export const catalogSettings = (more: Partial<CatalogSettings> = {}): CatalogSettings => ({
  environment: {},
  cwd: '/nowhere',
  demo: { delay_ms: 0 },
  local: { is_searched: false },
  ...more,
});
