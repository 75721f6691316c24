import { flagActions, flagAdvice } from '../../flag-advice.ts';
import { clipLine, sentence } from '../../format.ts';
import type { AgentMessage, AgentMessageOf, Halt } from '../../messages.ts';
import { isRefusedWith } from '../../refused-batch.ts';
import { safeLine } from '../../safe-text.ts';
import { CUT } from '../exit-codes.ts';
import type { Sink } from '../fan-out.ts';

/** How much a person is told beside the answer. */
export type Loudness = 'quiet' | 'normal' | 'verbose';

/** Reads the flags that say it. */
export function loudnessOf(flags: { readonly quiet?: boolean; readonly verbose?: boolean }): Loudness {
  return flags.quiet === true ? 'quiet' : flags.verbose === true ? 'verbose' : 'normal';
}

/** Makes a sink that tells a person on standard error what goes on beside the answer, a line each. */
export function progressReporter(write: (line: string) => void, loudness: Loudness): Sink {
  let warning: string | undefined;
  return (message) => {
    if (message.type === 'system_warning') warning = message.message;
    if (message.type === 'tool_error' && isRefusedWith(warning, message)) return;
    const line = lineOf(message, loudness);
    if (line !== undefined) write(`${safeLine(line)}\n`);
  };
}

function lineOf(message: AgentMessage, loudness: Loudness): string | undefined {
  if (message.type === 'error') return adviceLine('Error', message);
  if (message.type === 'done' && message.halt !== undefined) return haltLine(message.halt);
  if (message.type === 'done' && isCut(message, loudness))
    return 'Halted: the service ended the answer before it was whole.';
  if (loudness === 'quiet') return undefined;
  return noticeLine(message) ?? (loudness === 'verbose' ? detailLine(message) : undefined);
}

function haltLine(halt: Halt): string {
  const ways = flagActions(halt).map(({ label, send }) => ` ${label}: ${send}${send.endsWith('"') ? '' : '.'}`);
  return `Halted: ${sentence(halt.message)}${ways.join('')}`;
}

/** That an answer was cut at the length limit is also a warning, which only the quiet do not see. */
function isCut({ status, stop_reason }: AgentMessageOf<'done'>, loudness: Loudness): boolean {
  return status === 'completed' && CUT.has(stop_reason) && (loudness === 'quiet' || stop_reason !== 'length');
}

function adviceLine(
  level: 'Error' | 'Warning',
  { message, suggested_action: action }: AgentMessageOf<'error' | 'system_warning'>,
): string {
  return `${level}: ${action === undefined ? message : `${sentence(message)} ${flagAdvice(action)}`}`;
}

function noticeLine(message: AgentMessage): string | undefined {
  switch (message.type) {
    case 'tool_result':
      return `· ${message.result.name} ${message.result_meta?.summary ?? 'done'} (${message.duration_display})`;
    case 'tool_error':
      return `✗ ${clipLine(message.error.name, 100)} ${message.kind}: ${firstLine(message.error.error)}`;
    case 'system_warning':
      return adviceLine('Warning', message);
    case 'retrying':
      return `↻ ${sentence(message.error.message)} Trying again (${message.attempt} of ${message.max_attempts}) in ${message.delay_ms} ms.`;
    case 'context_compaction_result':
      // Of one that failed a warning follows.
      if (message.outcome === 'failed') return undefined;
      return `Context ${message.outcome === 'completed' ? 'compacted' : `not compacted: ${message.error ?? message.outcome}`}.`;
    case 'cancelled':
      return message.message;
    default:
      return undefined;
  }
}

function detailLine(message: AgentMessage): string | undefined {
  switch (message.type) {
    case 'session_started':
      return `Session ${message.session_id} with ${message.model} in ${message.cwd}`;
    case 'tool_call_ready':
      return `→ ${message.request.name} ${message.args_summary ?? ''}`;
    case 'iteration_complete':
      return `Model call ${message.iteration} done.`;
    case 'done':
      return `${message.usage.input_tokens} tokens in, ${message.usage.output_tokens} out${message.cost === undefined ? '' : `, $${message.cost.toFixed(4)}`}.`;
    default:
      return undefined;
  }
}

function firstLine(text: string): string {
  return clipLine(text.split('\n', 1)[0] ?? '', 500);
}
