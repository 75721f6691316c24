import { expect, test } from 'vitest';
import type { AccessFacts, CommandFacts } from '../../../src/permissions/access-facts.ts';
import { decide } from '../../../src/permissions/decide.ts';
import type { PermissionMode } from '../../../src/permissions/modes.ts';
import type { Place } from '../../../src/permissions/places.ts';

const MODES: readonly PermissionMode[] = ['plan', 'ask', 'edits', 'auto', 'full'];

/** One word a mode: what plan, ask, edits, auto and full answer. `box` is allow inside the sandbox, `look` read-only in it; `apart` is outside. */
function answers(facts: AccessFacts, has_sandbox = true): string {
  return MODES.map((mode) => {
    const { decision, is_sandboxed, is_read_only, is_apart } = decide({ mode, facts, has_sandbox });
    if (is_read_only) return is_sandboxed ? 'look' : is_apart ? 'apart' : 'read-only';
    return is_sandboxed ? 'box' : decision;
  }).join(' ');
}

const path = (kind: 'read' | 'write', ...places: Place[]): AccessFacts => ({ kind, shown: 'x', places });
const command = (effect: CommandFacts['effect'], more: Partial<CommandFacts> = {}): AccessFacts => ({
  kind: 'command',
  effect,
  needs_network: false,
  facts: [],
  ...more,
});
const fetch = (more = {}): AccessFacts => ({ kind: 'fetch', host: 'example.com', is_private: false, ...more });
const mcp = (more = {}): AccessFacts => ({ kind: 'mcp', name: 'mcp__a__b', ...more });
const rule = (decision: 'allow' | 'ask' | 'deny') => ({ rule: { decision, rule: 'r' } });

test.each<[string, AccessFacts, string]>([
  ['nothing', { kind: 'none' }, 'allow allow allow allow allow'],
  ['something unclear', { kind: 'unclear', reason: 'r' }, 'deny deny deny deny deny'],
  ['reading in the workspace', path('read', 'workspace'), 'allow allow allow allow allow'],
  ['reading an output kept for the model', path('read', 'harmless'), 'allow allow allow allow allow'],
  ['reading outside', path('read', 'outside'), 'ask ask ask ask allow'],
  ['reading keys', path('read', 'secret'), 'ask ask ask ask allow'],
  ['reading the own configuration', path('read', 'own'), 'ask ask ask ask ask'],
  ['reading through a link to outside', path('read', 'workspace', 'outside'), 'ask ask ask ask allow'],
  ['writing in the workspace', path('write', 'workspace'), 'deny ask allow allow allow'],
  ['writing outside', path('write', 'outside'), 'deny ask ask ask allow'],
  ['writing what runs programs later', path('write', 'protected'), 'deny ask ask ask ask'],
  ['writing through a link to what runs programs', path('write', 'workspace', 'protected'), 'deny ask ask ask ask'],
  ['writing the own configuration', path('write', 'own'), 'deny ask ask ask ask'],
  ['a command that reads', command('reads'), 'look look look look allow'],
  [
    'a command that reads what the sandbox hides',
    command('reads', { is_hidden: true }),
    'apart apart apart apart allow',
  ],
  ['a command that reads outside', command('reads_outside'), 'deny ask ask box allow'],
  ['git that reads', command('git_reads'), 'look look look look allow'],
  ['a command that makes files', command('changes_files'), 'deny ask box box allow'],
  ['any other command', command('unknown'), 'deny ask ask box allow'],
  ['a command that needs the network', command('unknown', { needs_network: true }), 'deny ask ask ask allow'],
  ['a catastrophe', command('unknown', { catastrophe: 'deletes /' }), 'deny ask ask ask ask'],
  ['a fetch', fetch(), 'deny ask ask ask allow'],
  ['a fetch from this machine', fetch({ is_private: true }), 'deny ask ask ask allow'],
  ['a tool of an MCP server', mcp(), 'ask ask ask ask allow'],
  ['the same when its server changed it', mcp({ has_changed: true }), 'ask ask ask ask allow'],
  ['the same with a rule that allows', mcp(rule('allow')), 'ask allow allow allow allow'],
  ['the same with a rule that asks', mcp(rule('ask')), 'ask ask ask ask ask'],
  ['the same with a rule that denies', mcp(rule('deny')), 'deny deny deny deny deny'],
])('%s', (_, facts, expected) => {
  expect(answers(facts)).toBe(expected);
});

test.each<[string, AccessFacts, string]>([
  ['git that reads', command('git_reads'), 'deny ask ask ask allow'],
  ['a command that makes files', command('changes_files'), 'deny ask ask ask allow'],
  ['any other command', command('unknown'), 'deny ask ask ask allow'],
  ['a command that reads', command('reads'), 'apart apart apart apart allow'],
])('without a sandbox: %s', (_, facts, expected) => {
  expect(answers(facts, false)).toBe(expected);
});

test.each<[string, AccessFacts, string]>([
  ['deny over everything', { ...command('reads'), ...rule('deny') }, 'deny deny deny deny deny'],
  ['deny of a read', { ...path('read', 'workspace'), ...rule('deny') }, 'deny deny deny deny deny'],
  ['ask over allow', { ...command('reads'), ...rule('ask') }, 'deny ask ask ask ask'],
  ['allow of a command', { ...command('unknown'), ...rule('allow') }, 'deny allow allow allow allow'],
  [
    'no allow for a command that writes what is protected',
    { ...command('unknown', { guarded_write: '.envrc' }), ...rule('allow') },
    'deny ask ask box ask',
  ],
  [
    'no allow for a catastrophe',
    { ...command('unknown', { catastrophe: 'x' }), ...rule('allow') },
    'deny ask ask ask ask',
  ],
  ['allow of a write outside', { ...path('write', 'outside'), ...rule('allow') }, 'deny allow allow allow allow'],
  ['no allow for what is protected', { ...path('write', 'protected'), ...rule('allow') }, 'deny ask ask ask ask'],
  ['no allow for the own configuration', { ...path('read', 'own'), ...rule('allow') }, 'ask ask ask ask ask'],
  ['allow of a host', fetch(rule('allow')), 'deny allow allow allow allow'],
  ['ask for a host', fetch(rule('ask')), 'deny ask ask ask ask'],
])('rules: %s', (_, facts, expected) => {
  expect(answers(facts)).toBe(expected);
});

test('every refusal and question says why', () => {
  const all = [path('read', 'outside'), path('write', 'workspace'), command('unknown'), fetch(), command('git_reads')];
  for (const facts of all) {
    for (const mode of MODES) {
      for (const has_sandbox of [true, false]) {
        const { decision, reason } = decide({ mode, facts, has_sandbox });
        if (decision !== 'allow') expect(reason).toMatch(/\.$/);
      }
    }
  }
});
