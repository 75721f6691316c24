import type { AgentMessage } from '../../messages.ts';
import type { InstalledModels } from '../../providers/catalog/catalog.ts';
import type { DefaultModel } from '../../providers/catalog/catalog-settings.ts';
import { ModelNameError } from '../../providers/provider.ts';
import { CliError, EXIT } from '../exit-codes.ts';
import type { RunOptions } from '../options.ts';
import type { Setup } from '../setup.ts';
import { openModels } from './open-models.ts';

/** A model that can be used; when nobody named it, with why it was chosen. */
export type ChosenModel = Pick<DefaultModel, 'name'> & Partial<DefaultModel>;

/** Gives the model that a session would begin with; throws the {@link CliError} that it would meet. */
export async function checkModel(setup: Setup, options: RunOptions): Promise<ChosenModel> {
  return chooseModel(openModels(setup), options.model);
}

/** Chooses the model of a session, if none is named the default one. One that cannot be used is a {@link CliError}. */
export async function chooseModel(catalog: InstalledModels, named: string | undefined): Promise<ChosenModel> {
  try {
    const model: ChosenModel = named === undefined ? await catalog.defaultModel() : { name: named };
    const names = await Promise.all(model.name.split(',').map((name) => fullName(catalog, name)));
    return { ...model, name: names.join(',') };
  } catch (error) {
    if (!(error instanceof ModelNameError)) throw error;
    throw new CliError(error.message, error.reason === 'auth' ? EXIT.auth : EXIT.usage);
  }
}

/** Gives the model that a resumed session used last. */
export function lastModel(log: readonly AgentMessage[]): string | undefined {
  const last = log.findLast((message) => message.type === 'model_switched' || message.type === 'session_started');
  return last?.type === 'model_switched' ? last.new : last?.type === 'session_started' ? last.model : undefined;
}

/** A warning, and what to do about it. */
export type Notice = [message: string, suggested_action?: string];

interface Watched {
  readonly options: RunOptions;
  readonly isWatched: boolean;
}

/** Says what a person should know of the model. In a pipe nobody sees that the demo answers unasked. */
export function modelNotices(catalog: InstalledModels, model: ChosenModel, { isWatched }: Watched): readonly Notice[] {
  const warning = catalog.warningFor(model.name);
  return [
    ...(isStandIn(model, isWatched) ? [standInNotice(model)] : []),
    ...(warning === undefined ? [] : [[warning] satisfies Notice]),
  ];
}

/** Gives the flags that hold with a model: in a pipe an unnamed demo only reads, since its answers are no work. */
export function optionsWith(model: ChosenModel, { options, isWatched }: Watched): RunOptions {
  return isStandIn(model, isWatched) ? { ...options, permissionMode: 'plan' } : options;
}

function isStandIn({ is_fallback }: ChosenModel, isWatched: boolean): boolean {
  return is_fallback === true && !isWatched;
}

function standInNotice({ why = '' }: ChosenModel): Notice {
  return [
    `${why.charAt(0).toUpperCase()}${why.slice(1)}: the built-in demo model answers, and edits nothing.`,
    'Set ANTHROPIC_API_KEY, OPENAI_API_KEY or another key, or name a model with -m; -m demo is the demo in full.',
  ];
}

/** Gives a model's name as it stands in messages, with the effort that was asked for. */
async function fullName(catalog: InstalledModels, given: string): Promise<string> {
  const { info, effort } = await catalog.resolve(given.trim());
  return effort === undefined ? info.name : `${info.name}:${effort}`;
}
