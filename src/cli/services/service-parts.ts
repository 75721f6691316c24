import type { PromptHistory } from '../../ui/input/services.ts';
import type { OpenedAgent } from '../open-agent.ts';
import type { NextSession } from '../session-store.ts';
import type { Setup } from '../setup.ts';
import type { WireLog } from '../wire-log.ts';
import type { SessionMemory } from './session-memory.ts';

/** What the services are made from. */
export interface ServiceParts {
  readonly setup: Setup;
  readonly opened: OpenedAgent;
  readonly memory: SessionMemory;
  readonly history: PromptHistory;
  /** What was sent to models last. */
  readonly wire: WireLog;
  /** Ends this session's chat, and begins another one where it is given. */
  leave(next?: NextSession): void;
}
