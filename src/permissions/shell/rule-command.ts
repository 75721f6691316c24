import type { PermissionRule, RuleDecision, Ruling } from '../rules.ts';
import { hasGadget } from './gadget-options.ts';
import type { CommandLayer } from './layers.ts';
import { matchExactly, matchLoosely, type RuleMatch } from './match-words.ts';
import type { ShellScript, ShellWord } from './shell-script.ts';
import { isInlineCode, isInterpreter, programName, unwrap } from './wrappers.ts';

/** A command line as rules see it. */
export interface CommandLine {
  readonly script: ShellScript;
  readonly layers: readonly CommandLayer[];
  readonly is_opaque: boolean;
  /** Commands that need no rule, because they only read in the workspace. */
  readonly harmless: ReadonlySet<readonly ShellWord[]>;
  /** Tells whether a command names, behind its first `from` words, what no rule that allows it was meant for. */
  readonly reachesOut: (words: readonly ShellWord[], from: number) => boolean;
}

/** Applies command rules: deny over ask over allow. An allow holds only for plain words without any wrapper. */
export function ruleCommand(line: CommandLine, rules: readonly PermissionRule[]): Ruling | undefined {
  for (const decision of ['deny', 'ask'] as const) {
    const strict = commandRules(rules, decision);
    const matches = strict.flatMap((rule) =>
      line.layers.map(({ words }) => ({
        rule,
        match: line.harmless.has(words) ? prefixOnly(rule, words) : matchLoosely(rule.words, words),
      })),
    );
    const sure = matches.find(({ match }) => match === 'yes');
    if (sure !== undefined) return { decision, rule: sure.rule.text };
    const unsure = matches.find(({ match }) => match === 'maybe')?.rule ?? (line.is_opaque ? strict[0] : undefined);
    if (unsure !== undefined) return { decision: 'ask', rule: unsure.text, is_unsure: true };
  }
  return allowedBy(line, commandRules(rules, 'allow'));
}

function allowedBy(
  { script, layers, harmless, reachesOut }: CommandLine,
  rules: readonly WordRule[],
): Ruling | undefined {
  if (script.doubts.some((doubt) => doubt !== 'glob') || layers.length === 0) return undefined;
  if (layers.some((layer) => layer.is_wrapped)) return undefined;
  let used: string | undefined;
  for (const { words } of layers) {
    const rule = rules.find(
      (candidate) => holdsFor(candidate.words, words) && !reachesOut(words, candidate.words.length),
    );
    if (rule === undefined && !harmless.has(words)) return undefined;
    used ??= rule?.text;
  }
  return used === undefined ? undefined : { decision: 'allow', rule: used };
}

/** What only reads runs none of its arguments. */
function prefixOnly(rule: WordRule, words: readonly ShellWord[]): RuleMatch {
  const match = matchLoosely(rule.words, words);
  return match === 'maybe' ? 'no' : match;
}

/**
 * A rule that names an interpreter does not cover the code it is given inline, unless the rule says that too; none
 * covers further words that make the program run or write what they name.
 */
function holdsFor(rule: readonly string[], words: readonly ShellWord[]): boolean {
  if (matchExactly(rule, words) !== 'yes') return false;
  const name = programName(words[0]) ?? '';
  const values = words.map(({ value, text }) => value || text);
  if (hasGadget(name, values, rule.length) || !areSafeGlobs(words)) return false;
  return unwrap(words).kind !== 'opaque' || namesCode(name, rule);
}

/** Tells whether the words of a rule say that code is run: `npx tsc`, `python3 -c`. */
function namesCode(name: string, rule: readonly string[]): boolean {
  if (name === 'sed') return false;
  return rule.length > 1 && (!isInterpreter(name) || rule.slice(1).some(isInlineCode));
}

/** A pattern at the start of a word may find a file that is named like an option. */
function areSafeGlobs(words: readonly ShellWord[]): boolean {
  const end = words.findIndex(({ value }) => value === '--');
  return !words.some(({ is_static, text }, at) => !is_static && /^[*?[]/.test(text) && (end === -1 || at < end));
}

interface WordRule {
  readonly text: string;
  readonly words: readonly string[];
}

function commandRules(rules: readonly PermissionRule[], decision: RuleDecision): readonly WordRule[] {
  return rules.flatMap(({ decision: own, text, subject }) =>
    own === decision && subject.kind === 'command' ? [{ text, words: subject.words }] : [],
  );
}
