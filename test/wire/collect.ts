import type { ConversationMessage } from '../../src/conversation.ts';
import type { TokenUsage } from '../../src/messages.ts';
import { createAnthropicMessagesProvider } from '../../src/providers/anthropic/anthropic-messages.ts';
import type { Endpoint } from '../../src/providers/endpoint.ts';
import { createOpenAIChatProvider } from '../../src/providers/openai/openai-chat.ts';
import { createOpenAIResponsesProvider } from '../../src/providers/openai/openai-responses.ts';
import type { ModelInfo, ModelRequest, Provider, ProviderEvent } from '../../src/providers/provider.ts';
import { ProviderError } from '../../src/providers/provider.ts';
import type { Protocol } from '../helpers/model-server/answers.mjs';

export const KEY = 'sk-test-0123456789abcdef';

/** What a test says of an endpoint; an undefined key is none. */
export type PartialEndpoint = Partial<Omit<Endpoint, 'key'>> & { readonly key?: string | undefined };

/** Makes the real provider of a protocol for an endpoint on loopback. */
export function createProvider(protocol: Protocol, base_url: string, endpoint: PartialEndpoint = {}): Provider {
  const { key = KEY, ...rest } = 'key' in endpoint && endpoint.key === undefined ? { ...endpoint, key: '' } : endpoint;
  const whole = { name: 'stand-in', base_url, ...(key === '' ? {} : { key }), ...rest } as Endpoint;
  switch (protocol) {
    case 'anthropic':
      return createAnthropicMessagesProvider(whole);
    case 'responses':
      return createOpenAIResponsesProvider(whole);
    case 'chat':
      return createOpenAIChatProvider(whole);
  }
}

/** Makes a request with one question; everything can be said otherwise. */
export function requestFor(
  protocol: Protocol,
  { model, ...rest }: Partial<Omit<ModelRequest, 'model'>> & { model?: Partial<ModelInfo> } = {},
): ModelRequest {
  const wire = { anthropic: 'anthropic-messages', responses: 'openai-responses', chat: 'openai-chat' } as const;
  const id = model?.id ?? 'stand-in-1';
  return {
    model: { name: `stand-in/${id}`, provider: 'stand-in', id, protocol: wire[protocol], ...model },
    system: 'Be brief.',
    conversation: [person('Hello?')],
    tools: [],
    session_id: 'session-1',
    ...rest,
  };
}

/** Makes a person's message. */
export function person(content: string): ConversationMessage {
  return { role: 'user', id: 'u1', content, origin: 'person' };
}

/** What a stream folds into, however it was cut. */
export interface Folded {
  /** Texts and thoughts as they were closed, in their order. */
  readonly texts: readonly string[];
  readonly thoughts: readonly { text: string; signature?: string; redacted?: true }[];
  readonly calls: readonly { id: string; name: string; arguments: string; signature?: string }[];
  readonly usage?: TokenUsage;
  readonly finish?: string;
  readonly detail?: string;
  readonly progress?: readonly ProviderEvent[];
  readonly error?: ProviderError;
  /** Calls that were named but never completed. */
  readonly unfinished: readonly string[];
}

/** Reads a response to its end; a {@link ProviderError} is part of what it gives, anything else is thrown. */
export async function foldResponse(
  provider: Provider,
  request: ModelRequest,
  signal: AbortSignal = new AbortController().signal,
): Promise<Folded> {
  const events: ProviderEvent[] = [];
  let error: ProviderError | undefined;
  try {
    for await (const event of provider.stream(request, signal)) events.push(event);
  } catch (thrown) {
    if (!(thrown instanceof ProviderError)) throw thrown;
    error = thrown;
  }
  return { ...foldEvents(events), ...(error === undefined ? {} : { error }) };
}

/** Folds provider events; throws where they break the order that the contract promises. */
export function foldEvents(events: readonly ProviderEvent[]): Folded {
  const texts: string[] = [];
  const thoughts: { text: string; signature?: string; redacted?: true }[] = [];
  const calls = new Map<
    string,
    { id: string; name: string; json: string; end?: { arguments: string; signature?: string } }
  >();
  const progress: ProviderEvent[] = [];
  let open: 'text' | 'thought' | undefined;
  let usage: TokenUsage | undefined;
  let finish: Extract<ProviderEvent, { type: 'finish' }> | undefined;
  for (const event of events) {
    if (finish !== undefined) throw new Error(`${event.type} after finish`);
    switch (event.type) {
      case 'text':
        if (event.chunk === '') throw new Error('an empty text');
        if (open !== 'text') texts.push('');
        texts[texts.length - 1] += event.chunk;
        open = 'text';
        break;
      case 'thought':
        if (event.chunk === '') throw new Error('an empty thought');
        if (open !== 'thought') thoughts.push({ text: '' });
        thoughts.at(-1)!.text += event.chunk;
        open = 'thought';
        break;
      case 'thought_end': {
        if (open !== 'thought') thoughts.push({ text: '' });
        const { type, ...rest } = event;
        Object.assign(thoughts.at(-1)!, rest);
        open = undefined;
        break;
      }
      case 'text_end':
        open = undefined;
        break;
      case 'tool_call':
        if (calls.has(event.id)) throw new Error(`two calls ${event.id}`);
        calls.set(event.id, { id: event.id, name: event.name, json: '' });
        open = undefined;
        break;
      case 'tool_call_arguments':
        calls.get(event.id)!.json += event.chunk;
        break;
      case 'tool_call_end': {
        const { type, id, ...rest } = event;
        const call = calls.get(id)!;
        if (call.json !== '' && call.json !== rest.arguments) throw new Error(`${call.json} became ${rest.arguments}`);
        call.end = rest;
        break;
      }
      case 'usage':
        usage = event.usage;
        break;
      case 'prompt_progress':
        progress.push(event);
        break;
      case 'finish':
        finish = event;
        break;
    }
  }
  const all = [...calls.values()];
  return {
    texts,
    thoughts,
    calls: all.flatMap(({ id, name, end }) => (end === undefined ? [] : [{ id, name, ...end }])),
    unfinished: all.filter(({ end }) => end === undefined).map(({ name }) => name),
    ...(usage === undefined ? {} : { usage }),
    ...(finish === undefined ? {} : { finish: finish.reason }),
    ...(finish?.detail === undefined ? {} : { detail: finish.detail }),
    ...(progress.length === 0 ? {} : { progress }),
  };
}
