import type { AccessGrant } from '../../tools/tool.ts';
import { untilAborted } from '../abort.ts';
import { createDeferred } from '../deferred.ts';

/** Keeps commands that must run apart from those that could change what they were judged by. */
export interface CommandGate {
  /** Resolves with the way out, in the order of asking. Rejects with the signal's reason when it is aborted first. */
  enter(grant: AccessGrant, signal: AbortSignal): Promise<() => void>;
}

interface Entry {
  readonly grant: AccessGrant;
  isIn: boolean;
  open(): void;
}

/** Makes a gate for commands that may run at the same time. */
export function createCommandGate(): CommandGate {
  const entries: Entry[] = [];
  const admit = (): void => {
    for (const [at, entry] of entries.entries()) {
      const isFree = !entries.slice(0, at).some((earlier) => areApart(earlier.grant, entry.grant));
      if (!entry.isIn && isFree) {
        entry.isIn = true;
        entry.open();
      }
    }
  };
  return {
    enter: async (grant, signal) => {
      const opened = createDeferred();
      const entry: Entry = { grant, isIn: false, open: opened.resolve };
      const leave = (): void => {
        const at = entries.indexOf(entry);
        if (at !== -1) entries.splice(at, 1);
        admit();
      };
      entries.push(entry);
      admit();
      try {
        await untilAborted(opened.promise, signal);
      } catch (error) {
        leave();
        throw error;
      }
      return leave;
    },
  };
}

function areApart(left: AccessGrant, right: AccessGrant): boolean {
  return threatens(left, right) || threatens(right, left);
}

/** Tells whether what one command writes could make another, which runs outside of the sandbox, reach more than it may. */
function threatens(writer: AccessGrant, other: AccessGrant): boolean {
  if (other.is_apart !== true || writer.is_read_only === true) return false;
  return other.is_read_only === true || writer.is_sandboxed;
}
