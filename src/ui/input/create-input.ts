import { graphemes } from '../../view/width.ts';
import type { InputController, InputOptions } from './contract.ts';
import { forgetShown, noteShown, refreshDialog } from './dialog-keys.ts';
import { reduceFacts } from './facts.ts';
import { handleKey } from './handle-key.ts';
import { createInputStore } from './input-store.ts';
import { createBursts } from './keys/bursts.ts';
import type { KeyEvent } from './keys/key-event.ts';
import { createKeyReader } from './keys/key-reader.ts';
import { previewLines } from './layout/layout-dialog.ts';
import { openPanel } from './panels.ts';
import { planHint, watchPlanEnd } from './plan-hint.ts';
import { createReturns } from './returns.ts';
import { draftOf } from './send.ts';
import { frontApproval } from './state.ts';
import { noteEnded } from './stopping.ts';
import { stopWorks } from './works.ts';

/** Makes the store of everything that is typed. */
export function createInput(options: InputOptions): InputController {
  const store = createInputStore(options);
  const { core } = store;
  const returns = createReturns(core);
  const isPlanEnd = watchPlanEnd(() => options.services.permissionMode?.());
  let captured: ((key: KeyEvent) => void) | undefined;
  const bursts = createBursts();
  /** A key may open or close the viewer: who has the keys then has the rest of the read. */
  const deliver = (event: KeyEvent): void => {
    for (const key of captured === undefined ? [event] : singleKeys(event)) {
      if (captured === undefined) handleKey(core, key);
      else captured(key);
    }
  };
  const reader = createKeyReader((events) => {
    for (const event of captured === undefined ? bursts.take(events, core.now()) : events) deliver(event);
    store.announce();
  });
  if (options.initialPanel !== undefined) openPanel(core, options.initialPanel);
  return {
    feed: reader.feed,
    observe: (message, origin) => {
      const before = core.state.facts;
      const facts = reduceFacts(before, message);
      // It looks at the facts as they were before the message.
      returns.observe(message, origin);
      if (facts !== before) store.setFacts(facts);
      if (message.type === 'model_switched' && message.new === core.state.wantedModel)
        core.update({ wantedModel: undefined });
      if (before.isBusy && !facts.isBusy) noteEnded(core);
      if (origin !== 'log' && isPlanEnd(message)) core.hint(planHint(core.keymap.label('permission_mode')));
      refreshDialog(core);
      store.announce();
    },
    drawn: (size) => {
      store.setSize(size);
      // Behind the transcript viewer nobody saw it.
      if (captured === undefined) noteShown(core);
      store.announce();
    },
    subscribe: store.subscribe,
    getSnapshot: store.getSnapshot,
    asked: (width) => {
      const approval = frontApproval(core.state);
      return approval === undefined ? [] : previewLines(approval.preview, width);
    },
    keyLabel: core.keymap.label,
    draft: () => draftOf(core.state),
    capture: (handler) => {
      captured = handler;
      return () => {
        if (captured !== handler) return;
        captured = undefined;
        forgetShown(core);
      };
    },
    dispose: () => {
      reader.dispose();
      stopWorks(core);
    },
  };
}

/** Text that came in one read is several keys to who has a key for each character. */
function singleKeys(event: KeyEvent): readonly KeyEvent[] {
  return event.type === 'text' ? graphemes(event.text).map((text) => ({ type: 'text', text })) : [event];
}
