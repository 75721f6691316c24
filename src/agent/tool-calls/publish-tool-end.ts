import { formatDuration } from '../../format.ts';
import type { ToolErrorKind, ToolResultMeta } from '../../messages.ts';
import type { AgentParts } from '../agent-parts.ts';
import type { ToolCall } from '../model-call/read-reply.ts';
import type { ToolEnd } from './run-tool.ts';

interface Finished {
  readonly end: ToolEnd;
  readonly wait_ms: number;
  readonly execute_duration_ms: number;
}

/** Publishes how a call ended that ran. Gives the text that the model is told. */
export function publishEnd(
  parts: AgentParts,
  call: ToolCall & { readonly arguments: string },
  finished: Finished,
): string {
  const { wait_ms, execute_duration_ms } = finished;
  const end = masked(parts, finished.end);
  const { id, name, model_name } = call;
  const times = { wait_ms, execute_duration_ms, duration_display: formatDuration(execute_duration_ms) };
  const meta = end.kind === 'result' ? end.output.meta : end.meta;
  const rest = { ...times, ...(meta === undefined ? {} : { result_meta: meta }), model_name };
  if (end.kind === 'result') {
    const { result, images } = end.output;
    const shown = images === undefined ? {} : { images };
    const given = { id, name, arguments: call.arguments, result, ...shown };
    parts.journal.publish({ type: 'tool_result', result: given, ...rest });
    return result;
  }
  const { kind, error } = end;
  parts.journal.publish({ type: 'tool_error', error: { id, name, arguments: call.arguments, error }, kind, ...rest });
  return error;
}

/** Ends a call that never ran. Gives the text that the model is told. */
export function publishError(
  parts: AgentParts,
  call: ToolCall,
  end: { kind: ToolErrorKind; error: string; meta?: ToolResultMeta },
): string {
  const { kind, error, meta } = masked(parts, end);
  const wait_ms = call.ready_at_ms === 0 ? 0 : Math.round(parts.options.clock.monotonic() - call.ready_at_ms);
  parts.journal.publish({
    type: 'tool_error',
    error: {
      id: call.id,
      name: call.name,
      ...(call.arguments === undefined ? {} : { arguments: call.arguments }),
      error,
    },
    kind,
    ...(meta === undefined ? {} : { result_meta: meta }),
    wait_ms,
    execute_duration_ms: 0,
    duration_display: formatDuration(0),
    model_name: call.model_name,
  });
  return error;
}

/** Masks every text of a value that is plain data; what stands for a secret needs no escape in JSON. */
function masked<Data>(parts: AgentParts, data: Data): Data {
  const json = JSON.stringify(data);
  const safe = parts.options.mask(json);
  return safe === json ? data : (JSON.parse(safe) as Data);
}
