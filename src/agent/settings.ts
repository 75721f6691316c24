import { errorLine } from '../errors.ts';
import type { AgentMessageBody, ReasoningEffort } from '../messages.ts';
import { modelNames, splitEffort } from '../model-name.ts';
import type { ModelCatalog, ModelInfo, ResolvedModel } from '../providers/provider.ts';
import type { Tool } from '../tools/tool.ts';
import { untilAborted } from './abort.ts';
import { clampEffort } from './effort.ts';
import type { Journal } from './journal.ts';
import { toolSpec } from './tool-spec.ts';

/** Which models, effort and tools the next model call uses. What is wanted meanwhile waits for `apply`. */
export interface Settings {
  wantModel(name: string): void;
  wantEffort(effort: ReasoningEffort): void;
  wantTools(names: readonly string[]): void;
  readonly isWanted: boolean;
  /** Gives up the wanted model, if any, that is still being looked for. `isSaid`: it is said in any case. */
  forgetModel(isSaid: boolean): void;
  /** Publishes the effort and the tools that the session begins with, where its log does not say them yet. */
  announce(): void;
  /** Resolves when another model is wanted, or when the signal is aborted. */
  modelWanted(signal: AbortSignal): Promise<void>;
  /** Applies what is wanted and publishes each change; says whether the model changed. Rejects only when aborted. */
  apply(signal: AbortSignal): Promise<boolean>;
  /** The model whose turn it is. Rejects with a `ModelNameError`, or when aborted. */
  model(signal: AbortSignal): Promise<ResolvedModel>;
  /** Its name, as far as it is known without asking the catalog. */
  readonly nextModelName: string;
  /** The smallest window of the models that take turns; absent when one is unknown. */
  window(): number | undefined;
  effort(model: ResolvedModel): ReasoningEffort | undefined;
  readonly tools: readonly Tool[];
}

interface SettingsOptions {
  readonly catalog: ModelCatalog;
  readonly journal: Journal;
  readonly systemPrompt: () => string;
  /** Every tool that there is now. */
  readonly tools: () => readonly Tool[];
  readonly effort?: ReasoningEffort | undefined;
  /** The names of those that the session begins with; absent: those that the journal names last. */
  readonly keptTools?: readonly string[] | undefined;
}

interface WantedModel {
  readonly name: string;
  /** What was wanted before; it counts again when this one is not there. */
  readonly before: WantedModel | undefined;
  hasFailed: boolean;
  readonly models: Promise<readonly ResolvedModel[] | undefined>;
}

/** Starts from the model that the journal names last; nothing is resolved before it is needed. */
export function createSettings(options: SettingsOptions): Settings {
  return new LiveSettings(options);
}

class LiveSettings implements Settings {
  readonly #catalog: ModelCatalog;
  readonly #journal: Journal;
  readonly #systemPrompt: () => string;
  readonly #allTools: () => readonly Tool[];
  #models: readonly ResolvedModel[] | undefined;
  #effort: ReasoningEffort | undefined;
  #wantedModel: WantedModel | undefined;
  #wantedEffort: ReasoningEffort | undefined;
  #wantedTools: readonly string[] | undefined;
  #modelWanted: (() => void) | undefined;
  readonly #keptTools: readonly string[] | undefined;

  constructor({ catalog, journal, systemPrompt, tools, effort, keptTools }: SettingsOptions) {
    this.#catalog = catalog;
    this.#journal = journal;
    this.#systemPrompt = systemPrompt;
    this.#allTools = tools;
    this.#effort = effort;
    this.#keptTools = keptTools;
  }

  wantModel(name: string): void {
    const models = this.#resolve(name).catch((error: unknown) => {
      wanted.hasFailed = true;
      while (this.#wantedModel?.hasFailed === true) this.#wantedModel = this.#wantedModel.before;
      const stays = this.#wantedModel?.name;
      const kept =
        stays === undefined ? `The model stays ${this.#journal.state.model}` : `The model to come stays ${stays}`;
      this.#warn(`${kept}: ${errorLine(error)}`, 'See the models with /model.');
      this.#tellWanted();
      return undefined;
    });
    const wanted: WantedModel = { name, before: this.#wantedModel, hasFailed: false, models };
    this.#wantedModel = wanted;
    this.#tellWanted();
  }

  /** Tells whoever waits for another model once the wanted one is found. */
  #tellWanted(): void {
    void this.#wantedModel?.models.then((found) => {
      if (found !== undefined) this.#modelWanted?.();
    });
  }

  wantEffort(effort: ReasoningEffort): void {
    this.#wantedEffort = effort;
  }

  wantTools(names: readonly string[]): void {
    const all = this.#allTools();
    const unknown = names.filter((name) => !all.some((tool) => tool.name === name));
    if (unknown.length > 0) {
      const known = all.map((tool) => tool.name).join(', ');
      this.#warn(`There is no tool ${unknown.map((name) => `"${name}"`).join(', ')}.`, `The tools are ${known}.`);
    }
    if (unknown.length < names.length || names.length === 0)
      this.#wantedTools = names.filter((name) => !unknown.includes(name));
  }

  get isWanted(): boolean {
    return this.#wantedModel !== undefined || this.#wantedEffort !== undefined || this.#wantedTools !== undefined;
  }

  forgetModel(isSaid: boolean): void {
    if (this.#wantedModel === undefined && !isSaid) return;
    this.#wantedModel = undefined;
    this.#warn(`The model stays ${this.#journal.state.model}: the switch was cancelled.`);
  }

  announce(): void {
    const { effort, tools } = this.#journal.state;
    if (this.#effort !== undefined && this.#effort !== effort) {
      const previous = effort ?? usualEffort(undefined);
      this.#publish({ type: 'reasoning_effort_changed', previous, new: this.#effort });
    }
    if (this.#keptTools === undefined || this.#keptTools.join() === tools?.join()) return;
    const previous = this.tools.map((tool) => tool.name);
    this.#publish({ type: 'tools_updated', previous, new: this.#keptTools });
  }

  modelWanted(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        signal.removeEventListener('abort', end);
        if (this.#modelWanted === end) this.#modelWanted = undefined;
        resolve();
      };
      this.#modelWanted = end;
      signal.addEventListener('abort', end, { once: true });
      this.#tellWanted();
    });
  }

  async apply(signal: AbortSignal): Promise<boolean> {
    const isSwitched = await this.#applyModel(signal);
    this.#applyEffort();
    this.#applyTools();
    return isSwitched;
  }

  async model(signal: AbortSignal): Promise<ResolvedModel> {
    this.#models ??= await untilAborted(this.#resolve(this.#journal.state.model), signal);
    const model = this.#models[this.#journal.state.model_calls % this.#models.length];
    if (model === undefined) throw new Error('There is no model.');
    return model;
  }

  get nextModelName(): string {
    const { model, model_calls } = this.#journal.state;
    const names = modelNames(model);
    const name = names[model_calls % Math.max(1, names.length)] ?? model;
    return this.#models?.[model_calls % this.#models.length]?.info.name ?? splitEffort(name).model;
  }

  window(): number | undefined {
    const limits = (this.#models ?? []).map(({ info }) => info.context_limit);
    const known = limits.filter((limit) => limit !== undefined);
    return known.length === limits.length && known.length > 0 ? Math.min(...known) : undefined;
  }

  effort(model: ResolvedModel): ReasoningEffort | undefined {
    const own = (this.#models?.length ?? 0) > 1 ? model.effort : undefined;
    const wanted = own ?? this.#effort;
    return wanted === undefined ? undefined : clampEffort(wanted, model.info);
  }

  get tools(): readonly Tool[] {
    const names = this.#journal.state.tools;
    const all = this.#allTools();
    return names === undefined ? all : all.filter((tool) => names.includes(tool.name));
  }

  async #resolve(name: string): Promise<readonly ResolvedModel[]> {
    const names = modelNames(name);
    if (names.length === 0) throw new Error('No model is named.');
    return Promise.all(names.map((one) => this.#catalog.resolve(one)));
  }

  async #applyModel(signal: AbortSignal): Promise<boolean> {
    let isSwitched = false;
    for (let wanted = this.#wantedModel; wanted !== undefined; wanted = this.#wantedModel) {
      const models = await untilAborted(wanted.models, signal);
      if (this.#wantedModel !== wanted) continue;
      this.#wantedModel = undefined;
      if (models === undefined) continue;
      await this.#switch(models, signal);
      isSwitched = true;
    }
    return isSwitched;
  }

  async #switch(models: readonly ResolvedModel[], signal: AbortSignal): Promise<void> {
    const target = smallest(models);
    // Whoever switches away from a model that cannot be found compares nothing with it.
    const before = await this.model(signal).catch(() => undefined);
    signal.throwIfAborted();
    const previous = this.#journal.state.model;
    const conversation = this.#journal.state.conversation.messages;
    const request = { system: this.#systemPrompt(), conversation, tools: this.tools.map(toolSpec) };
    const report = this.#catalog.report(request, target.info, before?.info ?? target.info);
    this.#models = models;
    const [only] = models;
    const namedEffort = models.length === 1 ? only?.effort : undefined;
    const effort = namedEffort ?? this.#effort;
    const clamped = effort === undefined ? undefined : (clampEffort(effort, target.info) ?? 'none');
    this.#journal.publish({
      type: 'model_switched',
      previous,
      new: models.map((model) => fullName(model, models.length > 1)).join(','),
      report:
        effort === undefined || clamped === undefined || clamped === effort
          ? report
          : { ...report, effort_clamped: { from: effort, to: clamped } },
    });
    if (namedEffort !== undefined && this.#wantedEffort === undefined) this.#wantedEffort = namedEffort;
  }

  #applyEffort(): void {
    const wanted = this.#wantedEffort;
    this.#wantedEffort = undefined;
    if (wanted === undefined || wanted === this.#effort) return;
    const info = this.#models === undefined ? undefined : smallest(this.#models).info;
    this.#publish({ type: 'reasoning_effort_changed', previous: this.#effort ?? usualEffort(info), new: wanted });
    this.#effort = wanted;
    const clamped = info === undefined ? wanted : (clampEffort(wanted, info) ?? 'none');
    if (info !== undefined && clamped !== wanted)
      this.#warn(`${info.name} has no effort ${wanted}; it uses ${clamped}.`);
  }

  #applyTools(): void {
    const wanted = this.#wantedTools;
    this.#wantedTools = undefined;
    if (wanted === undefined) return;
    const previous = this.tools.map((tool) => tool.name);
    this.#publish({ type: 'tools_updated', previous, new: wanted });
  }

  #warn(message: string, suggested_action?: string): void {
    this.#publish({ type: 'system_warning', message, ...(suggested_action === undefined ? {} : { suggested_action }) });
  }

  #publish(body: AgentMessageBody): void {
    this.#journal.publish(body);
  }
}

function smallest(models: readonly ResolvedModel[]): ResolvedModel {
  const size = ({ info }: ResolvedModel): number => info.context_limit ?? Number.POSITIVE_INFINITY;
  return models.reduce((least, model) => (size(model) < size(least) ? model : least));
}

function fullName({ info, effort }: ResolvedModel, withEffort: boolean): string {
  return withEffort && effort !== undefined ? `${info.name}:${effort}` : info.name;
}

/** What a model does when nobody said: an effort in the middle, or none. */
function usualEffort(info: ModelInfo | undefined): ReasoningEffort {
  return info?.efforts?.length === 0 ? 'none' : 'medium';
}
