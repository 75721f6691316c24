import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { type PermissionBench, permissionBench } from '../../helpers/permission-bench.ts';

let bench: PermissionBench;
let workspace: string;

beforeEach(() => {
  bench = permissionBench();
  ({ workspace } = bench);
  mkdirSync(join(workspace, 'bare'));
  writeFileSync(join(workspace, 'bare/HEAD'), 'ref: refs/heads/main');
});

test.each([
  ...[
    '.git/config',
    '.git/hooks/pre-commit',
    '.git',
    '.GIT/config',
    '.git/info/attributes',
    'sub/.git/hooks/x',
    '.vscode/tasks.json',
  ],
  ...[
    '.idea/x',
    '.mcp.json',
    '.npmrc',
    '.envrc',
    'sub/.envrc',
    '.bashrc',
    '.husky/pre-commit',
    '.gitmodules',
    '.agent-chat/config.json',
  ],
  ...[
    '.claude/settings.json',
    'sub/.claude/hooks/x.sh',
    '.cursor/mcp.json',
    '.codex/config.toml',
    '.gemini/settings.json',
    '.opencode/plugin/x.ts',
    'opencode.json',
    '.pre-commit-config.yaml',
    'sub/.devcontainer/devcontainer.json',
    '.mise.toml',
    'sub/mise.local.toml',
    '.cargo/config.toml',
    '.Cargo/config',
    '.claude/worktrees/a/.claude/settings.json',
    '.git/commondir',
    'a/.git/x/.git/hooks/pre-commit',
    '.g\u200cit/config',
    'GIT~1/config',
    '.git./hooks/x',
    '.envrc::$DATA',
    '.githooks/pre-commit',
    '.direnv/flake-profile.rc',
    '.config/mise/config.toml',
    '.zed/tasks.json',
    '.qwen/settings.json',
  ],
  ...[
    '.git/HEAD',
    '.git/packed-refs',
    '.git/config.lock',
    '.git/rebase-merge/git-rebase-todo',
    '.git/objects/info/alternates',
    'a/.git/index',
    '.hg/hgrc',
    '.jj/repo/config.toml',
    '.svn/entries',
    'HEAD',
    'a/head',
    'bare/config',
    'bare/objects/x',
    'bare/refs/heads/main',
    'bare/commondir',
    'bare/hooks/post-checkout',
  ],
  ...[
    'a/.gdbinit',
    '.lldbinit',
    '.pdbrc',
    '.irbrc',
    '.Rprofile',
    '.dir-locals.el',
    '.bazelrc',
    '.exrc',
    '.vimrc',
    '.nvim.lua',
    '.vim/ftplugin/x.vim',
    '.yarn/releases/yarn-4.cjs',
    '.yarn/plugins/x.cjs',
    'x.code-workspace',
    '.helix/languages.toml',
    '.venv/bin/python',
    'a/venv/bin/activate',
    'node_modules/.bin/tsc',
    '.continue/config.json',
    '.amp/settings.json',
    '.cursorrules',
    '.clinerules',
    'a/CLAUDE.md',
    'GEMINI.md',
  ],
])('a write of %s asks in every mode, even full', async (name) => {
  for (const mode of ['ask', 'edits', 'auto', 'full'] as const) {
    const verdict = await bench.judge(bench.permissions({ mode }), { kind: 'write', paths: [join(workspace, name)] });
    expect(verdict.decision, mode).toBe('ask');
    expect(verdict).not.toHaveProperty('pattern');
  }
});

test.each([
  '.claude/worktrees/a/x.ts',
  '.cargo/bin/x',
  '.github/workflows/ci.yml',
  'claude/x',
  'promise.toml',
  'config',
  'a/config',
  'objects/x',
  'hooks/use-x.ts',
  '.yarn/cache/x.zip',
  'bin/x',
  'head.ts',
  'docs/claude.md.txt',
])('a write of %s is like any other', async (name) => {
  const verdict = await bench.judge(bench.permissions({ mode: 'edits' }), {
    kind: 'write',
    paths: [join(workspace, name)],
  });
  expect(verdict.decision).toBe('allow');
});
