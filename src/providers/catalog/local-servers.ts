import { groupDigits } from '../../format.ts';
import { itemsOf } from '../wire/wire-fields.ts';
import { count, type JsonRequest, plainName, property, text } from './json-request.ts';
import type { LocalKind } from './provider-table.ts';

/** A model server that runs on this machine (or where the user said). */
export interface LocalServer {
  readonly kind: LocalKind;
  /** Without `/v1`. */
  readonly root_url: string;
  readonly models: readonly LocalModel[];
}

/** A model of a local server; what the server does not say is absent. */
export interface LocalModel {
  readonly id: string;
  /** Tokens that the server really reads now, whatever the model could. */
  readonly context_limit?: number;
  /** Tokens that the model could read. */
  readonly trained_limit?: number;
  readonly has_vision?: boolean;
  readonly is_loaded?: boolean;
  /** Says that, and why, the server will cut long prompts. */
  readonly warning?: string;
}

export interface LocalSearch {
  readonly request: JsonRequest;
  readonly timeout_ms: number;
}

/**
 * Finds the model servers that run now at some addresses (without `/v1`), all at once. Never fails; what does not answer
 * in time is not there.
 */
export async function findLocalServers(roots: readonly string[], search: LocalSearch): Promise<readonly LocalServer[]> {
  const found = await Promise.all([...new Set(roots)].map((root) => identifyServer(root, search)));
  return found.filter((server) => server !== undefined);
}

/** Finds the model that a name means; Ollama adds `:latest` where a name has no tag. */
export function modelNamed({ models }: LocalServer, id: string): LocalModel | undefined {
  return models.find((model) => model.id === id || model.id === `${id}:latest`);
}

/**
 * Finds out what answers at an address. Who imitates others is asked first: llama.cpp also answers Ollama's questions
 * and LM Studio anything at all, so each is known by what only it says.
 */
export async function identifyServer(root_url: string, search: LocalSearch): Promise<LocalServer | undefined> {
  const ask = (path: string, body?: unknown): Promise<unknown> =>
    search.request(`${root_url}${path}`, { timeout_ms: search.timeout_ms, ...(body === undefined ? {} : { body }) });
  const [props, studio, models, version] = await Promise.all(
    ['/props', '/api/v1/models', '/v1/models', '/api/version'].map((path) => ask(path)),
  );
  if (isLlamaProps(props)) return { kind: 'llamacpp', root_url, models: readLlamaModels(props, models) };
  if (isStudioList(studio)) return { kind: 'lmstudio', root_url, models: readStudioModels(studio) };
  const older = await olderStudioModels(models, ask);
  if (older.length > 0) return { kind: 'lmstudio', root_url, models: older };
  if (ownersOf(models).includes('vllm')) return { kind: 'vllm', root_url, models: readVllmModels(models) };
  if (text(property(version, 'version')) === undefined) return undefined;
  const tags = await ask('/api/tags');
  return { kind: 'ollama', root_url, models: await readOllamaModels(tags, ask) };
}

function isLlamaProps(props: unknown): boolean {
  return property(props, 'default_generation_settings') !== undefined || property(props, 'build_info') !== undefined;
}

function isStudioList(studio: unknown): boolean {
  return itemsOf(property(studio, 'models')).some((model) => Array.isArray(property(model, 'loaded_instances')));
}

function ownersOf(models: unknown): readonly unknown[] {
  return itemsOf(property(models, 'data')).map((model) => property(model, 'owned_by'));
}

/** The window of `/props` is that of one slot, which is what one conversation gets. */
function readLlamaModels(props: unknown, models: unknown): LocalModel[] {
  const context_limit = count(property(props, 'default_generation_settings', 'n_ctx'));
  const vision = property(props, 'modalities', 'vision');
  const listed = itemsOf(property(models, 'data'));
  const path = plainName(property(props, 'model_path'));
  const fallback = plainName(property(props, 'model_alias')) ?? path?.split(/[\\/]/).at(-1) ?? 'default';
  const entries = listed.length > 0 ? listed : [{ id: fallback }];
  return entries.flatMap((entry) => {
    const id = plainName(property(entry, 'id'));
    const trained_limit = count(property(entry, 'meta', 'n_ctx_train'));
    const has_vision = typeof vision === 'boolean' ? vision : undefined;
    return id === undefined ? [] : [localModel(id, { context_limit, trained_limit, has_vision })];
  });
}

function readStudioModels(studio: unknown): LocalModel[] {
  return itemsOf(property(studio, 'models')).flatMap((model) => {
    const id = plainName(property(model, 'key'));
    if (id === undefined || property(model, 'type') === 'embedding') return [];
    const loaded = itemsOf(property(model, 'loaded_instances'))[0];
    const vision = property(model, 'capabilities', 'vision');
    const facts = {
      context_limit: count(property(loaded, 'config', 'context_length')),
      trained_limit: count(property(model, 'max_context_length')),
      has_vision: typeof vision === 'boolean' ? vision : undefined,
    };
    return [{ ...localModel(id, facts), is_loaded: loaded !== undefined }];
  });
}

/** LM Studio before 0.4 has another list; it is asked for it only when its models look like LM Studio's. */
async function olderStudioModels(models: unknown, ask: Ask): Promise<LocalModel[]> {
  if (!ownersOf(models).includes('organization_owner')) return [];
  return itemsOf(property(await ask('/api/v0/models'), 'data')).flatMap((model) => {
    const id = plainName(property(model, 'id'));
    if (id === undefined || property(model, 'type') === 'embeddings') return [];
    const facts = {
      context_limit: count(property(model, 'loaded_context_length')),
      trained_limit: count(property(model, 'max_context_length')),
      has_vision: property(model, 'type') === 'vlm',
    };
    return [{ ...localModel(id, facts), is_loaded: property(model, 'state') === 'loaded' }];
  });
}

function readVllmModels(models: unknown): LocalModel[] {
  return itemsOf(property(models, 'data')).flatMap((model) => {
    const id = plainName(property(model, 'id'));
    return id === undefined ? [] : [localModel(id, { context_limit: count(property(model, 'max_model_len')) })];
  });
}

type Ask = (path: string, body?: unknown) => Promise<unknown>;

const MAX_OLLAMA_DETAILS = 24;

async function readOllamaModels(tags: unknown, ask: Ask): Promise<LocalModel[]> {
  const ids = itemsOf(property(tags, 'models')).flatMap((model) => plainName(property(model, 'name')) ?? []);
  const running = itemsOf(property(await ask('/api/ps'), 'models'));
  return Promise.all(
    ids.map(async (id, index) => {
      const details = index < MAX_OLLAMA_DETAILS ? await ask('/api/show', { model: id }) : undefined;
      const loaded = running.find((model) => [property(model, 'name'), property(model, 'model')].includes(id));
      return readOllamaModel(id, details, loaded);
    }),
  );
}

/** What is loaded says its real window; otherwise the model's own `num_ctx`, otherwise the server's default, unknown. */
function readOllamaModel(id: string, details: unknown, loaded: unknown): LocalModel {
  const info = property(details, 'model_info');
  const trainedKey = Object.keys(info ?? {}).find((key) => key.endsWith('.context_length'));
  const trained_limit = trainedKey === undefined ? undefined : count(property(info, trainedKey));
  const stated = /^num_ctx\s+(\d+)/m.exec(text(property(details, 'parameters')) ?? '')?.[1];
  const context_limit = count(property(loaded, 'context_length')) ?? count(Number(stated));
  const capabilities = itemsOf(property(details, 'capabilities'));
  const has_vision = capabilities.length === 0 ? undefined : capabilities.includes('vision');
  const model = localModel(id, { context_limit, trained_limit, has_vision });
  if (context_limit !== undefined || details === undefined) return { ...model, is_loaded: loaded !== undefined };
  return {
    ...model,
    is_loaded: false,
    warning: `Ollama does not say how much of a long prompt ${id} will read: it cuts \
at 4,096 tokens unless OLLAMA_CONTEXT_LENGTH or the model's num_ctx says more. Set OLLAMA_CONTEXT_LENGTH=64000 for it.`,
  };
}

interface LocalFacts {
  readonly context_limit?: number | undefined;
  readonly trained_limit?: number | undefined;
  readonly has_vision?: boolean | undefined;
}

function localModel(id: string, facts: LocalFacts): LocalModel {
  const { context_limit, trained_limit, has_vision } = facts;
  const warning = cutWarning(id, facts);
  return {
    id,
    ...(context_limit === undefined ? {} : { context_limit }),
    ...(trained_limit === undefined ? {} : { trained_limit }),
    ...(has_vision === undefined ? {} : { has_vision }),
    ...(warning === undefined ? {} : { warning }),
  };
}

/** A window below this is too small for an agent with its tools. */
const SMALL_WINDOW = 16_384;

/** Says that prompts will be cut, where they will be shorter than the model could read. */
function cutWarning(id: string, { context_limit, trained_limit }: LocalFacts): string | undefined {
  if (context_limit === undefined || context_limit >= SMALL_WINDOW) return undefined;
  if (trained_limit !== undefined && trained_limit <= context_limit) return undefined;
  const could = trained_limit === undefined ? '' : `, though the model could read ${groupDigits(trained_limit)}`;
  return `The server will cut ${id} at ${groupDigits(context_limit)} tokens${could}. Start it with a larger context.`;
}
