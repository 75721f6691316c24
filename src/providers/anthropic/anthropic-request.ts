import type {
  ContentBlockParam,
  MessageCreateParamsStreaming,
  MessageParam,
  TextBlockParam,
  ThinkingConfigParam,
  Tool,
} from '@anthropic-ai/sdk/resources/messages';
import type { ReasoningEffort } from '../../messages.ts';
import { toAnthropicMessages } from '../history/convert-history.ts';
import type { ModelRequest } from '../provider.ts';

/** What a service was found to refuse; the request is made without it. */
export interface AnthropicQuirks {
  readonly has_no_thinking?: boolean;
  /** How it wants to be asked to think, where the name of the model does not say so. */
  readonly thinking_mode?: 'adaptive' | 'budget';
  readonly has_no_display?: boolean;
  readonly has_no_effort?: boolean;
  readonly has_no_cache?: boolean;
  readonly max_tokens?: number;
}

const UNKNOWN_OUTPUT_LIMIT = 32_000;
/** Anthropic refuses smaller budgets. */
const LEAST_BUDGET = 1_024;
const BUDGETS: Readonly<Record<Exclude<ReasoningEffort, 'none'>, number>> = {
  low: 4_096,
  medium: 10_000,
  high: 16_000,
  xhigh: 31_999,
};

const CACHED = { cache_control: { type: 'ephemeral' } } as const;

/** Makes the body of a request to Anthropic Messages. */
export function anthropicBody(request: ModelRequest, quirks: AnthropicQuirks = {}): MessageCreateParamsStreaming {
  const history = toAnthropicMessages(request.conversation, { model: request.model });
  const max_tokens = maxTokens(request, quirks);
  const thinking = quirks.has_no_thinking ? {} : thinkingFor(request, { max_tokens, quirks, ...history });
  const isCached = quirks.has_no_cache !== true;
  return {
    model: request.model.id,
    max_tokens,
    stream: true,
    ...(request.system === '' ? {} : { system: [systemBlock(request.system, isCached)] }),
    ...(request.tools.length === 0 ? {} : { tools: toolsOf(request, isCached) }),
    messages: isCached ? withBreakpoints(history.messages) : history.messages,
    ...thinking,
  };
}

function maxTokens({ model, max_output_tokens }: ModelRequest, quirks: AnthropicQuirks): number {
  const limits = [max_output_tokens, quirks.max_tokens, model.output_limit].filter((limit) => limit !== undefined);
  const least = limits.length === 0 ? UNKNOWN_OUTPUT_LIMIT : Math.min(...limits);
  return model.context_limit === undefined ? least : Math.min(least, Math.floor(model.context_limit / 2));
}

function systemBlock(text: string, isCached: boolean): TextBlockParam {
  return { type: 'text', text, ...(isCached ? CACHED : {}) };
}

function toolsOf({ tools }: ModelRequest, isCached: boolean): Tool[] {
  return tools.map(({ name, description, parameters }, index) => ({
    name,
    description,
    input_schema: parameters as Tool['input_schema'],
    ...(isCached && index === tools.length - 1 ? CACHED : {}),
  }));
}

/**
 * Marks the last two of the person's messages: the longest prefix is read from the cache and the new end written to
 * it. With the system prompt and the tools that makes four, as many as are allowed.
 */
function withBreakpoints(messages: readonly MessageParam[]): MessageParam[] {
  const marked = new Set(messages.filter(({ role }) => role === 'user').slice(-2));
  return messages.map((message): MessageParam => {
    if (!marked.has(message) || message.role !== 'user' || typeof message.content === 'string') return message;
    return { ...message, content: markLast(message.content) };
  });
}

function markLast(content: readonly ContentBlockParam[]): ContentBlockParam[] {
  return content.map((block, index) => {
    const isMarkable = block.type === 'text' || block.type === 'tool_result' || block.type === 'image';
    return index === content.length - 1 && isMarkable ? { ...block, ...CACHED } : block;
  });
}

interface ThinkingScene {
  readonly max_tokens: number;
  readonly quirks: AnthropicQuirks;
  readonly may_think_with_budget: boolean;
}

type ThinkingFields = Pick<MessageCreateParamsStreaming, 'thinking' | 'output_config'>;

/** How a model is asked to think, which depends on its generation. */
function thinkingFor(request: ModelRequest, scene: ThinkingScene): ThinkingFields {
  const { model, effort } = request;
  if (model.efforts?.length === 0) return {};
  const generation = generationOf(model.id);
  const mode = scene.quirks.thinking_mode ?? ((generation?.version ?? 0) >= 4.6 ? 'adaptive' : 'budget');
  if (mode === 'budget') return withBudget(effort, scene);
  return effort === 'none' ? withoutThinking(generation, scene.quirks) : adaptive(effort, scene.quirks);
}

function withBudget(effort: ReasoningEffort | undefined, scene: ThinkingScene): ThinkingFields {
  if (effort === undefined || effort === 'none' || !scene.may_think_with_budget) return {};
  const budget_tokens = Math.min(BUDGETS[effort], Math.floor(scene.max_tokens * 0.75));
  return budget_tokens < LEAST_BUDGET ? {} : { thinking: { type: 'enabled', budget_tokens } };
}

function adaptive(effort: Exclude<ReasoningEffort, 'none'> | undefined, quirks: AnthropicQuirks): ThinkingFields {
  const thinking: ThinkingConfigParam = quirks.has_no_display
    ? { type: 'adaptive' }
    : { type: 'adaptive', display: 'summarized' };
  return effort === undefined || quirks.has_no_effort ? { thinking } : { thinking, output_config: { effort } };
}

/** Models that always think refuse to be told not to; those before 5 do not think unless they are told to. */
function withoutThinking(generation: Generation | undefined, quirks: AnthropicQuirks): ThinkingFields {
  if (generation?.family === 'fable' || generation?.family === 'mythos') {
    return quirks.has_no_effort ? {} : { output_config: { effort: 'low' } };
  }
  return (generation?.version ?? 0) >= 5 ? { thinking: { type: 'disabled' } } : {};
}

interface Generation {
  readonly family: string;
  /** 4.6 for `claude-opus-4-6`. */
  readonly version: number;
}

/** Reads a Claude model's family and version from its id; undefined for any other name. */
function generationOf(id: string): Generation | undefined {
  const found = /claude-([a-z]+)-(\d{1,2}|preview)(?:[-.](\d{1,2}))?(?![\d])/.exec(id);
  const [, family, major, minor] = found ?? [];
  if (family === undefined) return undefined;
  return { family, version: major === 'preview' ? 4.7 : Number(`${major}.${minor ?? 0}`) };
}
