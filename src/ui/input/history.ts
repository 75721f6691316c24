import { recallText } from './editor/editor.ts';
import type { InputCore } from './state.ts';

/** Goes to an older (-1) or newer (1) prompt; what was being typed waits at the end. */
export function browseHistory(core: InputCore, step: 1 | -1): void {
  core.attempt(async () => {
    const before = core.state;
    const entries = await core.options.services.history.load();
    // Somebody typed on while the file was read.
    if (core.state.editor !== before.editor) return;
    const { browsing, editor } = core.state;
    const index = (browsing?.index ?? entries.length) + step;
    if (index < 0 || (browsing === undefined && step === 1)) return;
    if (index >= entries.length) {
      if (browsing === undefined) return;
      core.recall(browsing.draft);
      core.update({ browsing: undefined });
      return;
    }
    core.recall(recallText(editor, entries[index] ?? ''));
    core.update({ browsing: { index, draft: browsing?.draft ?? editor } });
  });
}
