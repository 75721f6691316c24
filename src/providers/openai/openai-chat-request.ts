import type { ChatCompletionCreateParamsStreaming } from 'openai/resources/chat/completions';
import { assertNever, type ReasoningEffort } from '../../messages.ts';
import type { Dialect, Endpoint } from '../endpoint.ts';
import { toChatMessages } from '../history/convert-history.ts';
import type { ModelRequest } from '../provider.ts';

/** What a service was found to refuse; the request is made without it. */
export interface ChatQuirks {
  readonly max_tokens_field?: 'max_tokens' | 'max_completion_tokens' | 'none';
  readonly has_no_effort?: boolean;
  readonly has_no_stream_options?: boolean;
  readonly has_no_cache_key?: boolean;
  readonly has_no_progress?: boolean;
}

/** OpenAI refuses longer keys. */
const CACHE_KEY_CHARS = 64;

/** Makes the body of a request to Chat Completions, in the endpoint's dialect. */
export function chatBody(
  request: ModelRequest,
  endpoint: Endpoint,
  quirks: ChatQuirks = {},
): ChatCompletionCreateParamsStreaming {
  const { model, tools, session_id } = request;
  const dialect = endpoint.dialect ?? {};
  const { messages } = toChatMessages(request.conversation, { model, dialect });
  const has = {
    stream_options: !(dialect.has_no_stream_options ?? quirks.has_no_stream_options ?? false),
    cache_key: dialect.has_prompt_cache_key === true && quirks.has_no_cache_key !== true,
    progress: dialect.has_prompt_progress === true && quirks.has_no_progress !== true,
  };
  const body: ChatCompletionCreateParamsStreaming = {
    model: model.id,
    stream: true,
    messages: [...systemMessage(request, dialect), ...messages],
    ...(has.stream_options ? { stream_options: { include_usage: true } } : {}),
    ...(tools.length === 0 ? {} : { tools: toolsOf(request) }),
    ...maxTokens(request, dialect, quirks),
    ...(has.cache_key ? { prompt_cache_key: session_id.slice(0, CACHE_KEY_CHARS) } : {}),
  };
  const extensions = {
    ...effortFields(request, dialect, quirks),
    ...cacheFields(request, dialect),
    ...(has.progress ? { return_progress: true } : {}),
  };
  return { ...body, ...extensions };
}

type Message = ChatCompletionCreateParamsStreaming['messages'][number];

function systemMessage({ system }: ModelRequest, dialect: Dialect): Message[] {
  return system === '' ? [] : [{ role: dialect.system_role ?? 'system', content: system }];
}

/** OpenRouter marks the last block that can be cached, wherever it is; other models than these cache by themselves. */
function cacheFields({ model }: ModelRequest, dialect: Dialect): object {
  const isMarked = dialect.has_cache_control === true && /^anthropic\//.test(model.id);
  return isMarked ? { cache_control: { type: 'ephemeral' } } : {};
}

function toolsOf({ tools }: ModelRequest): NonNullable<ChatCompletionCreateParamsStreaming['tools']> {
  return tools.map(({ name, description, parameters }) => ({
    type: 'function',
    function: { name, description, parameters: { ...parameters } },
  }));
}

function maxTokens({ max_output_tokens }: ModelRequest, dialect: Dialect, quirks: ChatQuirks): object {
  const field = quirks.max_tokens_field ?? dialect.max_tokens_field ?? 'max_completion_tokens';
  return max_output_tokens === undefined || field === 'none' ? {} : { [field]: max_output_tokens };
}

/** How much to think is asked for in four ways. A model of which it is known that it cannot is not asked. */
function effortFields({ model, effort }: ModelRequest, dialect: Dialect, quirks: ChatQuirks): object {
  if (effort === undefined || model.efforts?.length === 0 || quirks.has_no_effort === true) return {};
  const word = effortWord(effort, dialect);
  if (word === null) return {};
  const field = dialect.effort_field ?? 'reasoning_effort';
  switch (field) {
    case 'reasoning_effort':
      return { reasoning_effort: word };
    case 'reasoning':
      return { reasoning: effort === 'none' ? { enabled: false } : { effort: word } };
    case 'thinking':
      return thinkingToggle(effort, word, dialect);
    case 'enable_thinking':
      return { chat_template_kwargs: { enable_thinking: effort !== 'none' } };
    case 'none':
      return {};
    default:
      return assertNever(field);
  }
}

/** Services with words of their own for efforts take both: whether to think, and how much. */
function thinkingToggle(effort: ReasoningEffort, word: string, { effort_words }: Dialect): object {
  if (effort === 'none') return { thinking: { type: 'disabled' } };
  return { thinking: { type: 'enabled' }, ...(effort_words === undefined ? {} : { reasoning_effort: word }) };
}

function effortWord(effort: ReasoningEffort, dialect: Dialect): string | null {
  const word = dialect.effort_words?.[effort];
  return word === undefined ? effort : word;
}
