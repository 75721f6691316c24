/** What a service takes as the id of a tool call. */
export interface IdRule {
  readonly pattern: RegExp;
  /** Characters that a rewritten id may not have. */
  readonly forbidden: RegExp;
  readonly max_length: number;
  /** Rewritten ids have exactly `max_length` letters and digits. */
  readonly is_exact?: true;
}

/** Rewrites ids, one map for calls and results. */
export interface IdMap {
  /** Gives the id that the service accepts: always the same for the same id, and never the same for two. */
  rewrite(id: string): string;
  /** How many ids differ from their originals. */
  readonly rewritten: number;
}

/** Makes an empty map. Later ids never change what earlier ones became, so a cached prefix stays valid. */
export function createIdMap(rule: IdRule): IdMap {
  const known = new Map<string, string>();
  const taken = new Set<string>();
  let rewritten = 0;
  return {
    rewrite: (id) => {
      const earlier = known.get(id);
      if (earlier !== undefined) return earlier;
      const accepted = firstFree(id, rule, taken);
      known.set(id, accepted);
      taken.add(accepted);
      if (accepted !== id) rewritten += 1;
      return accepted;
    },
    get rewritten() {
      return rewritten;
    },
  };
}

function firstFree(id: string, rule: IdRule, taken: ReadonlySet<string>): string {
  if (rule.pattern.test(id) && !taken.has(id)) return id;
  for (let attempt = 0; ; attempt += 1) {
    const candidate = candidateFor(id, rule, attempt);
    if (!taken.has(candidate)) return candidate;
  }
}

/** Keeps the readable beginning of the id and adds a digest of the whole. */
function candidateFor(id: string, rule: IdRule, attempt: number): string {
  const digest = digestOf(`${attempt}:${id}`);
  if (rule.is_exact === true) return digest.padStart(rule.max_length, '0').slice(-rule.max_length);
  const readable = id.replace(rule.forbidden, '_').slice(0, rule.max_length - digest.length - 1);
  return `${readable}_${digest}`;
}

/** Two 32-bit FNV-1a rounds in base 36: short, stable between runs, no secret. */
function digestOf(text: string): string {
  return fnv(text, 0x811c9dc5).toString(36) + fnv(text, 0x01000193).toString(36).slice(0, 3);
}

function fnv(text: string, seed: number): number {
  let hash = seed;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash >>> 0;
}
