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
  /** How the first key of an action is written, for hints; empty when it has none. */
  label(action: Action): string;
  /** What was wrong with the overrides, one line each. */
  readonly problems: readonly string[];
}

/** Makes the keys from the table of the platform and a person's own. */
export function createKeymap(overrides: KeyOverrides = {}, platform = ''): Keymap {
  const problems: string[] = [];
  const own = readOverrides(overrides, problems);
  const bindings = KEY_TABLE.map((binding) => {
    const defaults = platform === 'win32' ? (binding.windows ?? binding.keys) : binding.keys;
    return { ...binding, keys: own.get(binding.action) ?? defaults };
  });
  const byKey = new Map<KeyName, KeyBinding[]>();
  for (const binding of bindings) {
    for (const key of binding.keys) byKey.set(key, [...(byKey.get(key) ?? []), binding]);
  }
  return {
    bindings,
    problems,
    find: (key, holds) => byKey.get(key)?.find((binding) => holds(binding.context))?.action,
    label: (action) => keyLabel(bindings.find((binding) => binding.action === action)?.keys[0] ?? ''),
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

function readOverrides(overrides: KeyOverrides, problems: string[]): Map<string, readonly KeyName[]> {
  const known = new Set<string>(KEY_TABLE.map((binding) => binding.action));
  const own = new Map<string, readonly KeyName[]>();
  for (const [action, written] of Object.entries(overrides)) {
    if (!known.has(action)) {
      problems.push(`keys: there is no action "${action}". /keys lists them.`);
      continue;
    }
    own.set(action, readKeys(action, [written].flat(), problems));
  }
  return own;
}

function readKeys(action: string, written: readonly string[], problems: string[]): KeyName[] {
  return written.flatMap((one) => {
    const key = normalizeKey(one);
    if (key !== undefined) return [key];
    problems.push(`keys.${action}: "${one}" is not a key. Write it like ctrl+k, alt+up or f2.`);
    return [];
  });
}
