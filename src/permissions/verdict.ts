import { assertNever } from '../messages.ts';
import type { AccessGrant, AccessVerdict } from '../tools/tool.ts';
import type { AccessFacts, CommandFacts, PathFacts } from './access-facts.ts';
import type { Decision } from './decide.ts';
import { isGrantable } from './examine-access.ts';
import type { PermissionMode } from './modes.ts';

/**
 * Makes what a tool call is told of a decision. With an `unattended` mode nobody can be asked: what would ask is denied,
 * and the reason says what would have allowed it.
 */
export function verdictOf(
  decision: Decision,
  facts: AccessFacts,
  unattended: PermissionMode | undefined,
): AccessVerdict {
  const { by, reason } = decision;
  const grant: AccessGrant = {
    is_sandboxed: decision.is_sandboxed === true,
    ...(decision.is_read_only === true ? { is_read_only: true } : {}),
    ...(decision.is_apart === true ? { is_apart: true } : {}),
  };
  if (decision.decision === 'allow') return { decision: 'allow', by, grant };
  if (decision.decision === 'deny') return { decision: 'deny', by, reason };
  if (unattended !== undefined) {
    return { decision: 'deny', by, reason: `${reason} Nobody can approve it here${wayOut(facts, unattended)}.` };
  }
  const pattern = by === 'rule' || decision.is_each_time === true ? undefined : patternOf(facts);
  return {
    decision: 'ask',
    reason,
    facts: factsFor(facts, by),
    grant,
    ...(pattern === undefined ? {} : { pattern }),
    ...(decision.is_irreversible === true ? { is_irreversible: true } : {}),
  };
}

function patternOf(facts: AccessFacts): string | undefined {
  switch (facts.kind) {
    case 'command':
      return facts.always === undefined ? undefined : `commands that start with: ${facts.always}`;
    case 'fetch':
      return `fetching from ${facts.host}`;
    case 'mcp':
      return facts.name;
    case 'read':
    case 'write':
      return placePattern(facts);
    case 'none':
    case 'unclear':
      return undefined;
    default:
      return assertNever(facts);
  }
}

function placePattern({ kind, always }: PathFacts): string | undefined {
  const verb = kind === 'read' ? 'reading' : 'writing';
  return always === undefined ? undefined : `${verb} ${always.is_folder ? 'in ' : ''}${always.path}`;
}

/** What the reason does not say already. */
function factsFor(facts: AccessFacts, by: Decision['by']): readonly string[] {
  if (facts.kind === 'command') return facts.facts;
  return facts.kind === 'fetch' && facts.is_private && by === 'rule' ? ['an address of this machine or network'] : [];
}

/** Names the flag that would have allowed it; nothing where only a person can. */
function wayOut(facts: AccessFacts, mode: PermissionMode): string {
  switch (facts.kind) {
    case 'write':
      if (!isGrantable(facts)) return '';
      return facts.places.every((place) => place === 'workspace')
        ? '; start with --permission-mode edits to allow edits in the workspace'
        : `; start with --allow 'write:${facts.shown}' to allow it`;
    case 'read':
      return !isGrantable(facts) ? '' : `; start with --allow 'read:${facts.shown}' to allow it`;
    case 'fetch':
      return `; start with --allow 'fetch:${facts.host}' to allow it`;
    case 'mcp':
      return facts.rule === undefined && mode !== 'plan' ? `; start with --allow ${facts.name} to allow it` : '';
    case 'command':
      return facts.catastrophe === undefined ? commandWayOut(facts, mode) : '';
    case 'none':
    case 'unclear':
      return '';
    default:
      return assertNever(facts);
  }
}

function commandWayOut({ always, rule, guarded_write, guarded_read }: CommandFacts, mode: PermissionMode): string {
  if (guarded_write !== undefined || guarded_read !== undefined) return '';
  const by_mode =
    mode === 'auto'
      ? 'with --permission-mode full to run everything without a sandbox'
      : 'with --permission-mode auto to run commands in a sandbox';
  if (rule?.decision === 'ask') return rule.is_kept === true && mode !== 'auto' ? `; start ${by_mode}` : '';
  return always === undefined
    ? `; start ${by_mode}`
    : `; start with --allow ${JSON.stringify(always)} to allow it, or ${by_mode}`;
}
