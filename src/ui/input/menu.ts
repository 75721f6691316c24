import type { CompletionSite, Menu, MenuItem } from './completion.ts';
import { argumentItems, commandItems, completionSite, fileItems } from './completion.ts';
import { type InputCore, isAsked } from './state.ts';
import { commandContext } from './submit.ts';

/** Opens, changes or closes the menu as the text demands. Called after every edit. */
export function refreshMenu(core: InputCore): void {
  const { editor, isRecalled } = core.state;
  // What lies in files is looked for only where a command is typed.
  const commands = editor.text.startsWith('/') ? core.commands() : [];
  const site = isRecalled !== true && !isAsked(core.state) ? completionSite(editor, commands) : undefined;
  if (site === undefined) {
    if (core.state.menu !== undefined) core.update({ menu: undefined });
    return;
  }
  if (site.kind === 'command') showItems(core, site, commandItems(commands, site.query));
  else core.attempt(() => loadItems(core, site));
}

async function loadItems(core: InputCore, site: Exclude<CompletionSite, { kind: 'command' }>): Promise<void> {
  const { editor } = core.state;
  // Until the new ones are here, the old ones would be taken for them.
  if (core.state.menu !== undefined && core.state.menu.site.kind !== site.kind) core.update({ menu: undefined });
  const items =
    site.kind === 'file'
      ? fileItems(await core.options.services.listFiles(site.query))
      : argumentItems((await site.command.complete?.(commandContext(core))) ?? [], site.query);
  if (core.state.editor === editor && !isAsked(core.state)) showItems(core, site, items);
}

function showItems(core: InputCore, site: CompletionSite, items: readonly MenuItem[]): void {
  const isDone =
    items.length === 0 || (items.length === 1 && items[0]?.value === site.query && site.kind !== 'command');
  const menu: Menu | undefined = isDone ? undefined : { site, items, index: 0, isMoved: false };
  core.update({ menu });
}
