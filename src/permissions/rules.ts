import type { ShellScript } from './shell/shell-script.ts';

/** What a rule can say of what it covers, the strictest first. */
export const RULE_DECISIONS = ['deny', 'ask', 'allow'] as const;
export type RuleDecision = (typeof RULE_DECISIONS)[number];

/**
 * Something that a user has decided for good: a command prefix in words (`npm test`), `read:` or `write:` with a path,
 * `fetch:` with a host, or `mcp__server__tool`, where `*` at the end stands for any.
 */
export interface PermissionRule {
  readonly decision: RuleDecision;
  readonly text: string;
  readonly subject:
    | { readonly kind: 'command'; readonly words: readonly string[] }
    | { readonly kind: 'read' | 'write'; readonly path: string }
    | { readonly kind: 'fetch'; readonly host: string }
    /** `listing`: only as long as the server says the same of the tool. */
    | { readonly kind: 'mcp'; readonly name: string; readonly listing?: string };
}

/** Reads a rule as it is written after `--allow` or in the config; throws an Error that says what is wrong with it. */
export function readRule(
  decision: RuleDecision,
  text: string,
  parse: (command: string) => ShellScript,
): PermissionRule {
  const typed = /^(read|write|fetch):(.+)$/s.exec(text.trim());
  const [, kind, value = ''] = typed ?? [];
  if (kind === 'read' || kind === 'write') {
    if (/[*?[]/.test(value.trim().replace(/\/\*\*?$/, ''))) {
      throw new Error(`The rule ${JSON.stringify(text)} holds a pattern. Give one file or folder behind the colon.`);
    }
    return { decision, text, subject: { kind, path: value.trim() } };
  }
  if (kind === 'fetch') return { decision, text, subject: { kind, host: value.trim().toLowerCase() } };
  if (/^(read|write|fetch):$/.test(text.trim())) {
    throw new Error(`The rule ${JSON.stringify(text)} names nothing. Give a path or a host behind the colon.`);
  }
  if (/^mcp__[\w-]*\*?$/.test(text.trim())) return { decision, text, subject: { kind: 'mcp', name: text.trim() } };
  const { commands, doubts } = parse(text);
  const words = commands[0]?.words ?? [];
  if (doubts.length > 0 || commands.length !== 1 || !words.every((word) => word.is_static)) {
    throw new Error(
      `The rule ${JSON.stringify(text)} is not one plain command. Give its first words, as in 'npm test'.`,
    );
  }
  return { decision, text, subject: { kind: 'command', words: words.map((word) => word.value) } };
}

/** What the rules say of an access: of all that it names, what is strictest. */
export interface Ruling {
  readonly decision: RuleDecision;
  readonly rule: string;
  /** The rule forbids or asks, and it cannot be ruled out that it covers this. */
  readonly is_unsure?: true;
  /** In the sandbox it is kept, whatever the command does. */
  readonly is_kept?: true;
}
