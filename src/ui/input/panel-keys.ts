import { graphemes } from '../../view/width.ts';
import type { KeyEvent } from './keys/key-event.ts';
import { acceptPanel, changePicker, dismissPanel } from './panels.ts';
import { moveMark, type Picker, withQuery } from './picker.ts';
import type { InputCore } from './state.ts';

/** Rows of a picker that are no items: its title and what the keys do. */
const AROUND_ITEMS = 2;

/** Handles a key while a picker is open; false: there is none, or the key ends the run. */
export function panelTakes(core: InputCore, event: KeyEvent): boolean {
  const { panel } = core.state;
  if (panel === undefined) return false;
  if (event.type === 'text' || event.type === 'paste') {
    const query = panel.picker.query + event.text.replaceAll('\n', ' ');
    changePicker(core, withQuery(panel.picker, query.slice(0, 200)));
    return true;
  }
  const changed = edited(panel.picker, event.key, Math.max(1, core.size.maxRows - AROUND_ITEMS));
  if (changed !== undefined) changePicker(core, changed);
  else if (event.key === 'enter' || event.key === 'tab') acceptPanel(core, panel);
  else if (isClosing(core, event.key)) dismissPanel(core, panel);
  return true;
}

function edited(picker: Picker, key: string, page: number): Picker | undefined {
  switch (key) {
    case 'up':
    case 'ctrl+p':
      return moveMark(picker, -1);
    case 'down':
    case 'ctrl+n':
    case 'ctrl+r':
      return moveMark(picker, 1);
    case 'pageup':
      return moveMark(picker, -page);
    case 'pagedown':
      return moveMark(picker, page);
    case 'home':
      return moveMark(picker, -picker.matches.length - 1);
    case 'end':
      return moveMark(picker, picker.matches.length + 1);
    case 'backspace':
    case 'ctrl+h':
      return withQuery(picker, graphemes(picker.query).slice(0, -1).join(''));
    case 'ctrl+u':
      return withQuery(picker, '');
    case 'ctrl+w':
    case 'alt+backspace':
      return withQuery(picker, picker.query.replace(/\S+\s*$/, ''));
    default:
      return undefined;
  }
}

/** Esc, whatever cancels, Ctrl+C, and the key that opened it. */
function isClosing(core: InputCore, key: string): boolean {
  if (key === 'escape') return true;
  const action = core.keymap.find(key, (context) => context === 'always');
  return action === 'cancel' || action === 'interrupt' || action === 'model_picker' || key === 'ctrl+d';
}
