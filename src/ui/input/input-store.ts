import type { SlashCommand } from '../../commands/command.ts';
import { availableCommands, withCustom } from '../../commands/registry.ts';
import { errorMessage } from '../../errors.ts';
import { safeLine } from '../../safe-text.ts';
import type { Role } from '../../view/styled-line.ts';
import type { InputOptions, InputSnapshot } from './contract.ts';
import { createEditor, type EditorState } from './editor/editor.ts';
import { NO_FACTS } from './facts.ts';
import { createKeymap, type Keymap } from './keys/keymap.ts';
import { refreshMenu } from './menu.ts';
import type { InputCore, InputSize, InputState, StateChange } from './state.ts';

/** Finds the state behind a snapshot, for drawing it. */
export function stateOf(snapshot: InputSnapshot): InputState {
  return (snapshot as Snapshot).state;
}

interface Snapshot extends InputSnapshot {
  readonly state: InputState;
}

/** What is typed, as an external store of React; `core` is what the handlers of keys work with. */
export interface InputStore {
  readonly core: InputCore;
  setFacts(facts: InputState['facts']): void;
  setSize(size: InputSize): void;
  /** Tells the subscribers, if something visible changed since the last time. */
  announce(): void;
  subscribe(listener: () => void): () => void;
  getSnapshot(): Snapshot;
}

/** Makes the state of one prompt, and what changes it. */
export function createInputStore(options: InputOptions): InputStore {
  const keymap = createKeymap(options.keys, options.platform);
  const { services, screen } = options;
  const builtIn: readonly SlashCommand[] = availableCommands(services);
  const listeners = new Set<() => void>();
  let size: InputSize = { width: 80, maxRows: 12 };
  let state = emptyState(options, keymap);
  let snapshot: Snapshot = { version: 0, state };
  let depth = 0;
  let isChanged = false;

  const announce = (): void => {
    if (depth > 0 || !isChanged) return;
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
      if (editor === state.editor) return;
      update(textChange(state, editor));
      refreshMenu(core);
    },
    recall: (editor: EditorState) => {
      update({ editor, browsing: undefined, isRecalled: true });
      refreshMenu(core);
    },
    hint: (text: string, role: Role = 'dim') => update({ hint: { text: safeLine(text), role } }),
    now: options.now ?? (() => performance.now()),
    attempt: (work) => {
      const fail = (error: unknown): void => core.hint(errorMessage(error), 'error');
      depth += 1;
      try {
        const pending = work();
        pending?.then(announce, (error: unknown) => {
          fail(error);
          announce();
        });
      } catch (error) {
        fail(error);
      } finally {
        depth -= 1;
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

/** Another text, and with it the end of what was shown of the old one. */
function textChange(state: InputState, editor: EditorState): StateChange {
  return editor.text === state.editor.text ? { editor } : { editor, browsing: undefined, isRecalled: undefined };
}

function emptyState({ draft, attached: kept = [] }: InputOptions, keymap: Keymap): InputState {
  return {
    keymap,
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
