import type { PromptHistory } from '../../ui/input/services.ts';
import type { Setup } from '../setup.ts';
import type { OpenedAgent } from '../wiring/open-agent.ts';
import type { NextSession } from '../wiring/session-store.ts';
import type { WireLog } from '../wiring/wire-log.ts';
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
