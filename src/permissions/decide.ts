import { assertNever } from '../messages.ts';
import type { AccessFacts, CommandFacts, FetchFacts, McpFacts, PathFacts } from './access-facts.ts';
import type { PermissionMode } from './modes.ts';
import type { Place } from './places.ts';
import type { Ruling } from './rules.ts';

/** One question to {@link decide}. */
export interface Question {
  readonly mode: PermissionMode;
  readonly facts: AccessFacts;
  /** A sandbox was tried and confines commands. */
  readonly has_sandbox: boolean;
}

/** The answer: `is_sandboxed` and `is_read_only` say how an allowed or approved call may run. */
export interface Decision {
  readonly decision: 'allow' | 'ask' | 'deny';
  readonly by: 'rule' | 'mode';
  readonly reason: string;
  readonly is_sandboxed?: true;
  readonly is_read_only?: true;
  readonly is_apart?: true;
  /** "Always" would not hold in this mode, so it is not offered. */
  readonly is_each_time?: true;
  /** What would be lost cannot be had back. */
  readonly is_irreversible?: true;
}

const ALLOW: Decision = { decision: 'allow', by: 'mode', reason: '' };
const BY_RULE: Decision = { decision: 'allow', by: 'rule', reason: '' };
const ONLY_READING = 'Only commands that can be shown to read run; use the other tools to read and search.';

/** Decides about one access. Pure; every mode and every kind of access is a line of its table. */
export function decide(question: Question): Decision {
  const { facts, mode } = question;
  switch (facts.kind) {
    case 'none':
      return ALLOW;
    case 'unclear':
      return deny(facts.reason);
    case 'read':
      return decideRead(facts, mode);
    case 'write':
      return decideWrite(facts, mode);
    case 'command':
      return decideCommand(facts, question);
    case 'fetch':
      return decideFetch(facts, mode);
    case 'mcp':
      return decideMcp(facts, mode);
    default:
      return assertNever(facts);
  }
}

function ask(reason: string, by: Decision['by'] = 'mode'): Decision {
  return { decision: 'ask', by, reason };
}

function deny(reason: string, by: Decision['by'] = 'mode'): Decision {
  return { decision: 'deny', by, reason };
}

const STRICTEST: readonly Place[] = ['own', 'secret', 'protected', 'outside', 'workspace', 'harmless'];

function strictest(places: readonly Place[]): Place {
  return STRICTEST.find((place) => places.includes(place)) ?? 'outside';
}

function decideRead({ places, rule, shown }: PathFacts, mode: PermissionMode): Decision {
  if (rule?.decision === 'deny') return deny(`The rule ${rule.rule} forbids reading ${shown}.`, 'rule');
  const place = strictest(places);
  if (place === 'own') return ask(`${shown} belongs to this program.`);
  if (place === 'secret') return mode === 'full' ? ALLOW : ask(`${shown} is where keys are kept.`);
  if (rule?.decision === 'ask') return ask(`The rule ${rule.rule} asks before reading ${shown}.`, 'rule');
  if (rule?.decision === 'allow') return BY_RULE;
  if (place !== 'outside' || mode === 'full') return ALLOW;
  return ask(`${shown} is outside the workspace.`);
}

function decideWrite({ places, rule, shown }: PathFacts, mode: PermissionMode): Decision {
  if (rule?.decision === 'deny') return deny(`The rule ${rule.rule} forbids writing ${shown}.`, 'rule');
  if (mode === 'plan') return denyInPlan('Nothing is written.');
  const place = strictest(places);
  if (place === 'own') return ask(`${shown} belongs to this program.`);
  if (place === 'protected' || place === 'secret')
    return ask(`${shown} is protected: what is written there can run programs.`);
  if (rule?.decision === 'ask') return ask(`The rule ${rule.rule} asks before writing ${shown}.`, 'rule');
  if (rule?.decision === 'allow') return BY_RULE;
  if (mode === 'full') return ALLOW;
  if (place === 'outside') return ask(`${shown} is outside the workspace.`);
  return mode === 'ask' ? ask(`${shown} would be written.`) : ALLOW;
}

/** Where a command would run. */
type Circumstances = Pick<Question, 'mode' | 'has_sandbox'>;

function decideCommand(facts: CommandFacts, where: Circumstances): Decision {
  const { mode } = where;
  const { rule, catastrophe } = facts;
  if (rule?.decision === 'deny') return deny(`The rule ${rule.rule} forbids this command.`, 'rule');
  if (catastrophe !== undefined) {
    if (mode === 'plan') return deny(`It ${catastrophe}.`);
    return { ...ask(`It ${catastrophe}. That cannot be undone.`), is_irreversible: true };
  }
  if (rule?.decision === 'ask') return askedFor(rule, facts, where);
  const reading = decideReading(facts, where);
  if (reading !== undefined) return reading;
  if (mode === 'plan') return denyInPlan(ONLY_READING);
  if (facts.guarded_write !== undefined && !isConfined(facts, where)) {
    return ask(`It writes ${facts.guarded_write}, which is protected: what is written there can run programs.`);
  }
  if (rule?.decision === 'allow' && facts.guarded_read === undefined && facts.guarded_write === undefined)
    return { ...BY_RULE, ...(mode === 'full' ? {} : { is_apart: true }) };
  return decideByMode(facts, where);
}

/** What only reads needs no question; in a sandbox, a link that is swapped under it leads to no keys. */
function decideReading(
  { effect, is_hidden }: CommandFacts,
  { mode, has_sandbox }: Circumstances,
): Decision | undefined {
  if (effect !== 'reads' && effect !== 'git_reads') return undefined;
  if (mode === 'full') return effect === 'reads' ? ALLOW : undefined;
  if (has_sandbox && is_hidden !== true) return { ...ALLOW, is_sandboxed: true, is_read_only: true };
  return effect === 'reads' ? { ...ALLOW, is_read_only: true, is_apart: true } : undefined;
}

function askedFor({ rule, is_unsure, is_kept }: Ruling, facts: CommandFacts, where: Circumstances): Decision {
  if (where.mode === 'plan') return denyInPlan(ONLY_READING);
  if (is_kept && isConfined(facts, where)) return { ...ALLOW, is_sandboxed: true };
  const why = is_unsure
    ? `It cannot be ruled out that the rule ${rule} covers this command.`
    : `The rule ${rule} asks before this command.`;
  return ask(why, 'rule');
}

function isConfined({ needs_network }: CommandFacts, { mode, has_sandbox }: Circumstances): boolean {
  return mode === 'auto' && has_sandbox && !needs_network;
}

/** The first sentence is what the person sees too. */
function denyInPlan(what: string): Decision {
  return deny(
    `The mode plan only reads. ${what} Do not try it in another way: say in a plan what you would do, and end with it.`,
  );
}

function decideByMode({ effect, needs_network }: CommandFacts, { mode, has_sandbox }: Circumstances): Decision {
  if (mode === 'full') return ALLOW;
  if (mode === 'auto' && has_sandbox) {
    if (needs_network) return ask('It needs the network, which the sandbox does not have. It would run outside of it.');
    return { ...ALLOW, is_sandboxed: true };
  }
  if (mode === 'edits' && effect === 'changes_files' && has_sandbox) return { ...ALLOW, is_sandboxed: true };
  if (mode === 'auto') return ask('There is no sandbox here, so the mode auto asks before commands.');
  if (effect === 'reads_outside') return ask('It reads outside the workspace.');
  if (effect === 'git_reads')
    return ask('git can run programs that the repository names, and there is no sandbox for it.');
  return ask(`The mode ${mode} asks before commands.`);
}

function decideFetch({ host, is_private, rule }: FetchFacts, mode: PermissionMode): Decision {
  if (rule?.decision === 'deny') return deny(`The rule ${rule.rule} forbids fetching from ${host}.`, 'rule');
  if (mode === 'plan') return denyInPlan('Nothing is fetched from the network.');
  if (rule?.decision === 'ask') return ask(`The rule ${rule.rule} asks before fetching from ${host}.`, 'rule');
  if (rule?.decision === 'allow') return BY_RULE;
  if (mode === 'full') return ALLOW;
  return ask(
    is_private ? `It fetches from ${host}, an address of this machine or network.` : `It fetches from ${host}.`,
  );
}

/** In the mode plan an allow does not count: nobody but the server knows whether the tool only reads. */
function decideMcp({ name, rule, has_changed }: McpFacts, mode: PermissionMode): Decision {
  if (rule?.decision === 'deny') return deny(`The rule ${rule.rule} forbids ${name}.`, 'rule');
  if (rule?.decision === 'ask') return ask(`The rule ${rule.rule} asks before ${name}.`, 'rule');
  if (mode === 'plan') return { ...ask(`${name} may do more than read.`), is_each_time: true };
  if (rule?.decision === 'allow') return BY_RULE;
  if (mode === 'full') return ALLOW;
  if (has_changed)
    return ask(`It calls ${name}, whose MCP server now says something else of it than when it was allowed.`);
  return ask(`It calls ${name}, a tool of an MCP server.`);
}
