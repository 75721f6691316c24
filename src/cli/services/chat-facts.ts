import type { StatusFacts } from '../../view/status-line.ts';
import type { Setup } from '../setup.ts';
import type { OpenedAgent } from '../wiring/open-agent.ts';
import { shortFolder } from './short-folder.ts';

/** Makes what the status line shows beside the session. */
export function chatFacts({ cwd }: Setup, { branch, grants }: OpenedAgent): () => StatusFacts {
  const directory = shortFolder(cwd);
  return () => ({
    directory,
    permission_mode: grants.permissions.mode,
    is_mode_dangerous: grants.permissions.mode === 'full',
    ...(branch === undefined ? {} : { branch }),
  });
}
