import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import {
  createPermissions,
  type PermissionsOptions,
  type SessionPermissions,
} from '../../src/permissions/permissions.ts';
import type { AccessVerdict, ToolAccess } from '../../src/tools/tool.ts';

/** A workspace and a home on disk, and permissions over them. */
export interface PermissionBench {
  readonly root: string;
  readonly workspace: string;
  readonly home: string;
  permissions(options?: Partial<PermissionsOptions>): SessionPermissions;
  command(line: string): ToolAccess;
  judge(given: SessionPermissions, access: ToolAccess): Promise<AccessVerdict>;
  decisionOn(given: SessionPermissions, line: string): Promise<AccessVerdict['decision']>;
}

/** Makes folders that are gone after the test. */
export function permissionBench(): PermissionBench {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'permissions-')));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const workspace = join(root, 'ws');
  const home = join(root, 'home');
  mkdirSync(join(workspace, '.git/hooks'), { recursive: true });
  mkdirSync(join(home, '.ssh'), { recursive: true });
  writeFileSync(join(workspace, 'a.txt'), 'x');
  writeFileSync(join(workspace, '.git/config'), '');
  const around = { workspace, home, own: [join(home, 'state')], readable: [join(home, 'state/outputs/x.txt')] };
  const command = (line: string): ToolAccess => ({ kind: 'command', command: line, cwd: workspace });
  const judge = async (given: SessionPermissions, access: ToolAccess): Promise<AccessVerdict> =>
    given.judge(access, { name: 't' });
  return {
    root,
    workspace,
    home,
    command,
    judge,
    permissions: (options = {}) => createPermissions({ mode: 'ask', around, can_ask: true, ...options }),
    decisionOn: async (given, line) => (await judge(given, command(line))).decision,
  };
}
