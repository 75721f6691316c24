import type { Endpoint } from '../endpoint.ts';
import type { ModelRequest, Provider, ProviderEvent } from '../provider.ts';
import { type LearntQuirks, learntQuirks } from '../wire/learnt-quirks.ts';
import { streamResponse } from '../wire/wire-call.ts';
import { createAnthropicReader } from './anthropic-reader.ts';
import { type AnthropicQuirks, anthropicBody } from './anthropic-request.ts';

/** Makes the provider for a service that speaks Anthropic Messages. */
export function createAnthropicMessagesProvider(endpoint: Endpoint): Provider {
  const quirks = learntQuirks<AnthropicQuirks>();
  return {
    name: endpoint.name,
    protocol: 'anthropic-messages',
    stream: (request, signal) => streamMessages({ endpoint, request, quirks }, signal),
  };
}

interface Scene {
  readonly endpoint: Endpoint;
  readonly request: ModelRequest;
  readonly quirks: LearntQuirks<AnthropicQuirks>;
}

function streamMessages(
  { endpoint, request, quirks }: Scene,
  signal: AbortSignal,
): AsyncGenerator<ProviderEvent, void, undefined> {
  const { id } = request.model;
  return streamResponse(
    {
      endpoint,
      createReader: createAnthropicReader,
      send: async (fetch, attempt) => {
        const { createAnthropicClient } = await import('./anthropic-client.ts');
        const body = anthropicBody(request, quirks.get(id));
        // `messages.create` does the same, and prints warnings about models that grow old.
        return createAnthropicClient(endpoint, fetch)
          .post('/v1/messages', { body, stream: true, signal: attempt })
          .asResponse();
      },
      adapt: ({ report }) => quirks.learn(id, lessonOf(report.message, quirks.get(id) ?? {})),
    },
    signal,
  );
}

const NO_SUCH_MODE =
  /(thinking\.type|thinking mode|`?thinking`?:? (is )?(extra inputs|not supported|unsupported|not permitted)|does not support thinking)/i;

function lessonOf(message: string, before: AnthropicQuirks): AnthropicQuirks {
  const limit = /max_tokens: \d+ > (\d+)/.exec(message)?.[1];
  if (limit !== undefined) return { max_tokens: Number(limit) };
  if (/thinking\.\S*display/i.test(message)) return { has_no_display: true };
  if (/thinking\.type\.enabled/.test(message) && !before.thinking_mode) return { thinking_mode: 'adaptive' };
  if (/adaptive thinking is not supported|thinking\.type\.adaptive/.test(message) && !before.thinking_mode) {
    return { thinking_mode: 'budget' };
  }
  if (NO_SUCH_MODE.test(message)) return { has_no_thinking: true };
  if (/output_config|\beffort\b/i.test(message)) return { has_no_effort: true };
  return /cache_control/i.test(message) ? { has_no_cache: true } : {};
}
