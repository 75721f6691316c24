import { labelledContent, splitContent } from '../../content-text.ts';
import type { Delivery, UserContent, UserMessageBody } from '../../messages.ts';
import { contentOf, expandAtoms, labelAtoms, withoutAtoms } from './editor/atoms.ts';
import { clearedEditor } from './editor/editor.ts';
import { sendWithFiles } from './mentions.ts';
import { mentionedPaths } from './read-mentions.ts';
import type { InputCore, InputState } from './state.ts';

/** Sends to the agent under a new id. Of a change that holds from the next request on only, it is said that it was heard. */
export function sendMessage(core: InputCore, body: UserMessageBody): void {
  if (body.type === 'switch_model') core.update({ wantedModel: body.model });
  core.options.send({ ...body, id: core.options.newId() });
  const later = laterHint(core, body);
  if (later !== undefined && core.state.facts.isRunning) core.hint(later);
}

function laterHint({ keymap }: InputCore, body: UserMessageBody): string | undefined {
  switch (body.type) {
    case 'switch_model':
      return `From the next call: ${body.model}`;
    case 'set_reasoning_effort':
      return `From the next call: effort ${body.effort}`;
    case 'compact':
      return `The context is compacted before the next call, else after the turn. ${keymap.label('cancel')} takes that back too.`;
    default:
      return undefined;
  }
}

/** How many sent prompts are remembered as they were written, for those that come back. */
const MAX_SENT = 50;

/** How what stands in the prompt is sent. */
export interface SendHow {
  readonly delivery: Delivery | undefined;
  /** Sent in place of the words that stand there, which are a command for them. */
  readonly words?: string;
}

/** Sends what stands in the prompt, and remembers how it was written. */
export function sendPrompt(core: InputCore, { delivery, words }: SendHow): void {
  const { editor, sent } = core.state;
  const id = core.options.newId();
  const kept = Object.entries(sent).slice(-MAX_SENT);
  core.update({ sent: { ...Object.fromEntries(kept), [id]: editor.text.trim() } });
  const typed = contentOf(editor.text, editor.atoms);
  const content = words === undefined ? typed : withWords(typed, words);
  const message = { type: 'text', id, content, ...(delivery === undefined ? {} : { delivery }) } as const;
  const mentioned = mentionedPaths(withoutAtoms(editor.text, editor.atoms));
  sendWithFiles(core, message, { written: expandAtoms(editor.text, editor.atoms), mentioned });
}

function withWords(content: UserContent, words: string): UserContent {
  const { attached } = splitContent(content);
  return attached.length === 0 ? words : [...attached, { type: 'text', text: words }];
}

/** Leaves the chat; what is typed goes along. */
export function quit(core: InputCore): void {
  core.options.services.quit(draftOf(core.state));
}

/** Characters up to which a prompt is kept in the history as it was sent; in a longer one the pastes are only named. */
const MAX_HISTORY = 65_536;

/** Empties the prompt of what was just taken, and keeps it in the history. */
export function remember(core: InputCore, text: string): void {
  const { editor } = core.state;
  const kept = text.length > MAX_HISTORY ? labelAtoms(editor.text, editor.atoms) : text;
  core.options.services.history.append(kept.trim());
  core.edit(clearedEditor(core.state.editor));
  core.update({ browsing: undefined });
}

/** Everything that was typed and not delivered: waiting messages, drafts put aside, the prompt. */
export function draftOf(state: InputState): string {
  const texts = [
    ...state.facts.waiting.map((message) => labelledContent(message.content)),
    ...state.sending,
    ...[...state.stash, ...(state.browsing === undefined ? [] : [state.browsing.draft]), state.editor].map((editor) =>
      expandAtoms(editor.text, editor.atoms),
    ),
  ];
  return texts.filter((text) => text.trim() !== '').join('\n');
}
