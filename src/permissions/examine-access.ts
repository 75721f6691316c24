import { isIP } from 'node:net';
import { dirname } from 'node:path';
import { errorMessage } from '../errors.ts';
import { CONTROL_CHARACTER } from '../tools/control-characters.ts';
import { displayPath, isInside, resolvePath } from '../tools/resolve-path.ts';
import type { ToolAccess } from '../tools/tool.ts';
import { isPrivateAddress } from '../tools/web/private-address.ts';
import type { AccessFacts, FetchFacts, McpFacts, PathFacts } from './access-facts.ts';
import { kindBehind } from './path-kind.ts';
import { isCovered, type Place, placeOfRead, placeOfWrite, ruleFolder, type Surroundings } from './places.ts';
import { type PermissionRule, RULE_DECISIONS, type RuleDecision, type Ruling } from './rules.ts';
import { isThisMachine, spellingsOfHost } from './same-host.ts';

type PathAccess = Extract<ToolAccess, { readonly kind: 'read' | 'write' }>;
type McpAccess = Extract<ToolAccess, { readonly kind: 'mcp' }>;
type FetchAccess = Extract<ToolAccess, { readonly kind: 'fetch' }>;

/** Says why an access cannot be judged at all; undefined when it can. */
export function unclearReason(access: ToolAccess): string | undefined {
  const named = textsOf(access).find((text) => CONTROL_CHARACTER.test(text));
  return named === undefined ? undefined : `${JSON.stringify(named.slice(0, 200))} holds control characters.`;
}

function textsOf(access: ToolAccess): readonly string[] {
  if (access.kind === 'none') return [];
  if (access.kind === 'command') return [access.command, access.cwd];
  if (access.kind === 'mcp') return [access.name];
  return access.kind === 'fetch' ? [access.url] : access.paths;
}

/** Finds out where the paths of an access lie, as they are spelled and as the file system has them. */
export async function examinePaths(
  access: PathAccess,
  around: Surroundings,
  rules: readonly PermissionRule[],
): Promise<AccessFacts> {
  const spelled: { readonly path: string; readonly real: string }[] = [];
  for (const path of access.paths) {
    try {
      spelled.push({ path, real: (await resolvePath(path, around.workspace)).resolved });
    } catch (error) {
      return { kind: 'unclear', reason: errorMessage(error) };
    }
  }
  const last = spelled.at(-1);
  if (last === undefined) return { kind: 'none' };
  const placeOf = access.kind === 'read' ? placeOfRead : placeOfWrite;
  const places = spelled.flatMap(({ path, real }) => [placeOf(real, around), ...spelledPlace(placeOf(path, around))]);
  const rule = rulePaths(spelled, { kind: access.kind, around, rules });
  const facts: PathFacts = { kind: access.kind, shown: displayPath(last.real, around.workspace), places };
  const always = isGrantable(facts) ? alwaysPlace(access.kind, last.real, around) : undefined;
  return { ...facts, ...(rule === undefined ? {} : { rule }), ...(always === undefined ? {} : { always }) };
}

/** A spelling may only make it stricter: that it seems to lie outside means nothing when the real path does not. */
function spelledPlace(place: Place): readonly Place[] {
  return place === 'outside' || place === 'harmless' ? [] : [place];
}

/** Tells whether a rule can allow it: what is protected, holds keys or is this program's own asks each time. */
export function isGrantable({ places }: PathFacts): boolean {
  return places.every((place) => place === 'workspace' || place === 'outside');
}

/**
 * Says what "always" covers: the folder that is listed or searched, or that a file lies in. A folder that holds the
 * whole home or more is never covered: then it is the file alone, or nothing.
 */
function alwaysPlace(kind: PathFacts['kind'], real: string, { home }: Surroundings): PathFacts['always'] {
  const isWide = (folder: string): boolean => folder === dirname(folder) || isInside(home, folder);
  const found = kindBehind(real);
  if (found === 'folder') return isWide(real) ? undefined : { path: real, is_folder: true };
  // Of what is not there nobody knows whether a folder was meant, unless it is about to be written.
  if ((found === undefined && kind === 'read') || isWide(dirname(real))) return { path: real, is_folder: false };
  return { path: dirname(real), is_folder: true };
}

interface PathQuestion {
  readonly kind: 'read' | 'write';
  readonly around: Surroundings;
  readonly rules: readonly PermissionRule[];
}

function rulePaths(
  spelled: readonly { readonly path: string; readonly real: string }[],
  { kind, around, rules }: PathQuestion,
): Ruling | undefined {
  for (const decision of RULE_DECISIONS) {
    for (const rule of rules) {
      const path = rule.decision === decision ? pathFor(kind, rule) : undefined;
      if (path === undefined) continue;
      const folder = ruleFolder(path, around);
      const covers = ({ path, real }: { path: string; real: string }): boolean =>
        decision === 'allow' ? isInside(real, folder) : isCovered(real, folder) || isCovered(path, folder);
      const isMet = decision === 'allow' ? spelled.every(covers) : spelled.some(covers);
      if (isMet) return { decision, rule: rule.text };
    }
  }
  return undefined;
}

/** Gives the path of a rule for reading or writing. A change shows what was there: what may not be read is not changed. */
function pathFor(kind: 'read' | 'write', { decision, subject }: PermissionRule): string | undefined {
  if (subject.kind === 'read') return kind === 'read' || decision !== 'allow' ? subject.path : undefined;
  return subject.kind === kind && subject.kind === 'write' ? subject.path : undefined;
}

/** Finds out which host an address leads to. */
export function examineFetch({ url }: FetchAccess, rules: readonly PermissionRule[]): AccessFacts {
  if (!URL.canParse(url)) return { kind: 'unclear', reason: `${url} is no address.` };
  const { hostname, protocol } = new URL(url);
  if (protocol !== 'http:' && protocol !== 'https:')
    return { kind: 'unclear', reason: `${protocol} addresses are not fetched.` };
  const host = hostname.replace(/\.$/, '').toLowerCase();
  const rule = ruleHost(host, rules);
  const facts: FetchFacts = { kind: 'fetch', host, is_private: spellingsOfHost(host).some(isPrivateHost) };
  return rule === undefined ? facts : { ...facts, rule };
}

function ruleHost(host: string, rules: readonly PermissionRule[]): Ruling | undefined {
  for (const decision of RULE_DECISIONS) {
    const rule = rules.find(
      ({ decision: own, subject }) =>
        own === decision && subject.kind === 'fetch' && isMeant(decision, host, subject.host),
    );
    if (rule !== undefined) return { decision, rule: rule.text };
  }
  return undefined;
}

/** Finds the rule for a tool of an MCP server. */
export function examineMcp({ name, listing }: McpAccess, rules: readonly PermissionRule[]): McpFacts {
  const isSame = (rule: PermissionRule): boolean =>
    rule.subject.kind !== 'mcp' || rule.subject.listing === undefined || rule.subject.listing === listing;
  const named = rules.filter(({ subject }) => subject.kind === 'mcp' && isNamed(name, subject.name));
  for (const decision of RULE_DECISIONS) {
    const rule = named.find((one) => one.decision === decision && isSame(one));
    if (rule !== undefined) return { kind: 'mcp', name, rule: { decision, rule: rule.text } };
  }
  return named.length === 0 ? { kind: 'mcp', name } : { kind: 'mcp', name, has_changed: true };
}

function isNamed(name: string, wanted: string): boolean {
  return wanted.endsWith('*') ? name.startsWith(wanted.slice(0, -1)) : name === wanted;
}

/** A rule that denies or asks holds for every spelling of an address, one that allows for the host it names. */
function isMeant(decision: RuleDecision, host: string, wanted: string): boolean {
  if (isHost(host, wanted) || decision === 'allow') return isHost(host, wanted);
  if (isThisMachine(host) && isThisMachine(wanted)) return true;
  return spellingsOfHost(host).some((spelled) => isHost(spelled, wanted));
}

/** Compares whole labels: `*.example.com` covers what lies below example.com. */
function isHost(host: string, wanted: string): boolean {
  if (wanted === '*') return true;
  return wanted.startsWith('*.') ? host.endsWith(wanted.slice(1)) : host === wanted;
}

function isPrivateHost(host: string): boolean {
  const address = host.replace(/^\[|\]$/g, '');
  if (isIP(address) !== 0) return isPrivateAddress(address);
  return host === 'localhost' || /\.(localhost|local|internal|lan|home\.arpa)$/.test(host) || !host.includes('.');
}
