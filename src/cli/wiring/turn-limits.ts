import type { RunOptions } from '../options.ts';
import type { Setup } from '../setup.ts';

/** Gives the limits of a session's turns: what the flags say, else the config file. */
export function turnLimits({ config }: Setup, options: RunOptions) {
  const max_turns = options.maxTurns ?? config.max_turns;
  const tool_timeout_s = options.toolTimeout ?? config.tool_timeout;
  return {
    ...(max_turns === undefined ? {} : { max_turns }),
    ...(tool_timeout_s === undefined ? {} : { tool_timeout_ms: tool_timeout_s * 1000 }),
    ...stallLimits(config),
  };
}

/** What is silent for so long is first warned of, then given up. */
function stallLimits({ stall_timeout: stall_s, first_timeout: first_s }: Setup['config']) {
  const warning_s = Math.min(20, (stall_s ?? 90) / 2, (first_s ?? 90) / 2);
  const first_ms = (first_s ?? 0) * 1000;
  return {
    stall_warning_ms: warning_s * 1000,
    ...(stall_s === undefined ? {} : { stall_ms: stall_s * 1000 }),
    ...(first_s === undefined ? {} : { first_event_ms: first_ms, first_event_local_ms: first_ms }),
  };
}
