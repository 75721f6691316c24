import { endSafeText } from '../safe-text.ts';
import { type Block, type ChatView, hasEnded, type NoticeBlock } from './chat-view.ts';
import { endMarkdown, pushMarkdown } from './markdown/split-blocks.ts';
import type { MarkdownBlock } from './markdown/split-state.ts';

type Unkeyed<Any> = Any extends Block ? Omit<Any, 'key'> : never;
/** A block before it has its number. */
export type NewBlock = Unkeyed<Block>;

/** Adds final blocks. */
export function settle(view: ChatView, blocks: readonly NewBlock[]): ChatView {
  if (blocks.length === 0) return view;
  const keyed = blocks.map((block, index) => ({ ...block, key: `b${view.settled.length + index}` }) as Block);
  return { ...view, settled: [...view.settled, ...keyed] };
}

/** Adds one line about what happened. */
export function notice(
  view: ChatView,
  tone: NoticeBlock['tone'],
  said: Pick<NoticeBlock, 'text' | 'action' | 'is_output'>,
): ChatView {
  return settle(view, [{ kind: 'notice', tone, ...said }]);
}

/** Adds Markdown blocks of the open text, and remembers that something of it was shown. */
export function settleText(view: ChatView, message_id: string, blocks: readonly MarkdownBlock[]): ChatView {
  const open = view.live.text;
  if (blocks.length === 0 || open === undefined) return view;
  const settled = settle(
    view,
    blocks.map((block, index) => ({ kind: 'text', message_id, block, is_first: open.is_first && index === 0 })),
  );
  const settled_ids = view.settled_ids.includes(message_id) ? view.settled_ids : [...view.settled_ids, message_id];
  return { ...settled, settled_ids, live: { ...settled.live, text: { ...open, is_first: false } } };
}

/** Ends the open text: what is left of it becomes final. */
export function closeText(view: ChatView): ChatView {
  const open = view.live.text;
  if (open === undefined) return view;
  const { state, blocks } = pushMarkdown(open.split, endSafeText(open.safe));
  const settled = settleText(view, open.message_id, [...blocks, ...endMarkdown(state)]);
  return { ...settled, live: without(settled.live, 'text') };
}

/** Ends the open thought. */
export function closeThought(view: ChatView, facts: { duration_ms?: number; is_redacted?: boolean } = {}): ChatView {
  const open = view.live.thought;
  if (open === undefined) return view;
  const text = open.text + endSafeText(open.safe);
  const closed = { ...view, live: without(view.live, 'thought') };
  const is_redacted = facts.is_redacted === true;
  if (text.trim() === '' && !is_redacted) return closed;
  const duration = facts.duration_ms === undefined ? {} : { duration_ms: facts.duration_ms };
  const settled = settle(closed, [{ kind: 'thought', text, is_redacted, ...duration }]);
  return { ...settled, settled_ids: [...settled.settled_ids, open.message_id] };
}

/** Makes final the calls that ended, as far as no call before them goes on. */
export function settleTools(view: ChatView): ChatView {
  const open = view.live.tools.findIndex((tool) => !hasEnded(tool));
  const ended = open === -1 ? view.live.tools : view.live.tools.slice(0, open);
  if (ended.length === 0) return view;
  const settled = settle(
    view,
    ended.map((tool) => ({ kind: 'tool', tool })),
  );
  return { ...settled, live: { ...settled.live, tools: view.live.tools.slice(ended.length) } };
}

/** Ends everything that is open: nothing stays in the live part after a turn. */
export function settleAll(view: ChatView): ChatView {
  const closed = closeThought(closeText(view));
  const tools = closed.live.tools.map((tool) => (hasEnded(tool) ? tool : { ...tool, state: 'cancelled' as const }));
  return settleTools({ ...closed, live: { tools } });
}

/** Copies an object without one optional member. */
export function without<Value extends object, Key extends keyof Value>(value: Value, key: Key): Omit<Value, Key> {
  const { [key]: _, ...rest } = value;
  return rest;
}
