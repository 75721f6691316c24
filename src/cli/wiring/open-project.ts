import { statSync } from 'node:fs';
import {
  findProject,
  hashInstructions,
  type Instructions,
  type Project,
  readInstructions,
} from '../../config/project.ts';
import { openTrustStore } from '../../config/trust.ts';
import type { AgentMessage } from '../../messages.ts';
import type { RunOptions } from '../options.ts';
import type { Setup } from '../setup.ts';
import { isFirst } from './said-once.ts';

/** The instructions that a folder brings along. */
export interface OpenedProject {
  /** Told to the model; filled when the folder becomes trusted. */
  readonly inUse: Instructions[];
  readonly notices: readonly string[];
  readonly trust?: () => void;
}

/**
 * Finds the folder's instructions. They are used when the folder is trusted, and else only spoken of: to who sees what
 * was said before, which is in `seen`, once as long as they stay the same.
 */
export function openProject(setup: Setup, options: RunOptions, seen?: readonly AgentMessage[]): OpenedProject {
  const project = findProject(setup.cwd);
  const found = project.files.length === 0 ? [] : readInstructions(project);
  if (found.length === 0) return { inUse: [], notices: [] };
  const store = openTrustStore(setup.folders.state);
  const hash = hashInstructions(found);
  if (options.trust === true || store.isTrusted(project.root, hash)) return { inUse: [...found], notices: [] };
  const inUse: Instructions[] = [];
  const names = found.map(({ file }) => file).join(', ');
  const notice = `${names} is not used until you trust this folder: /trust here, --trust in a pipe.`;
  const isNew = seen === undefined || (isFirst(hash) && !isSaidIn(seen, notice, project));
  return {
    inUse,
    notices: isNew ? [notice] : [],
    trust: () => {
      store.trust(project.root, hash);
      inUse.splice(0, inUse.length, ...found);
    },
  };
}

/** Tells whether the log says it of these files as they are: it was said after they were changed last. */
function isSaidIn(log: readonly AgentMessage[], notice: string, { files }: Project): boolean {
  const said = log.findLast((message) => message.type === 'system_warning' && message.message === notice);
  if (said === undefined) return false;
  try {
    return files.every((file) => statSync(file).mtimeMs < said.at);
  } catch {
    return false;
  }
}
