import { PANEL_SOURCES } from './panel-sources.ts';
import { createPicker, type Picker, withItems } from './picker.ts';
import type { InputCore, Panel } from './state.ts';

/** Opens a picker over the prompt; what is typed there stays. */
export function openPanel(core: InputCore, name: Panel['name']): void {
  const source = PANEL_SOURCES[name];
  const { title, empty, isForReading = false, isTitled = false } = source;
  const picker = createPicker({ title, isForReading, isTitled, ...(empty === undefined ? {} : { empty }) });
  core.update({ panel: { name, picker }, menu: undefined });
  core.attempt(async () => {
    const items = await source.items(core);
    const { panel } = core.state;
    if (panel?.name !== name) return;
    changePicker(core, withItems(panel.picker, items, source.marked?.(core)));
  });
}

/** Shows a changed picker, and asks for the preview of what is marked now. */
export function changePicker(core: InputCore, picker: Picker): void {
  const { panel } = core.state;
  if (panel === undefined) return;
  const marked = picker.matches[picker.index];
  const isNew = marked !== undefined && picker.preview?.id !== marked.id;
  const { preview: old, ...bare } = picker;
  core.update({ panel: { ...panel, picker: isNew || old === undefined ? bare : picker } });
  if (isNew && marked.unavailable === undefined) showPreview(core, panel.name, marked.id);
}

function showPreview(core: InputCore, name: Panel['name'], id: string): void {
  const preview = PANEL_SOURCES[name].preview;
  if (preview === undefined) return;
  core.attempt(async () => {
    const lines = await preview(core, id);
    const { panel } = core.state;
    const marked = panel?.picker.matches[panel.picker.index];
    if (panel?.name !== name || marked?.id !== id) return;
    core.update({ panel: { ...panel, picker: { ...panel.picker, preview: { id, lines } } } });
  });
}

/** Closes the picker without taking anything. */
export function dismissPanel(core: InputCore, { name }: Panel): void {
  core.update({ panel: undefined });
  core.attempt(() => PANEL_SOURCES[name].dismiss?.(core));
}

/** Takes the marked item and closes the picker. */
export function acceptPanel(core: InputCore, { name, picker }: Panel): void {
  const item = picker.matches[picker.index];
  if (item === undefined) return;
  if (item.unavailable !== undefined) {
    core.hint(`${item.label}: ${item.unavailable}`, 'warning');
    return;
  }
  core.update({ panel: undefined });
  core.attempt(() => PANEL_SOURCES[name].accept(core, item.id));
}
