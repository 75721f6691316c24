import type { AccessVerdict, Permissions, ToolAccess } from '../tools/tool.ts';
import type { AccessFacts } from './access-facts.ts';
import { decide } from './decide.ts';
import { examineFetch, examineMcp, examinePaths, unclearReason } from './examine-access.ts';
import { modeNote } from './mode-note.ts';
import type { PermissionMode } from './modes.ts';
import { type GivenSurroundings, realSurroundings, type Surroundings } from './places.ts';
import { type PermissionRule, RULE_DECISIONS, type RuleDecision, readRule } from './rules.ts';
import type { Sandbox } from './sandbox/sandbox.ts';
import { quoteWords } from './shell/always.ts';
import { restrictedPlaces } from './shell/command-paths.ts';
import { examineCommand } from './shell/examine-command.ts';
import { loadShellParser } from './shell/shell-parser.ts';
import { verdictOf } from './verdict.ts';

/** What permissions are made of. */
export interface PermissionsOptions {
  readonly mode: PermissionMode;
  readonly around: GivenSurroundings;
  /** Whether somebody can be asked; if not, what would ask is denied, and the reason says which flag would allow it. */
  readonly can_ask: boolean;
  /** The user's rules as they are written after `--allow`, `--ask` and `--deny`. */
  readonly rules?: Readonly<Partial<Record<RuleDecision, readonly string[]>>>;
  readonly sandbox?: Sandbox;
}

/** The permissions of a session, with the mode that a person can change at any moment. */
export interface SessionPermissions extends Permissions {
  readonly mode: PermissionMode;
  setMode(mode: PermissionMode): void;
  /** The rules that "always" has added. */
  remembered(): readonly PermissionRule[];
  /** Takes one of them back, by its text. */
  forget(text: string): void;
  /** Goes on with what "always" has added in another session. */
  adopt(rules: readonly PermissionRule[]): void;
  /** Nobody can be asked from here on. */
  stopAsking(): void;
  /** Whether a call needed an approval that nobody could give. A rule or a mode that forbids a call needs none. */
  hasMissedApproval(): boolean;
  /** What is allowed for good, by rules and by "always" in this session, as a person would write it. */
  allowed(): readonly string[];
  /** Reads every rule now; throws an Error that names the first that cannot be read. */
  checkRules(): Promise<void>;
}

interface Examined {
  readonly facts: AccessFacts;
  /** The rule that "always" would add. */
  readonly always?: PermissionRule;
}

/** Makes the permissions of one session. */
export function createPermissions(options: PermissionsOptions): SessionPermissions {
  let mode = options.mode;
  let canAsk = options.can_ask;
  let hasMissed = false;
  let fixed: Promise<readonly PermissionRule[]> | undefined;
  const around = realSurroundings(options.around);
  const remembered: PermissionRule[] = [];
  const offered = new Map<string, PermissionRule>();

  const rules = async (): Promise<readonly PermissionRule[]> => {
    fixed ??= readRules(options.rules ?? {});
    return [...(await fixed), ...remembered];
  };
  const adopt = (added: readonly PermissionRule[]): void => {
    for (const rule of added) {
      const at = remembered.findIndex(({ text }) => text === rule.text);
      // What is allowed anew takes the place of what it was allowed as.
      remembered.splice(at === -1 ? remembered.length : at, 1, rule);
    }
  };
  const judge = async (access: ToolAccess): Promise<AccessVerdict> => {
    const known = await rules();
    const { facts, always } = await examine(access, around, known);
    const question = { mode, facts, has_sandbox: await hasSandbox(facts, mode, options.sandbox) };
    const decision = decide(question);
    if (decision.decision === 'ask' && always !== undefined) offered.set(keyOf(access), always);
    if (decision.decision === 'ask' && !canAsk) hasMissed = true;
    const verdict = verdictOf(decision, facts, canAsk ? undefined : mode);
    return isRestrictable(verdict, access)
      ? { ...verdict, grant: { ...verdict.grant, ...restrictedPlaces(known, around, access) } }
      : verdict;
  };
  return {
    get mode() {
      return mode;
    },
    setMode: (next) => {
      mode = next;
    },
    judge,
    remember: (access) => {
      const rule = offered.get(keyOf(access));
      if (rule !== undefined) adopt([rule]);
    },
    note: (last) => modeNote(mode, last),
    remembered: () => [...remembered],
    forget: (text) => {
      const at = remembered.findIndex((rule) => rule.text === text);
      if (at !== -1) remembered.splice(at, 1);
    },
    adopt,
    stopAsking: () => {
      canAsk = false;
    },
    hasMissedApproval: () => hasMissed,
    allowed: () => [...(options.rules?.allow ?? []), ...remembered.map(({ text }) => text)],
    checkRules: async () => {
      await rules();
    },
  };
}

async function readRules(written: NonNullable<PermissionsOptions['rules']>): Promise<readonly PermissionRule[]> {
  if (RULE_DECISIONS.every((decision) => (written[decision] ?? []).length === 0)) return [];
  const parse = await loadShellParser();
  return RULE_DECISIONS.flatMap((decision) => (written[decision] ?? []).map((text) => readRule(decision, text, parse)));
}

async function examine(access: ToolAccess, around: Surroundings, rules: readonly PermissionRule[]): Promise<Examined> {
  const reason = unclearReason(access);
  if (reason !== undefined) return { facts: { kind: 'unclear', reason } };
  if (access.kind === 'none') return { facts: { kind: 'none' } };
  if (access.kind === 'fetch') return withHost(examineFetch(access, rules));
  if (access.kind === 'mcp') {
    const { kind, name, listing } = access;
    return {
      facts: examineMcp(access, rules),
      always: { decision: 'allow', text: name, subject: { kind, name, ...(listing === undefined ? {} : { listing }) } },
    };
  }
  if (access.kind !== 'command') return withPlace(await examinePaths(access, around, rules));
  const parse = await loadShellParser();
  const { facts, always } = await examineCommand(access.command, { cwd: access.cwd, around, rules, parse });
  if (always === undefined) return { facts };
  return {
    facts,
    always: { decision: 'allow', text: quoteWords(always), subject: { kind: 'command', words: always } },
  };
}

function withHost(facts: AccessFacts): Examined {
  if (facts.kind !== 'fetch') return { facts };
  return {
    facts,
    always: { decision: 'allow', text: `fetch:${facts.host}`, subject: { kind: 'fetch', host: facts.host } },
  };
}

function withPlace(facts: AccessFacts): Examined {
  if ((facts.kind !== 'read' && facts.kind !== 'write') || facts.always === undefined) return { facts };
  const { kind } = facts;
  const { path } = facts.always;
  return { facts, always: { decision: 'allow', text: `${kind}:${path}`, subject: { kind, path } } };
}

/** Tells whether a call may reach more than it names: what rules restrict is looked up for no other. */
function isRestrictable(
  verdict: AccessVerdict,
  access: ToolAccess,
): verdict is Exclude<AccessVerdict, { decision: 'deny' }> {
  if (verdict.decision === 'deny') return false;
  return access.kind === 'read' || (access.kind === 'command' && verdict.grant.is_sandboxed === true);
}

/** Tells whether the sandbox works; where the answer does not matter, it is not tried. */
async function hasSandbox(facts: AccessFacts, mode: PermissionMode, sandbox: Sandbox | undefined): Promise<boolean> {
  if (facts.kind !== 'command' || mode === 'full' || sandbox === undefined) return false;
  return (await sandbox.probe()).works;
}

function keyOf(access: ToolAccess): string {
  return JSON.stringify(access);
}
