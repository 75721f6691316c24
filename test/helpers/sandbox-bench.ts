import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createSandbox } from '../../src/permissions/sandbox/create-sandbox.ts';
import type { Sandbox, SandboxOptions } from '../../src/permissions/sandbox/sandbox.ts';
import type { AccessGrant, ToolOutput } from '../../src/tools/tool.ts';
import { toolBench } from './call-tool.ts';

/** A workspace and a home with keys on disk, and a sandbox for them. */
export interface SandboxBench {
  readonly root: string;
  readonly workspace: string;
  readonly options: SandboxOptions;
  readonly sandbox: Sandbox;
}

/** Makes folders that are gone after the test. */
export function sandboxBench(): SandboxBench {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'sandbox-')));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const workspace = join(root, 'ws');
  const home = join(root, 'home');
  mkdirSync(workspace);
  mkdirSync(join(home, '.ssh'), { recursive: true });
  mkdirSync(join(home, 'state'));
  writeFileSync(join(home, '.ssh/id'), 'private key');
  writeFileSync(join(home, '.netrc'), 'password');
  writeFileSync(join(home, 'state/config.json'), 'own');
  const options: SandboxOptions = {
    workspace,
    home,
    own: [join(home, 'state')],
    scratch: join(home, 'state/scratch'),
    search_path: process.env.PATH ?? '',
  };
  return { root, workspace, options, sandbox: createSandbox(options) };
}

/** Runs a command in the sandbox as the tool does. */
export function runSandboxed(
  { workspace, sandbox }: Pick<SandboxBench, 'workspace' | 'sandbox'>,
  command: string,
  { signal, ...grant }: Partial<AccessGrant> & { signal?: AbortSignal } = {},
): Promise<ToolOutput> {
  const call = { grant: { ...grant, is_sandboxed: true }, ...(signal === undefined ? {} : { signal }) };
  return toolBench(workspace, { sandbox }).call('run_command', { command }, call);
}

/** Tells whether there is a sandbox on this machine. */
export async function hasSandbox(): Promise<boolean> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'probe-')));
  mkdirSync(join(folder, 'ws'));
  const search_path = process.env.PATH ?? '';
  const places = { workspace: join(folder, 'ws'), home: join(folder, 'h'), own: [], scratch: join(folder, 's') };
  const status = await createSandbox({ ...places, search_path }).probe();
  rmSync(folder, { recursive: true, force: true });
  return status.works;
}
