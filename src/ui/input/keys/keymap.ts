import { normalizeKey } from './key-codes.ts';
import type { KeyName } from './key-event.ts';
import { type Action, KEY_TABLE, type KeyBinding, type KeyContext } from './key-table.ts';

/** A person's own keys: action → one key, several, or none (`[]`). */
export type KeyOverrides = Readonly<Record<string, string | readonly string[]>>;

/** The keys that hold in one session. */
export interface Keymap {
  /** Every action with its keys, in the order of the table. */
  readonly bindings: readonly KeyBinding[];
  /** Finds what a key does; the first binding whose context holds wins. */
  find(key: KeyName, holds: (context: KeyContext) => boolean): Action | undefined;
  /** How the first key that does an action is written, for hints; empty when it has none. */
  label(action: Action): string;
  /** What was wrong with the overrides. */
  readonly problems: readonly KeyProblem[];
}

/** One override that does not hold. */
export interface KeyProblem {
  /** As it was written; perhaps there is none of this name. */
  readonly action: string;
  /** What is wrong, and what holds instead. */
  readonly message: string;
}

/** Nobody is locked out: whatever the overrides say, these have a key. */
const ESSENTIAL: readonly Action[] = ['send', 'cancel', 'quit'];

/** Makes the keys from the table of the platform and a person's own. A wrong override leaves its action's default. */
export function createKeymap(overrides: KeyOverrides = {}, platform = ''): Keymap {
  const problems: KeyProblem[] = [];
  const own = readOverrides(overrides, problems);
  const bindings = bindReachable(own, platform, problems);
  const byKey = new Map<KeyName, KeyBinding[]>();
  for (const binding of bindings) {
    for (const key of binding.keys) byKey.set(key, [...(byKey.get(key) ?? []), binding]);
  }
  return {
    bindings,
    problems,
    find: (key, holds) => byKey.get(key)?.find((binding) => holds(binding.context))?.action,
    label: (action) => {
      const keys = bindings.find((binding) => binding.action === action)?.keys ?? [];
      return keyLabel(keys.find((key) => takerOf(key, action, bindings) === undefined) ?? '');
    },
  };
}

/** Writes a key for a person: `Ctrl+C`, `Alt+↑`. */
export function keyLabel(key: KeyName): string {
  const parts = key.endsWith('+') ? [...key.slice(0, -2).split('+'), '+'] : key.split('+');
  return parts.map((part) => LABELS[part] ?? part.charAt(0).toUpperCase() + part.slice(1)).join('+');
}

const LABELS: Readonly<Record<string, string | undefined>> = {
  escape: 'Esc',
  up: '↑',
  down: '↓',
  left: '←',
  right: '→',
  pageup: 'PgUp',
  pagedown: 'PgDn',
};

type Overrides = Map<string, readonly KeyName[]>;

function readOverrides(overrides: KeyOverrides, problems: KeyProblem[]): Overrides {
  const known = new Set<string>(KEY_TABLE.map((binding) => binding.action));
  const own: Overrides = new Map();
  for (const [action, written] of Object.entries(overrides)) {
    if (!known.has(action)) {
      problems.push({ action, message: `there is no action "${action}" to give a key. /keys lists them.` });
      continue;
    }
    const keys = readKeys(action, [written].flat(), problems);
    if (keys !== undefined) own.set(action, keys);
  }
  return own;
}

/** Gives the keys of an action; undefined where none of what was written is one. */
function readKeys(action: string, written: readonly string[], problems: KeyProblem[]): KeyName[] | undefined {
  const keys = written.flatMap((one) => {
    const key = normalizeKey(one);
    if (key !== undefined) return [key];
    const message = `"keys.${action}" is wrong: "${one}" is not a key; it is ignored. Write it like ctrl+k, alt+up or f2.`;
    problems.push({ action, message });
    return [];
  });
  return keys.length === 0 && written.length > 0 ? undefined : keys;
}

/** Lays the overrides over the table; one that would leave an essential action without a key does not hold. */
function bindReachable(own: Overrides, platform: string, problems: KeyProblem[]): readonly KeyBinding[] {
  for (;;) {
    const bindings = KEY_TABLE.map((binding) => {
      const defaults = platform === 'win32' ? (binding.windows ?? binding.keys) : binding.keys;
      return { ...binding, keys: own.get(binding.action) ?? defaults };
    });
    const lost = bindings.find(({ action, keys }) => {
      return ESSENTIAL.includes(action) && keys.every((key) => takerOf(key, action, bindings) !== undefined);
    });
    if (lost === undefined) return bindings;
    const { action: essential, keys } = lost;
    // Its own keys are given up first, then what takes the default ones.
    const [key = ''] = keys;
    const action = own.has(essential) ? essential : (takerOf(key, essential, bindings)?.action ?? essential);
    if (!own.delete(action)) return bindings;
    const message = `"keys.${action}" would leave ${essential} without a key; the default of ${action} stays.`;
    problems.push({ action, message });
  }
}

/** Finds what a key does in place of an action that has it too. */
function takerOf(key: KeyName, action: Action, bindings: readonly KeyBinding[]): KeyBinding | undefined {
  const context = bindings.find((binding) => binding.action === action)?.context;
  const first = bindings.find(
    (binding) => binding.keys.includes(key) && (binding.context === 'always' || binding.context === context),
  );
  return first?.action === action ? undefined : first;
}
