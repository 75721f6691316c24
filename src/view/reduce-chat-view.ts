import { blockLabel } from '../content-text.ts';
import { formatCount, formatDollars, formatTokens } from '../format.ts';
import type { AgentMessage, AgentMessageOf, SwitchReport, UserContent } from '../messages.ts';
import { CUT_OFF } from '../open-items.ts';
import { pushSafeText, SAFE_TEXT_START, safeLine, safeText } from '../safe-text.ts';
import { reduceUnanswered, unansweredTexts } from '../unanswered.ts';
import { promptTokens } from '../usage.ts';
import type { ChatView } from './chat-view.ts';
import { pushMarkdown } from './markdown/split-blocks.ts';
import { finalPart, SPLIT_START } from './markdown/split-state.ts';
import { reduceStatus } from './reduce-status.ts';
import { reduceTools } from './reduce-tools.ts';
import { closeText, closeThought, notice, settle, settleAll, settleText, without } from './settle.ts';

const ENDS_RETRY: ReadonlySet<AgentMessage['type']> = new Set([
  'prompt_progress',
  'text',
  'thought',
  'tool_call',
  'iteration_complete',
  'context_compaction_result',
  'done',
]);

/**
 * Takes one more message into the view. Pure, and its cost does not depend on what came before; where texts were cut
 * into chunks changes nothing. Unknown messages change nothing.
 */
export function reduceChatView(view: ChatView, message: AgentMessage): ChatView {
  const status = reduceStatus(view.status, message);
  const isRetryOver = view.live.retry !== undefined && ENDS_RETRY.has(message.type);
  const live = isRetryOver ? without(view.live, 'retry') : view.live;
  const next = reduceBlocks({ ...view, status, live }, message);
  const unanswered = reduceUnanswered(view.unanswered, message);
  return unanswered === next.unanswered ? next : { ...next, unanswered };
}

function reduceBlocks(view: ChatView, message: AgentMessage): ChatView {
  switch (message.type) {
    case 'session_started':
      return started(view, message);
    case 'turn_started':
      return userBlock(view, message.input);
    case 'text':
      return reduceText(view, message);
    case 'thought':
      return reduceThought(view, message);
    case 'tool_call':
    case 'tool_call_update':
    case 'tool_call_ready':
    case 'approval_requested':
    case 'approval_resolved':
    case 'tool_started':
    case 'tool_progress':
    case 'tool_output':
    case 'tool_result':
    case 'tool_error':
      return reduceTools(view, message);
    case 'iteration_complete':
      return { ...without(view, 'warning'), settled_ids: [] };
    case 'retrying':
      return retried(view, message);
    case 'user_steered':
      return userBlock(view, message);
    case 'done':
      return done(view, message);
    default:
      return reduceNotices(view, message);
  }
}

function reduceNotices(view: ChatView, message: AgentMessage): ChatView {
  switch (message.type) {
    case 'auto_continue':
      return notice(view, 'info', {
        text: `The answer was cut at the length limit; continuing (${message.attempt} of ${message.max_attempts})`,
      });
    case 'context_compaction_started':
      return {
        ...view,
        live: { ...view.live, compaction: { since: message.at, message_count: message.message_count } },
      };
    case 'context_compaction_result':
      return compacted(view, message);
    case 'model_switched':
      return notice(view, 'info', { text: switchText(message) });
    case 'reasoning_effort_changed':
      return notice(view, 'info', { text: `Effort: ${message.previous} → ${message.new}` });
    case 'tools_updated':
      return notice(view, 'info', { text: `Tools: ${message.new.map(safeLine).join(', ') || 'none'}` });
    case 'context_cleared':
      if (message.messages_removed === 0) return notice(view, 'info', { text: 'The context was empty already' });
      return notice(view, 'info', {
        text: `Context cleared: ${formatCount(message.messages_removed, 'message')} forgotten`,
        action: '/restore brings them back',
      });
    case 'context_restored':
      return notice(view, 'info', {
        text: `Context restored: ${formatCount(message.messages_restored, 'message')} are back`,
      });
    case 'system_warning':
      return notice(
        { ...view, warning: safeText(message.message) },
        'warning',
        said(message.message, message.suggested_action),
      );
    case 'error':
      return notice(settleAll(view), 'error', said(message.message, message.suggested_action));
    case 'cancelled':
      return notice(settleAll(view), 'info', { text: cancelText(view, message.message) });
    case 'session_ended':
      return settleAll(view);
    default:
      return view;
  }
}

function cancelText({ unanswered }: ChatView, why: string): string {
  const what = why === CUT_OFF ? 'Interrupted: the program ended' : 'Cancelled';
  if (unansweredTexts(unanswered).length === 0) return what;
  return `${what} without an answer; the message is no part of the conversation`;
}

function said(text: string, action: string | undefined): { text: string; action?: string } {
  return { text: safeText(text).trim(), ...(action === undefined ? {} : { action: safeText(action).trim() }) };
}

function started(view: ChatView, message: AgentMessageOf<'session_started'>): ChatView {
  if (message.resumed === true) {
    // Where the session stands above, it goes on; how often it was left does not matter.
    const closed = settleAll(view);
    return closed.settled.length > 0 ? closed : notice(closed, 'info', { text: 'Session resumed' });
  }
  return settle(view, [{ kind: 'welcome', model: safeLine(message.model), cwd: safeLine(message.cwd) }]);
}

function userBlock(view: ChatView, { id, content }: { id: string; content: UserContent }): ChatView {
  return settle(view, [{ kind: 'user', id, text: shownContent(content) }]);
}

/** Gives what a person said as text; attachments are named, not shown. */
function shownContent(content: UserContent): string {
  if (typeof content === 'string') return safeText(content);
  return content
    .map((block) => (block.type === 'text' ? safeText(block.text) : safeLine(blockLabel(block))))
    .join('\n');
}

function reduceText(view: ChatView, message: AgentMessageOf<'text'>): ChatView {
  const isOpen = view.live.text?.message_id === message.message_id;
  if (!isOpen && message.chunk === '') return view;
  const { message_id } = message;
  const base = isOpen ? view : closeThought(closeText(view));
  const open = base.live.text ?? {
    message_id,
    safe: SAFE_TEXT_START,
    split: SPLIT_START,
    is_first: !base.settled_ids.includes(message_id),
  };
  const safe = pushSafeText(open.safe, message.chunk);
  const { state: split, blocks } = pushMarkdown(open.split, safe.text);
  const grown = { ...base, live: { ...base.live, text: { ...open, safe: safe.state, split } } };
  const settled = settleText(grown, message_id, blocks);
  return message.is_complete ? closeText(settled) : settled;
}

function reduceThought(view: ChatView, message: AgentMessageOf<'thought'>): ChatView {
  const isOpen = view.live.thought?.message_id === message.message_id;
  const isNothing = message.chunk === '' && message.redacted !== true;
  if (!isOpen && isNothing) return view;
  const { message_id } = message;
  const base = isOpen ? view : closeThought(closeText(view));
  const open = base.live.thought ?? { message_id, safe: SAFE_TEXT_START, text: '' };
  const safe = pushSafeText(open.safe, message.chunk);
  const thought = { ...open, safe: safe.state, text: open.text + safe.text };
  const grown = { ...base, live: { ...base.live, thought } };
  if (!message.is_complete) return grown;
  const duration = message.duration_ms === undefined ? {} : { duration_ms: message.duration_ms };
  return closeThought(grown, { ...duration, is_redacted: message.redacted === true });
}

/** What was streamed is void: what is still live goes; what was printed cannot, and a line says so. */
function retried(before: ChatView, message: AgentMessageOf<'retrying'>): ChatView {
  const { discarded } = message;
  const view = withFinalPart(before);
  const isPrinted = view.settled.some((block) => block.kind === 'text' && discarded.includes(block.message_id));
  const tools = view.live.tools.filter((tool) => !discarded.includes(tool.id));
  const retry = {
    attempt: message.attempt,
    max_attempts: message.max_attempts,
    until: message.at + message.delay_ms,
    error: safeLine(message.error.message),
  };
  const voided = { ...view, live: { tools, retry }, settled_ids: [] };
  return isPrinted
    ? notice(voided, 'retry', { text: 'The answer above was cut off and is being written again' })
    : voided;
}

/** What of the open line may be printed already stays where it is. */
function withFinalPart(view: ChatView): ChatView {
  const open = view.live.text;
  const part = open === undefined ? undefined : finalPart(open.split);
  return open === undefined || part === undefined ? view : settleText(view, open.message_id, [part]);
}

function compacted(view: ChatView, message: AgentMessageOf<'context_compaction_result'>): ChatView {
  const closed = { ...view, live: without(view.live, 'compaction') };
  // A warning follows, which says why and what to do.
  if (message.outcome === 'failed') return closed;
  if (message.outcome === 'cancelled')
    return notice(closed, 'info', { text: 'Compaction cancelled; nothing was changed' });
  const tokens = `${formatTokens(message.tokens_before)} → ${formatTokens(message.tokens_after)} tokens`;
  const removed = formatCount(message.messages_removed, 'message');
  return notice(closed, 'info', { text: `Context compacted: ${removed} became a summary, ${tokens}` });
}

function switchText(message: AgentMessageOf<'model_switched'>): string {
  if (message.new === message.previous) return `The model is ${safeLine(message.new)} already`;
  return [`Model: ${safeLine(message.previous)} → ${safeLine(message.new)}`, ...switchFacts(message.report)].join(
    ' · ',
  );
}

/** Says in short phrases what a switch costs and loses. */
function switchFacts(report: SwitchReport): readonly string[] {
  const price = report.cost_to_read === undefined ? '' : ` (${formatDollars(report.cost_to_read)})`;
  return [
    report.tokens_to_read > 0 ? `${formatTokens(report.tokens_to_read)} tokens to read again${price}` : '',
    report.fits === false ? 'the conversation does not fit: compact first' : '',
    report.thoughts_dropped > 0 ? `${formatCount(report.thoughts_dropped, 'thought')} dropped` : '',
    report.images_dropped > 0 ? `${formatCount(report.images_dropped, 'image')} dropped` : '',
    report.effort_clamped === undefined ? '' : `effort ${report.effort_clamped.from} → ${report.effort_clamped.to}`,
  ].filter((fact) => fact !== '');
}

function done(view: ChatView, message: AgentMessageOf<'done'>): ChatView {
  const { usage, halt, cost } = message;
  return settle({ ...settleAll(view), settled_ids: [] }, [
    {
      kind: 'turn',
      duration_ms: Math.max(0, message.duration_ms - view.status.asked_ms),
      iterations: message.iterations,
      input_tokens: promptTokens(usage),
      output_tokens: usage.output_tokens,
      ...(cost === undefined ? {} : { cost }),
      ...(halt === undefined ? {} : { halt: { ...halt, message: safeText(halt.message) } }),
    },
  ]);
}
