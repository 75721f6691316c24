import { contentText } from '../../content-text.ts';
import type {
  AssistantPart,
  AssistantTurn,
  ConversationMessage,
  ToolOutcome,
  ToolResults,
  UserTurn,
} from '../../conversation.ts';
import { assertNever, type ContentBlock, type ImageBlock, type UserContent } from '../../messages.ts';
import type { ModelInfo } from '../provider.ts';
import { repairHistory } from './repair-history.ts';
import { canSee, chooseImages, imageSentence, imagesTurn, type SentImages } from './result-images.ts';
import { createIdMap, type IdMap, type IdRule } from './tool-call-ids.ts';

export type ThoughtPart = Extract<AssistantPart, { type: 'thought' }>;

/** What a conversion could not take along, and what it had to rename. */
export interface ConversionReport {
  readonly thoughts_dropped: number;
  readonly images_dropped: number;
  readonly ids_rewritten: number;
}

/** What the target of a conversion accepts. */
export interface TargetRules {
  readonly model: ModelInfo;
  readonly ids: IdRule;
  /** Whether a thought of the target's own can be sent back to it. */
  keepsThought(thought: ThoughtPart, turn: AssistantTurn): boolean;
  /** The result of a tool can hold images; else they stand in a message behind it. */
  readonly results_hold_images?: true;
  /** A response of the target's own may stand last, to be carried on. */
  readonly may_end_with_own_response?: true;
}

/** A conversation that only has to be spelled: sound, users merged, nothing foreign or unsupported left. */
export interface PreparedHistory {
  readonly messages: readonly ConversationMessage[];
  readonly report: ConversionReport;
}

const CARRY_ON = 'Continue.';

/** Repairs a conversation and takes out of it what the target would refuse. Pure. */
export function prepareHistory(conversation: readonly ConversationMessage[], rules: TargetRules): PreparedHistory {
  const ids = createIdMap(rules.ids);
  const repaired = repairHistory(conversation);
  const images = chooseImages(repaired, rules.model);
  const counts = { thoughts_dropped: 0, images_dropped: images.unseen };
  const prepared = repaired.flatMap((message): ConversationMessage[] => {
    switch (message.role) {
      case 'user':
        return [prepareUser(message, rules.model, counts)];
      case 'assistant':
        return prepareAssistant(message, { rules, ids, counts });
      case 'tool':
        return prepareResults(message, { rules, ids, images });
      default:
        return assertNever(message);
    }
  });
  const messages = endWithPerson(prepared.reduce<ConversationMessage[]>(mergeNeighbours, []), rules);
  return { messages, report: { ...counts, ids_rewritten: ids.rewritten } };
}

interface Counts {
  thoughts_dropped: number;
  images_dropped: number;
}

function prepareUser(turn: UserTurn, model: ModelInfo, counts: Counts): UserTurn {
  if (typeof turn.content === 'string') return turn;
  const content = turn.content.map((block): ContentBlock => {
    if (block.type !== 'image' || canSee(model, block)) return block;
    counts.images_dropped += 1;
    return { type: 'text', text: imageSentence(block) };
  });
  return { ...turn, content };
}

interface AssistantContext {
  readonly rules: TargetRules;
  readonly ids: IdMap;
  readonly counts: Counts;
}

function prepareAssistant(turn: AssistantTurn, { rules, ids, counts }: AssistantContext): AssistantTurn[] {
  const isOwn = turn.model_name === rules.model.name;
  const sendable = turn.parts.filter((part) => part.type !== 'thought' || (isOwn && rules.keepsThought(part, turn)));
  // A service refuses thoughts that nothing follows.
  const end = sendable.findLastIndex((part) => part.type !== 'thought') + 1;
  const parts = sendable.slice(0, end).map((part) => preparePart(part, isOwn, ids));
  counts.thoughts_dropped += turn.parts.length - parts.length;
  return parts.length === 0 ? [] : [{ ...turn, parts }];
}

function preparePart(part: AssistantPart, isOwn: boolean, ids: IdMap): AssistantPart {
  if (part.type !== 'tool_call') return part;
  const { signature, ...call } = part;
  const renamed = { ...call, id: ids.rewrite(part.id) };
  return isOwn && signature !== undefined ? { ...renamed, signature } : renamed;
}

interface ResultContext {
  readonly rules: TargetRules;
  readonly ids: IdMap;
  readonly images: SentImages;
}

function prepareResults(message: ToolResults, { rules, ids, images: sent }: ResultContext): ConversationMessage[] {
  const results = message.results.map((result): ToolOutcome => {
    const { images: _, ...bare } = result;
    const { images, lines } = sent.split(result);
    return {
      ...bare,
      tool_call_id: ids.rewrite(result.tool_call_id),
      output: [result.output, ...lines].join('\n'),
      ...(images.length === 0 ? {} : { images }),
    };
  });
  if (rules.results_hold_images === true) return [{ role: 'tool', results }];
  return [{ role: 'tool', results: results.map(({ images: _, ...bare }) => bare) }, ...imagesTurn(results)];
}

function mergeNeighbours(merged: ConversationMessage[], message: ConversationMessage): ConversationMessage[] {
  const last = merged.at(-1);
  if (last?.role === 'user' && message.role === 'user') {
    merged[merged.length - 1] = { ...last, content: mergeContents(last.content, message.content) };
  } else if (last?.role === 'assistant' && message.role === 'assistant') {
    merged[merged.length - 1] = { ...message, parts: [...last.parts, ...message.parts] };
  } else {
    merged.push(message);
  }
  return merged;
}

function mergeContents(first: UserContent, second: UserContent): UserContent {
  return [...contentBlocks(first), ...contentBlocks(second)];
}

/** Gives any content as blocks. */
export function contentBlocks(content: UserContent): readonly ContentBlock[] {
  return typeof content === 'string' ? [{ type: 'text', text: content }] : content;
}

/** Gives the text that stands for a text or file block. */
export function blockText(block: Exclude<ContentBlock, ImageBlock>): string {
  return contentText([block]);
}

/** Gives a result as one text, for protocols that have no field for failure. */
export function outcomeText({ output, is_error }: ToolOutcome): string {
  return is_error && !/^\W*error\b/i.test(output) ? `Error: ${output}` : output;
}

function endWithPerson(messages: ConversationMessage[], rules: TargetRules): ConversationMessage[] {
  const last = messages.at(-1);
  if (last?.role !== 'assistant') return messages;
  if (rules.may_end_with_own_response === true && last.model_name === rules.model.name) return messages;
  return [...messages, { role: 'user', id: 'carry-on', content: CARRY_ON, origin: 'continue' }];
}
