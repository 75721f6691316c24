import { isInside } from '../../tools/resolve-path.ts';
import type { AccessGrant, ToolAccess } from '../../tools/tool.ts';
import { kindOf } from '../path-kind.ts';
import { realFolder, ruleFolder, type Surroundings } from '../places.ts';
import type { PermissionRule, Ruling } from '../rules.ts';
import { type Touch, touchOf } from './command-touch.ts';
import type { PlacedLine } from './command-walk.ts';

/** A ruling that may yield to a rule which allows the command: only a run would tell what it touches. */
export interface PathRuling extends Ruling {
  readonly yields?: true;
}

/** Applies the path rules that deny or ask to a command line; what cannot be ruled out asks. */
export function ruleCommandPaths(
  line: PlacedLine,
  around: Surroundings,
  rules: readonly PermissionRule[],
): PathRuling | undefined {
  const rulings = rules.flatMap((rule) => rulingOf(rule, line, around) ?? []);
  return (
    rulings.find(({ decision }) => decision === 'deny') ??
    rulings.find(({ is_unsure }) => is_unsure !== true) ??
    rulings.find(({ is_kept }) => is_kept !== true) ??
    rulings.find(({ yields }) => yields !== true) ??
    rulings[0]
  );
}

function rulingOf(rule: PermissionRule, line: PlacedLine, around: Surroundings): PathRuling | undefined {
  const { decision, subject, text } = rule;
  if (decision === 'allow' || (subject.kind !== 'read' && subject.kind !== 'write')) return undefined;
  const folder = ruleFolder(subject.path, around);
  const touch = touchOf(line, { kind: subject.kind, folders: [folder, realFolder(folder)] });
  if (touch === 'no') return undefined;
  if (touch === 'yes') return { decision, rule: text };
  const isKept = touch !== 'stored' && isKeepable(subject.kind, realFolder(folder), around);
  return { decision: 'ask', rule: text, is_unsure: true, ...(isKept ? { is_kept: true } : {}), ...yielding(touch) };
}

function yielding(touch: Touch): { yields?: true } {
  return touch === 'unknown' ? { yields: true } : {};
}

/**
 * Tells whether the sandbox can keep commands from a place: not from the workspace itself, nor from making what is not
 * there.
 */
function isKeepable(kind: 'read' | 'write', place: string, { workspace }: Surroundings): boolean {
  if (isInside(workspace, place)) return false;
  return kind === 'read' || !isInside(place, workspace) || isThere(place);
}

/**
 * Gives what tools leave out and the sandbox keeps from commands because a rule denies it or asks; for a search or a list
 * also where keys are, which are asked for by themselves. (The sandbox hides those in any case.)
 */
export function restrictedPlaces(
  rules: readonly PermissionRule[],
  around: Surroundings,
  access: ToolAccess,
): Pick<AccessGrant, 'unreadable' | 'unwritable'> {
  const placesOf = (kind: 'read' | 'write'): readonly string[] => {
    const named = rules.flatMap(({ decision, subject }) =>
      decision !== 'allow' && subject.kind === kind ? [realFolder(ruleFolder(subject.path, around))] : [],
    );
    const there = [...new Set(named)].filter((place) => isThere(place) && !isInside(around.workspace, place));
    return there.filter((place) => !there.some((other) => other !== place && isInside(place, other)));
  };
  const keys = access.kind === 'read' ? around.secrets.filter(isThere) : [];
  const unreadable = [...new Set([...placesOf('read'), ...keys])];
  const unwritable = placesOf('write');
  return {
    ...(unreadable.length === 0 ? {} : { unreadable }),
    ...(unwritable.length === 0 ? {} : { unwritable }),
  };
}

function isThere(path: string): boolean {
  return kindOf(path) !== undefined;
}
