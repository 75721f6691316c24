import {
  type AgentMessageOf,
  assertNever,
  type FileDiff,
  type ToolErrorKind,
  type ToolResultMeta,
} from '../messages.ts';
import { isRefusedWith } from '../refused-batch.ts';
import { endSafeText, pushSafeText, revealText, SAFE_TEXT_START, safeLine, safeText } from '../safe-text.ts';
import type { ChatView, OutputTail, ToolState, ToolView } from './chat-view.ts';
import { settleTools } from './settle.ts';

export type ToolMessage = AgentMessageOf<
  | 'tool_call'
  | 'tool_call_update'
  | 'tool_call_ready'
  | 'approval_requested'
  | 'approval_resolved'
  | 'tool_started'
  | 'tool_progress'
  | 'tool_output'
  | 'tool_result'
  | 'tool_error'
>;

const MAX_TAIL = 16_384;
const EMPTY_OUTPUT: OutputTail = {
  text: '',
  dropped_lines: 0,
  is_returned: false,
  stdout: SAFE_TEXT_START,
  stderr: SAFE_TEXT_START,
};

/** Takes a message about a tool call into the view. */
export function reduceTools(view: ChatView, message: ToolMessage): ChatView {
  switch (message.type) {
    case 'tool_call':
      return withTools(view, [...view.live.tools, newTool(message)]);
    case 'tool_call_update':
      return change(view, message.tool_call_id, (tool) => ({ ...tool, arguments: tool.arguments + message.chunk }));
    case 'tool_call_ready':
      return change(ensureTool(view, message), message.request.id, (tool) => ({
        ...tool,
        state: 'queued',
        arguments: message.request.arguments,
        display_name: safeLine(message.display_name),
        summary: safeLine(message.args_summary ?? ''),
        since: message.at,
      }));
    case 'approval_requested':
      return change(view, message.tool_call_id, (tool) => ({ ...tool, state: 'asking' }));
    case 'approval_resolved':
      return change(view, message.tool_call_id, (tool) => ({
        ...tool,
        ...(tool.state === 'asking' ? { state: 'queued' } : {}),
        ...(message.by === 'user' && message.note !== undefined ? { note: safeText(message.note).trim() } : {}),
      }));
    case 'tool_started':
      return change(view, message.tool_call_id, (tool) => ({ ...tool, state: 'running', since: message.at }));
    case 'tool_progress':
      return change(view, message.request.id, (tool) => ({ ...tool, progress: progressOf(message) }));
    case 'tool_output':
      return change(view, message.tool_call_id, (tool) => ({ ...tool, output: withOutput(tool.output, message) }));
    case 'tool_result':
      return settleTools(
        change(view, message.result.id, (tool) => ({
          ...ended(tool, message),
          state: 'done',
          result: safeText(message.result.result),
        })),
      );
    case 'tool_error':
      return settleTools(
        isRefusedWith(view.warning, message)
          ? withTools(
              view,
              view.live.tools.filter((tool) => tool.id !== message.error.id),
            )
          : change(view, message.error.id, (tool) => failed(tool, message)),
      );
    default:
      return assertNever(message);
  }
}

function newTool(message: AgentMessageOf<'tool_call' | 'tool_call_ready'>): ToolView {
  return {
    id: message.request.id,
    name: safeLine(message.request.name),
    display_name: safeLine(message.display_name),
    state: 'preparing',
    summary: '',
    arguments: message.request.arguments,
    since: message.at,
    output: EMPTY_OUTPUT,
  };
}

function ensureTool(view: ChatView, message: AgentMessageOf<'tool_call_ready'>): ChatView {
  const isKnown = view.live.tools.some((tool) => tool.id === message.request.id);
  return isKnown ? view : withTools(view, [...view.live.tools, newTool(message)]);
}

function ended(tool: ToolView, message: AgentMessageOf<'tool_result' | 'tool_error'>): ToolView {
  const meta = message.result_meta === undefined ? {} : { meta: safeMeta(message.result_meta) };
  return { ...tool, ...meta, output: endOutput(tool.output), duration_ms: message.execute_duration_ms };
}

const ERROR_STATES: Readonly<Partial<Record<ToolErrorKind, ToolState>>> = { denied: 'denied', cancelled: 'cancelled' };

function failed(tool: ToolView, message: AgentMessageOf<'tool_error'>): ToolView {
  const state = ERROR_STATES[message.kind] ?? 'failed';
  return { ...ended(tool, message), state, result: safeText(message.error.error), error_kind: message.kind };
}

function safeMeta(meta: ToolResultMeta): ToolResultMeta {
  return {
    ...meta,
    ...(meta.summary === undefined ? {} : { summary: safeLine(meta.summary) }),
    ...(meta.diff === undefined ? {} : { diff: safeDiff(meta.diff) }),
    ...(meta.full_output_path === undefined ? {} : { full_output_path: safeLine(meta.full_output_path) }),
  };
}

/** A change is something to decide about: what is hidden in it is shown. */
function safeDiff(diff: FileDiff): FileDiff {
  return { ...diff, path: safeLine(diff.path), patch: revealText(diff.patch) };
}

function progressOf(message: AgentMessageOf<'tool_progress'>): NonNullable<ToolView['progress']> {
  return {
    done: message.progress,
    ...(message.total === undefined ? {} : { total: message.total }),
    ...(message.message === undefined ? {} : { message: safeLine(message.message) }),
  };
}

/** Keeps the end of the output only. Behind a carriage return a line is written anew, as a progress bar means it. */
function withOutput(output: OutputTail, { chunk, stream }: AgentMessageOf<'tool_output'>): OutputTail {
  const start = output.text.lastIndexOf('\n') + 1;
  let state = output[stream];
  let { is_returned } = output;
  let before = output.text.slice(0, start);
  let line = output.text.slice(start);
  // Each piece ends at a line end or before a carriage return, so that every cut of the output gives the same.
  for (const piece of chunk.match(/\r|[^\r\n]*\n|[^\r\n]+/g) ?? []) {
    if (piece === '\r') {
      is_returned = true;
      continue;
    }
    const pushed = pushSafeText(state, piece);
    state = pushed.state;
    const isEnd = pushed.text.endsWith('\n');
    const written = isEnd ? pushed.text.slice(0, -1) : pushed.text;
    if (written !== '') {
      line = is_returned ? written : line + written;
      is_returned = false;
    }
    if (!isEnd) continue;
    before += `${line}\n`;
    line = '';
    is_returned = false;
  }
  const next = { ...output, text: before + line, is_returned, [stream]: state };
  return next.text.length > 4 * MAX_TAIL ? dropStart(next, next.text.length - 2 * MAX_TAIL) : next;
}

function endOutput(output: OutputTail): OutputTail {
  const text = output.text + endSafeText(output.stdout) + endSafeText(output.stderr);
  const whole = { ...EMPTY_OUTPUT, text, dropped_lines: output.dropped_lines };
  if (text.length <= MAX_TAIL) return whole;
  const start = text.length - MAX_TAIL;
  return dropStart(whole, text.indexOf('\n', start) + 1 || start);
}

function dropStart(output: OutputTail, start: number): OutputTail {
  const dropped = output.text.slice(0, start).split('\n').length - 1;
  return { ...output, text: output.text.slice(start), dropped_lines: output.dropped_lines + dropped };
}

function change(view: ChatView, id: string, update: (tool: ToolView) => ToolView): ChatView {
  const index = view.live.tools.findIndex((tool) => tool.id === id);
  const tool = view.live.tools[index];
  return tool === undefined ? view : withTools(view, view.live.tools.with(index, update(tool)));
}

function withTools(view: ChatView, tools: readonly ToolView[]): ChatView {
  return { ...view, live: { ...view.live, tools } };
}
