import { isAbsolute, join } from 'node:path';
import type { SwitchReport } from '../../messages.ts';
import { createDemoProvider, DEMO_MODEL } from '../demo/demo-provider.ts';
import type { Endpoint } from '../endpoint.ts';
import { estimateRequestTokens } from '../estimate-tokens.ts';
import { reportSwitch } from '../history/switch-report.ts';
import { type ModelCatalog, ModelNameError, type Provider, type RequestText, type ResolvedModel } from '../provider.ts';
import { createProvider } from '../registry.ts';
import { ProxyError, proxyFor } from '../wire/proxy.ts';
import type { CatalogSettings, DefaultModel, Finding, ModelListing } from './catalog-settings.ts';
import { chooseDefault } from './choose-default.ts';
import { diagnose } from './diagnose.ts';
import { findBareName } from './find-bare-name.ts';
import {
  type ConfiguredProvider,
  type FoundKey,
  findKey,
  findProvider,
  makeEndpoint,
  needsKey,
  rootOf,
} from './find-endpoint.ts';
import { requestJson } from './json-request.ts';
import { listModels } from './list-models.ts';
import { identifyServer, type LocalModel, modelNamed } from './local-servers.ts';
import { describeModel, userFacts } from './model-info.ts';
import { parseModelName } from './model-names.ts';
import { addressFlaw, keyFlaw, missingKey, missingProvider, missingServer, unlistedModel } from './name-errors.ts';
import { noteServer, seenServer } from './seen-servers.ts';

/** The models of this installation, with what a person is shown of them. */
export interface InstalledModels extends ModelCatalog {
  /** Lists every known model: what can be used now first, then what lacks something. Asks local servers. */
  list(): Promise<readonly ModelListing[]>;
  /** Chooses a model when none was named: AGENT_CHAT_MODEL, config, a key, a local server, the demo. */
  defaultModel(): Promise<DefaultModel>;
  /** Says beforehand what a switch would keep, lose and cost. Throws a {@link ModelNameError}. */
  preview(request: RequestText, target: string, previous: string): Promise<SwitchReport>;
  /** Explains the setup: what is usable, what lacks what, local servers and their real windows. */
  diagnose(): Promise<readonly Finding[]>;
  /** What a person should know of a model that was resolved: that its server will cut, for example. */
  warningFor(name: string): string | undefined;
}

/** How long a server that was named may take to say what it is. */
const NAMED_SERVER_MS = 1_500;

/** Makes the catalog. Reads and asks nothing until it is asked. */
export function createModelCatalog(settings: CatalogSettings): InstalledModels {
  const parts: Parts = { settings, providers: new Map(), scripts: new Map(), warnings: new Map() };
  const resolve = (name: string): Promise<ResolvedModel> => resolveName(parts, name.trim());
  const report: ModelCatalog['report'] = (request, target, previous) =>
    reportSwitch(request, { target, previous, dialect: findProvider(settings, target.provider)?.entry?.dialect });
  return {
    resolve,
    report,
    estimateTokens: estimateRequestTokens,
    list: () => listModels(settings),
    defaultModel: () => chooseDefault(settings),
    preview: async (request, target, previous) => {
      const [to, from] = await Promise.all([resolve(target), resolve(previous)]);
      return report(request, to.info, from.info);
    },
    diagnose: () => diagnose(settings),
    warningFor: (name) => parts.warnings.get(name),
  };
}

interface KeptProvider {
  readonly key: string | undefined;
  readonly made: Promise<Provider>;
}

interface Parts {
  readonly settings: CatalogSettings;
  /** By name, as long as their keys stay the same: what a service was found to refuse is remembered in them. */
  readonly providers: Map<string, KeptProvider>;
  readonly scripts: Map<string, Promise<ResolvedModel>>;
  readonly warnings: Map<string, string>;
}

async function resolveName(parts: Parts, name: string): Promise<ResolvedModel> {
  if (name === '') throw new ModelNameError('The name of the model is empty. Try agent-chat models.');
  if (name.startsWith('script:')) return resolveScript(parts, name);
  const parsed = parseModelName(name);
  const effort = parsed.effort === undefined ? {} : { effort: parsed.effort };
  if ((parsed.provider ?? parsed.id) === 'demo') {
    const info = { ...DEMO_MODEL, ...userFacts(parts.settings, DEMO_MODEL.name) };
    return { info, provider: createDemoProvider(parts.settings.demo), ...effort };
  }
  const provider = parsed.provider === undefined ? undefined : findProvider(parts.settings, parsed.provider);
  if (provider !== undefined) return { ...(await resolveModel(parts, provider, parsed.id)), ...effort };
  const whole = parsed.provider === undefined ? parsed.id : `${parsed.provider}/${parsed.id}`;
  const found = await findBareName(parts.settings, whole);
  if (found === undefined) throw await missingProvider(parts.settings, whole);
  return { ...(await resolveModel(parts, found.provider, found.id)), ...effort };
}

async function resolveModel(parts: Parts, provider: ConfiguredProvider, id: string): Promise<ResolvedModel> {
  const { settings, warnings } = parts;
  const name = `${provider.name}/${id}`;
  if (id === '') throw new ModelNameError(`"${name}" names no model. Write ${provider.name}/ and a model's id.`);
  const flaw = addressFlaw(provider);
  if (flaw !== undefined) throw new ModelNameError(flaw);
  const local = await askServer(settings, provider, id);
  const key = await findKey(settings, provider);
  if (key === undefined && needsKey(provider)) throw missingKey(provider, name);
  const info = await describeModel(settings, { provider, id: local?.id ?? id, local });
  const told = [local?.warning, keyFlaw(settings, provider)].filter((warning) => warning !== undefined);
  if (told.length === 0) warnings.delete(info.name);
  else warnings.set(info.name, told.join(' '));
  return { info, provider: await keptProvider(parts, provider, key) };
}

/** A command for a key may print another one each time, such as a token that holds for an hour. */
function keptProvider(
  { settings, providers }: Parts,
  provider: ConfiguredProvider,
  found?: FoundKey,
): Promise<Provider> {
  const key = found?.value;
  const known = providers.get(provider.name);
  if (known !== undefined && known.key === key) return known.made;
  const made = createProvider(provider.protocol, checkedEndpoint(makeEndpoint(settings, provider, found)));
  providers.set(provider.name, { key, made });
  return made;
}

/** Refuses a wrong address, of the service or of a proxy, before anything is asked: trying again would not mend it. */
function checkedEndpoint(endpoint: Endpoint): Endpoint {
  try {
    proxyFor(new URL(endpoint.base_url), endpoint);
    return endpoint;
  } catch (error) {
    throw error instanceof ProxyError ? new ModelNameError(error.message) : error;
  }
}

/** Asks the server of a local provider for a model; undefined for other providers. */
async function askServer(
  settings: CatalogSettings,
  provider: ConfiguredProvider,
  id: string,
): Promise<LocalModel | undefined> {
  if (provider.local_kind === undefined || settings.local?.is_searched === false) return undefined;
  const search = { request: settings.requestJson ?? requestJson, timeout_ms: NAMED_SERVER_MS };
  const root_url = rootOf(provider);
  const seen = seenServer(settings, root_url);
  const seenModel = seen === undefined ? undefined : modelNamed(seen, id);
  if (seenModel !== undefined) return seenModel;
  const server = await identifyServer(root_url, search);
  if (server === undefined) throw missingServer(provider);
  noteServer(settings, server);
  if (server.models.length === 0) return undefined;
  const model = modelNamed(server, id);
  if (model !== undefined) return model;
  throw unlistedModel(provider, { id, models: server.models.map((one) => one.id) });
}

function resolveScript(parts: Parts, name: string): Promise<ResolvedModel> {
  const known = parts.scripts.get(name);
  if (known !== undefined) return known;
  const made = loadScript(parts.settings, name);
  parts.scripts.set(name, made);
  made.catch(() => parts.scripts.delete(name));
  return made;
}

async function loadScript(settings: CatalogSettings, name: string): Promise<ResolvedModel> {
  const given = name.slice('script:'.length);
  if (given === '') throw new ModelNameError('script: names no file. Write --model script:FILE.');
  const path = isAbsolute(given) ? given : join(settings.cwd, given);
  const [{ readScript }, { createScriptProvider }] = await Promise.all([
    import('../script/read-script.ts'),
    import('../script/script-provider.ts'),
  ]);
  const script = await readScript(path);
  const { context_limit = 200_000 } = script;
  const own = { name, provider: 'script', id: given };
  const info = { ...DEMO_MODEL, context_limit, ...userFacts(settings, name), ...own };
  return { info, provider: createScriptProvider(given, script) };
}
