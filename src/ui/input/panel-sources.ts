import type { CommandServices, ModelChoice } from '../../commands/command.ts';
import { OWN_MODEL } from '../../commands/model.ts';
import { forgetRule } from '../../commands/permissions.ts';
import { labelledContent } from '../../content-text.ts';
import { formatAgo, formatCount, formatDollars, groupDigits } from '../../format.ts';
import { REASONING_EFFORTS, type ReasoningEffort, type SwitchReport } from '../../messages.ts';
import { nameMessage } from '../../own-words.ts';
import { textWidth } from '../../view/width.ts';
import { insertAt, insertText, recallText, setText } from './editor/editor.ts';
import { keyLabel } from './keys/keymap.ts';
import { mostOfLabel } from './layout/layout-lists.ts';
import type { PickerItem, PreviewLine } from './picker.ts';
import { sendMessage } from './send.ts';
import type { InputCore, Panel } from './state.ts';
import { leaveThemes, lookAtTheme, takeTheme } from './theme-preview.ts';

/** Where the items of a picker come from and what choosing one does. */
export interface PanelSource {
  readonly title: string;
  /** There is nothing to take. */
  readonly isForReading?: true;
  /** The labels are texts of any length. */
  readonly isTitled?: true;
  /** Says that there are no items, where that can be. */
  readonly empty?: string;
  items(core: InputCore): Promise<readonly PickerItem[]> | readonly PickerItem[];
  marked?(core: InputCore): string | undefined;
  preview?(core: InputCore, id: string): Promise<readonly PreviewLine[]> | readonly PreviewLine[];
  accept(core: InputCore, id: string): Promise<void> | void;
  /** It was closed, and nothing was taken. */
  dismiss?(core: InputCore): void;
}

/** Every picker. */
export const PANEL_SOURCES: Readonly<Record<Panel['name'], PanelSource>> = {
  models: {
    title: 'Model',
    empty: OWN_MODEL,
    items: async (core) => modelItems(await core.options.services.listModels(), core.state.facts.model),
    marked: (core) => core.state.facts.model,
    preview: async (core, id) => {
      const report = await core.options.services.previewSwitch(id);
      if (typeof report === 'string') return [report];
      // What the model in use cannot take was lost on coming to it.
      return id === core.state.facts.model ? [`in use · ${fitText(report)}`] : reportLines(report);
    },
    accept: (core, id) => sendMessage(core, { type: 'switch_model', model: id }),
  },
  efforts: {
    title: 'Reasoning effort',
    items: async (core) => [defaultEffort(core), ...(await effortsOf(core)).map((id) => ({ id, label: id }))],
    marked: (core) => core.state.facts.effort ?? DEFAULT_EFFORT,
    accept: (core, id) => {
      const effort = REASONING_EFFORTS.find((known) => known === id);
      if (effort !== undefined) sendMessage(core, { type: 'set_reasoning_effort', effort });
    },
  },
  sessions: {
    title: 'Resume',
    empty: 'There is no other session.',
    isTitled: true,
    items: async (core) =>
      ((await core.options.services.listSessions?.()) ?? []).map(({ id, title, detail }) => ({
        id,
        label: title,
        ...(detail === undefined ? {} : { detail }),
      })),
    accept: (core, id) => core.options.services.resumeSession?.(id),
  },
  rewind: {
    title: 'Go back to',
    empty: 'Nothing was said yet: there is nothing to go back to.',
    isTitled: true,
    items: (core) =>
      [...core.state.facts.said].reverse().map(({ id, content, at }) => ({
        id,
        label: nameMessage(content) || '(empty)',
        detail: formatAgo(at, Date.now()),
      })),
    accept: rewind,
  },
  themes: {
    title: 'Theme',
    items: (core) => core.options.screen.themes.map((name) => ({ id: name, label: name })),
    marked: ({ options: { screen } }) => screen.theme?.(),
    preview: lookAtTheme,
    accept: takeTheme,
    dismiss: leaveThemes,
  },
  permissions: {
    title: 'Permissions',
    items: (core) => permissionItems(core.options.services),
    marked: (core) => core.options.services.permissionMode?.(),
    accept: ({ options: { services, screen } }, id) => {
      if (id.startsWith(FORGET)) screen.print(forgetRule(id.slice(FORGET.length), services));
      else services.setPermissionMode?.(id);
    },
  },
  keys: { title: 'Keys', items: keyItems, isForReading: true, accept: () => {} },
  help: {
    title: 'Help',
    items: (core) => [...commandHelp(core), ...keyItems(core)],
    accept: (core, id) => {
      if (id.startsWith('/')) core.edit(insertAt(core.state.editor, { offset: 0, text: `${id} ` }));
    },
  },
  history: {
    title: 'History',
    empty: 'Nothing was sent yet.',
    items: async (core) => {
      const entries = await core.options.services.history.load();
      return [...new Set([...entries].reverse())].map((text) => ({ id: text, label: text }));
    },
    accept: (core, id) => core.recall(recallText(core.state.editor, id)),
  },
};

/** The efforts of the running model; all of them when it is not known which it has. */
export async function effortsOf(core: InputCore): Promise<readonly ReasoningEffort[]> {
  const models = await core.options.services.listModels();
  const own = models.find((model) => model.name === core.state.facts.model)?.efforts;
  return own === undefined ? REASONING_EFFORTS : REASONING_EFFORTS.filter((effort) => own.includes(effort));
}

const DEFAULT_EFFORT = 'default';

/** What holds until an effort is set. Nothing sets it back: messages only know efforts that have a name. */
function defaultEffort({ state }: InputCore): PickerItem {
  const item = { id: DEFAULT_EFFORT, label: DEFAULT_EFFORT };
  return state.facts.effort === undefined
    ? { ...item, detail: 'nothing is set: the model does what it does by itself' }
    : { ...item, unavailable: 'only as long as nothing is set; a new session begins with it' };
}

/** Goes back to before a message, whose words then stand in the prompt of that branch, or here where there are none. */
async function rewind(core: InputCore, id: string): Promise<void> {
  const message = core.state.facts.said.find((said) => said.id === id);
  if (message === undefined) return;
  if (core.options.services.rewind !== undefined) return core.options.services.rewind(id);
  const { editor } = core.state;
  const text = labelledContent(message.content);
  core.recall(editor.text === '' ? setText(editor, text) : insertText(editor, text, 'other'));
}

const FORGET = 'forget ';

/** The modes, and what was always allowed in this session. */
function permissionItems({ permissionModes = [], alwaysRules }: CommandServices): readonly PickerItem[] {
  const rules = alwaysRules?.() ?? [];
  const modes = permissionModes.map(({ value, description }) => ({
    id: value,
    label: value,
    ...(description === undefined ? {} : { detail: description }),
    ...(rules.length === 0 ? {} : { group: 'Mode' }),
  }));
  const group = 'Always allowed in this session · Enter takes it back';
  return [...modes, ...rules.map((rule) => ({ id: `${FORGET}${rule}`, label: rule, group }))];
}

const NOT_SET_UP = 'not set up';

/** The running model first, then the others that can be used; of a provider that cannot be used, one line. */
function modelItems(models: readonly ModelChoice[], current: string): readonly PickerItem[] {
  const usable = models.filter((model) => model.unavailable === undefined);
  const running = usable.filter((model) => model.name === current);
  const own = usable.filter((model) => model.name !== current && model.provider === running[0]?.provider);
  const others = usable.filter((model) => !running.includes(model) && !own.includes(model));
  const lacking = new Map<string, ModelChoice[]>();
  for (const model of models) {
    if (model.unavailable !== undefined) lacking.set(model.provider, [...(lacking.get(model.provider) ?? []), model]);
  }
  const unusable = [...lacking].flatMap(([provider, all]): PickerItem[] => {
    const { unavailable = '' } = all[0] ?? {};
    if (usable.some((model) => model.provider === provider)) return all.map(modelItem);
    if (all.length === 1) return all.map((model) => ({ ...modelItem(model), group: NOT_SET_UP }));
    // Its models can still be searched for.
    return [
      {
        id: provider,
        label: provider,
        group: NOT_SET_UP,
        unavailable,
        detail: all.map(({ name }) => name).join(' '),
      },
    ];
  });
  return [...[...running, ...own, ...others].map(modelItem), ...unusable];
}

function modelItem(model: ModelChoice): PickerItem {
  const { name, provider, detail, unavailable } = model;
  return {
    id: name,
    label: name,
    group: provider,
    ...(detail === undefined ? {} : { detail }),
    ...(unavailable === undefined ? {} : { unavailable }),
  };
}

/** What a switch would mean, in lines of facts. */
function reportLines(report: SwitchReport): readonly string[] {
  const { tokens_to_read, cost_to_read } = report;
  const fit = fitText(report);
  const price = cost_to_read === undefined ? 'price unknown' : formatDollars(cost_to_read);
  const counts = [
    [report.thoughts_dropped, 'thought', 'dropped'],
    [report.images_dropped, 'image', 'dropped'],
    [report.ids_rewritten, 'id', 'rewritten'],
  ] as const;
  const losses = counts.flatMap(([count, what, how]) => (count === 0 ? [] : [`${formatCount(count, what)} ${how}`]));
  if (report.effort_clamped !== undefined)
    losses.push(`effort ${report.effort_clamped.from} → ${report.effort_clamped.to}`);
  if (report.cache_lost) losses.push('cache lost');
  const reading = `≈${formatCount(tokens_to_read, 'token')} to read again (${price})`;
  const lost = losses.join(' · ');
  return tokens_to_read === 0
    ? [fit, ...(lost === '' ? [] : [lost])]
    : [`${fit} · ${reading}`, lost || 'loses nothing'];
}

function fitText({ fits, context_limit }: SwitchReport): string {
  const window = context_limit === undefined ? 'window unknown' : `window ${groupDigits(context_limit)}`;
  return fits === false ? `does not fit (${window}): compact first` : fits === true ? `fits · ${window}` : window;
}

function keyItems(core: InputCore): readonly PickerItem[] {
  return core.keymap.bindings
    .filter((binding) => binding.keys.length > 0)
    .map((binding) => {
      const [label, others] = fittedKeys(binding.keys.map(keyLabel), mostOfLabel(core.size.width));
      const detail = others.length === 0 ? binding.description : `${binding.description} · also ${others.join(', ')}`;
      return { id: binding.action, label, detail, group: binding.group };
    });
}

/** Gives as many keys as fit into so many columns, at least one, and the others. */
function fittedKeys(keys: readonly string[], columns: number): [string, readonly string[]] {
  let count = keys.length;
  while (count > 1 && textWidth(keys.slice(0, count).join('  ')) > columns) count -= 1;
  return [keys.slice(0, count).join('  '), keys.slice(count)];
}

function commandHelp(core: InputCore): readonly PickerItem[] {
  return core.commands().map((command) => ({
    id: `/${command.name}`,
    label: [command.name, ...(command.aliases ?? [])].map((name) => `/${name}`).join(', '),
    detail: command.description,
    group: command.template === undefined ? 'Commands' : 'Commands in files',
  }));
}
