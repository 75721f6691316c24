import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import { type ToolBench, toolBench } from './call-tool.ts';

/** The folder that the tools of a test work in; made anew for each test. */
export interface Workspace {
  /** The folder around it: what lies there is outside. */
  readonly root: string;
  readonly cwd: string;
  readonly bench: ToolBench;
  /** Writes a file with the folders it needs; gives its whole path. */
  put(path: string, content: string | Buffer): string;
  get(path: string): string;
}

/** Gives each test of a file a workspace of its own; its members hold only while a test runs. */
export function workspaceForTests(): Workspace {
  let root = '';
  let cwd = '';
  let bench: ToolBench;
  beforeEach(() => {
    root = realpathSync(mkdtempSync(join(tmpdir(), 'tools-')));
    cwd = join(root, 'ws');
    mkdirSync(cwd);
    bench = toolBench(cwd);
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));
  return {
    get root() {
      return root;
    },
    get cwd() {
      return cwd;
    },
    get bench() {
      return bench;
    },
    put: (path, content) => {
      const full = join(cwd, path);
      mkdirSync(dirname(full), { recursive: true });
      writeFileSync(full, content);
      return full;
    },
    get: (path) => readFileSync(join(cwd, path), 'utf8'),
  };
}
