import type { SlashCommand } from '../../commands/command.ts';
import { availableCommands, withCustom } from '../../commands/registry.ts';
import { errorMessage } from '../../errors.ts';
import type { Role } from '../../view/styled-line.ts';
import { graphemes } from '../../view/width.ts';
import type { InputController, InputOptions, InputSnapshot } from './contract.ts';
import { forgetShown, noteShown, refreshDialog } from './dialog-keys.ts';
import { createEditor, type EditorState } from './editor/editor.ts';
import { NO_FACTS, reduceFacts } from './facts.ts';
import { handleKey } from './handle-key.ts';
import { createBursts } from './keys/bursts.ts';
import type { KeyEvent } from './keys/key-event.ts';
import { createKeyReader } from './keys/key-reader.ts';
import { createKeymap } from './keys/keymap.ts';
import { previewLines } from './layout/layout-dialog.ts';
import { refreshMenu } from './menu.ts';
import { openPanel } from './panels.ts';
import { hintAtPlanEnd } from './plan-hint.ts';
import { createReturns } from './returns.ts';
import { draftOf } from './send.ts';
import { frontApproval, type InputCore, type InputSize, type InputState, type StateChange } from './state.ts';
import { noteEnded } from './stopping.ts';
import { stopWorks } from './works.ts';

/** Makes the store of everything that is typed. */
export function createInput(options: InputOptions): InputController {
  const store = createStore(options);
  const { core } = store;
  const returns = createReturns(core);
  let captured: ((key: KeyEvent) => void) | undefined;
  const bursts = createBursts();
  const reader = createKeyReader((events) => {
    for (const event of captured === undefined ? bursts.take(events, core.now()) : events) {
      for (const key of captured === undefined ? [event] : singleKeys(event)) (captured ?? take)(key);
    }
    store.announce();
  });
  function take(event: KeyEvent): void {
    handleKey(core, event);
  }
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
      hintAtPlanEnd(core, message, origin);
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

/** Finds the state behind a snapshot, for drawing it. */
export function stateOf(snapshot: InputSnapshot): InputState {
  return (snapshot as Snapshot).state;
}

interface Snapshot extends InputSnapshot {
  readonly state: InputState;
}

interface Store {
  readonly core: InputCore;
  setFacts(facts: InputState['facts']): void;
  setSize(size: InputSize): void;
  /** Tells the subscribers, if something visible changed since the last time. */
  announce(): void;
  subscribe(listener: () => void): () => void;
  getSnapshot(): Snapshot;
}

function createStore(options: InputOptions): Store {
  const keymap = createKeymap(options.keys, options.platform);
  const { services, screen } = options;
  const builtIn: readonly SlashCommand[] = availableCommands(services);
  const listeners = new Set<() => void>();
  let size: InputSize = { width: 80, maxRows: 12 };
  let state = emptyState(options);
  let snapshot: Snapshot = { version: 0, state };
  let isInside = 0;
  let isChanged = false;

  const announce = (): void => {
    if (isInside > 0 || !isChanged) return;
    isChanged = false;
    snapshot = { version: snapshot.version + 1, state };
    for (const listener of [...listeners]) listener();
  };
  const update = (change: StateChange): void => {
    state = withChange(state, change);
    isChanged = true;
  };
  const core: InputCore = {
    options,
    keymap,
    get state() {
      return state;
    },
    get size() {
      return size;
    },
    commands: () => withCustom(builtIn, services, (line) => screen.print(line)),
    update,
    edit: (editor: EditorState) => {
      if (editor !== state.editor) putText(core, editor, editor.text === state.editor.text);
    },
    recall: (editor: EditorState) => {
      update({ editor, browsing: undefined, isRecalled: true });
      refreshMenu(core);
    },
    hint: (text: string, role: Role = 'dim') => update({ hint: { text, role } }),
    now: options.now ?? (() => performance.now()),
    attempt: (work) => {
      const fail = (error: unknown): void => core.hint(errorMessage(error), 'error');
      isInside += 1;
      try {
        const pending = work();
        pending?.then(announce, (error: unknown) => {
          fail(error);
          announce();
        });
      } catch (error) {
        fail(error);
      } finally {
        isInside -= 1;
      }
      queueMicrotask(announce);
    },
  };
  return {
    core,
    setFacts: (facts) => {
      // What nobody sees changes with every piece of an answer: it must not draw anything.
      isChanged ||= !isVisiblySame(state.facts, facts);
      state = { ...state, facts };
    },
    setSize: (next) => {
      size = next;
    },
    announce,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    getSnapshot: () => snapshot,
  };
}

/** Changes the prompt, and with another text all that follows from it. */
function putText(core: InputCore, editor: EditorState, isSameText: boolean): void {
  core.update(isSameText ? { editor } : { editor, browsing: undefined, isRecalled: undefined });
  refreshMenu(core);
}

function emptyState({ draft, attached: kept = [] }: InputOptions): InputState {
  return {
    editor: createEditor(draft),
    facts: NO_FACTS,
    answered: [],
    stash: [],
    sent: {},
    kept,
    sending: [],
    works: [],
    typedMentions: [],
  };
}

function withChange(state: InputState, change: StateChange): InputState {
  const next: Record<string, unknown> = { ...state, ...change };
  for (const key of Object.keys(change)) if (next[key] === undefined) delete next[key];
  return next as unknown as InputState;
}

function isVisiblySame(one: InputState['facts'], other: InputState['facts']): boolean {
  return (
    one.isBusy === other.isBusy &&
    one.isRunning === other.isRunning &&
    one.waiting === other.waiting &&
    one.approvals === other.approvals
  );
}
